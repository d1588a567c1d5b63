"""The simulated dam at any time: what each node's instruments say, faults included, anchored at the first start."""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tailwatch.demo import faults, instruments, water
from tailwatch.demo.instruments import Readings

Array = NDArray[np.float64]

SEED: Final = 20
HISTORY_DAYS: Final = 60
HISTORY_INTERVAL_S: Final = 300
DAY_S: Final = 86400.0
AHEAD_S: Final = 7 * DAY_S
STORM_DAYS: Final = -0.8
"""When the storm of the demo's story begins, from the first start: its alarm stands when somebody first looks."""
STORY_DAY: Final = 20_782
"""The day since 1970 whose rain the first start has, whenever it is: the levels of dam.toml's plans fit this story."""
FILE: Final = "dam.json"


class Anchor(msgspec.Struct, frozen=True):
    """When the demo was first started [Unix s], the seed of its weather, and how many days of history lie before it.

    They stay with the state folder.
    """

    began_s: int
    seed: int
    days: int = HISTORY_DAYS


def anchor_in(folder: Path, now_s: float, days: int = HISTORY_DAYS) -> Anchor:
    """Return the anchor kept in the state folder; made, on a whole history interval, at the first start."""
    file = folder / FILE
    if not file.exists():
        began_s = int(now_s) // HISTORY_INTERVAL_S * HISTORY_INTERVAL_S
        file.write_bytes(msgspec.json.encode(Anchor(began_s, SEED, days)))
    return msgspec.json.decode(file.read_bytes(), type=Anchor)


class Dam:
    """The truth and its instruments. Reaches from the history's first day on, and further whenever it is asked to."""

    def __init__(self, anchor: Anchor) -> None:
        self.anchor = anchor
        self.first_s = anchor.began_s - anchor.days * DAY_S
        self._last_s = 0.0
        self._truth = self._reaching(anchor.began_s)

    def readings(self, node: str, time_s: Array) -> tuple[Array, Readings]:
        """Times at which the node is awake, and its raw readings then; time_s: float64[n], Unix seconds."""
        if time_s.size and time_s[-1] > self._last_s:
            self._truth = self._reaching(float(time_s[-1]))
        found = instruments.readings(node, self._truth, time_s, self.anchor.seed)
        return faults.apply(node, found, time_s, self.anchor.began_s)

    def at(self, node: str, time_s: float) -> dict[str, float]:
        """Raw readings of a node at one time, by channel; empty while it is silent."""
        _, found = self.readings(node, np.array([time_s]))
        return {channel: float(values[0]) for channel, values in found.items() if values.size}

    def levels_m(self, instrument: str, time_s: Array) -> Array:
        """True water levels at a piezometer's tip, m a.s.l.; times up to the first start."""
        return self._truth.at(self._truth.levels_m[instrument], time_s)

    def is_silent(self, node: str, time_s: float) -> bool:
        """Whether the node is without power at this time."""
        return bool(faults.is_silent(node, np.array([time_s]), self.anchor.began_s)[0])

    def _reaching(self, time_s: float) -> water.Truth:
        self._last_s = time_s + AHEAD_S
        storm_s = self.anchor.began_s + STORM_DAYS * DAY_S
        days_on = STORY_DAY - int(self.anchor.began_s // DAY_S)
        return water.simulate(
            self.first_s, self._last_s, self.anchor.seed, instruments.PIEZOMETERS, storm_s, days_on=days_on
        )
