"""The simulated dam of a drill: from its first second on instruments see what the scenario lets happen."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailings.drill import DrillScenario, DrillScope
from tailings.facility import Facility
from tailwatch.demo import instruments, water
from tailwatch.demo.dam import Anchor, Dam

Array = NDArray[np.float64]
WATER: Final = frozenset({instruments.POND, *instruments.PIEZOMETERS})
"""Instruments that see the water that a scenario raises."""


def known(facility: Facility) -> DrillScope:
    """Return what a scenario may name. A plan that nobody approved calls nobody, so no drill is held on it."""
    plans = frozenset(name for name, plan in facility.tarp.items() if plan.approved_by)
    return DrillScope(WATER, frozenset(facility.instruments), plans)


class DrillDam(Dam):
    """The dam of the demo until `began_s` [Unix s]; then the scenario is played. No plan stands when it begins."""

    has_storm = False

    def __init__(self, anchor: Anchor, scenario: DrillScenario) -> None:
        self.began_s = math.inf
        self._scenario = scenario
        super().__init__(anchor)

    def truth_at(self, time_s: Array) -> water.Truth:
        """The truth with the water of the scenario; time_s: float64[n], of which the first counts."""
        truth = super().truth_at(time_s)
        if not time_s.size or time_s[0] < self.began_s:
            return truth
        rises_m = self._scenario.rises_m(float(time_s[0]) - self.began_s)
        return water.raised(truth, rises_m, instruments.POND)

    def at(self, node: str, time_s: float) -> dict[str, float]:
        """Raw readings of a node at one time, by channel; without those of instruments that do not answer."""
        found = super().at(node, time_s)
        silent = self._scenario.unread(time_s - self.began_s) if time_s >= self.began_s else ()
        own = tuple(f"{name.partition(':')[2]}." for name in silent if name.startswith(f"{node}:"))
        return {channel: value for channel, value in found.items() if not channel.startswith(own)} if own else found
