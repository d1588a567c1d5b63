"""The demo's faults, each shown as what it is: what they do to readings, and which nodes are silent when.

Three of the eight are not in the readings: the wrong calibration sign stands in dam.toml (n04), and the clock that is
never set and the link that is lost happen to the running nodes (n08, n05; field.py).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailwatch.demo.instruments import Readings

Array = NDArray[np.float64]

DAY_S: Final = 86400.0
GAP: Final = ("n02", -20.0, -19.3)  # node, from and to in days from the demo's first start
SPIKES: Final = ("n05", "vw1.frequency", 14.0)  # Hz
SPIKE_IN: Final = 350  # readings: more than one a day in the history, one an hour while nodes measure every 10 s
DRIFT: Final = ("n03", "vw2.frequency", -25.0, 15.0, -0.3)  # from day, to day, Hz a day
STUCK: Final = ("n06", "sonde.ph", -12.0, -9.0)
DEAD_BATTERY: Final = ("n07", -6.0, 10.0 / 1440)  # falls from; empty, and the node off, some minutes after the start
EMPTY_BATTERY_V: Final = 10.4
LOST_LINK: Final = ("n05", 240.0, 180.0, 1500.0)  # first lost so long after a start [s], for, and then every
CLOCKLESS: Final = ("n08", 4, -0.25)  # restarts after so many readings; from that day on none of them has a time
STORIES: Final = (
    ("gap", "n02", "the pond's node was off for most of a day, 20 days ago"),
    ("spike", "n05", "noise on the cable throws single readings off: Show rejected"),
    ("drift", "n03", "for 25 days the upper tip (vw2) has crept away from the lower one (vw1)"),
    ("stuck value", "n06", "the pH probe gave one number for three days, 12 days ago: Show rejected"),
    ("dead battery", "n07", "its battery has run down for 6 days and is empty some minutes after the first start"),
    ("clock never set", "n08", "it restarts before it is told the time: its packs end in quarantine, no-time"),
    ("lost link", "n05", "its radio link fails for minutes now and then, and its packs come late"),
    ("wrong calibration sign", "n04", "its calibration is read with the sign turned round: below zero, rejected"),
)
"""What, where, and in words, for the person who looks for it."""


def apply(node: str, readings: Readings, time_s: Array, began_s: float) -> tuple[Array, Readings]:
    """Return times and readings as the node's instruments give them, faults included; a silent node loses rows.

    time_s: float64[n], seconds since 1970. began_s: when the demo was first started; the faults lie around it.
    """
    days = (time_s - began_s) / DAY_S
    changed = dict(readings)
    if node == SPIKES[0]:
        changed[SPIKES[1]] = readings[SPIKES[1]] + SPIKES[2] * _is_spike(time_s)
    if node == DRIFT[0]:
        changed[DRIFT[1]] = np.round(readings[DRIFT[1]] + _drifted_hz(days), 2)
    if node == STUCK[0]:
        changed[STUCK[1]] = _stuck(readings[STUCK[1]], (days >= STUCK[2]) & (days < STUCK[3]))
    if node == DEAD_BATTERY[0]:
        share = np.clip((days - DEAD_BATTERY[1]) / (DEAD_BATTERY[2] - DEAD_BATTERY[1]), 0.0, 1.0)
        volts = readings["battery.voltage"]
        changed["battery.voltage"] = np.round(volts + share * (EMPTY_BATTERY_V - volts), 2)
    awake = ~is_silent(node, time_s, began_s)
    return time_s[awake], {name: values[awake] for name, values in changed.items()}


def is_silent(node: str, time_s: Array, began_s: float) -> NDArray[np.bool_]:
    """Whether the node makes no packs at these times: in its gap, or for ever once its battery is empty."""
    days = (time_s - began_s) / DAY_S
    if node == GAP[0]:
        return np.asarray((days >= GAP[1]) & (days < GAP[2]))
    if node == DEAD_BATTERY[0]:
        return np.asarray(days >= DEAD_BATTERY[2])
    return np.zeros(time_s.size, dtype=np.bool_)


def is_dated(node: str, time_s: Array, began_s: float) -> NDArray[np.bool_]:
    """Whether what the node measures at these times can be given a time."""
    days = (time_s - began_s) / DAY_S
    return np.asarray((days < CLOCKLESS[2]) | (node != CLOCKLESS[0]))


def is_link_lost(run_s: float) -> bool:
    """Whether the link of LOST_LINK is down so many seconds after the start of a run."""
    _, first_s, lasts_s, every_s = LOST_LINK
    return run_s >= first_s and (run_s - first_s) % every_s < lasts_s


def _drifted_hz(days: Array) -> Array:
    _, _, first, last, hz_per_day = DRIFT
    return hz_per_day * np.clip(days - first, 0.0, last - first)


def _is_spike(time_s: Array) -> NDArray[np.bool_]:
    """One reading in about SPIKE_IN, by a hash of its time, so that live and history agree."""
    ticks = (time_s // 10).astype(np.uint64)
    return np.asarray((ticks * np.uint64(2654435761)) % np.uint64(1 << 32) < (1 << 32) // SPIKE_IN)


def _stuck(values: Array, where: NDArray[np.bool_]) -> Array:
    """Repeat the first value of the stuck span all through it."""
    if not where.any():
        return values
    return np.where(where, values[int(np.argmax(where))], values)
