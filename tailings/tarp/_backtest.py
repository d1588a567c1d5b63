"""A plan replayed on history: how often it would have spoken, how early, for how long, and what it had missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tailings.facility.plans import LEVELS
from tailings.series import Times
from tailings.tarp._plan import Timeline


@dataclass(frozen=True, slots=True)
class Marked:
    """An event that somebody marked in history; lead_s: by how much the plan spoke before it, None when it did not."""

    time_ms: int
    lead_s: float | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a plan would have done over a history.

    alarms: rises from green. reached: how often each level was entered from below. by_month: alarms by month (UTC),
    months without one too. first_ms: first entry of each level, None: never. time_in_s: seconds in each level, from
    each instant to the next.
    """

    start_ms: int
    stop_ms: int
    alarms: int
    alarms_a_month: float
    reached: dict[str, int]
    by_month: dict[str, int]
    first_ms: dict[str, int | None]
    time_in_s: dict[str, float]
    marked: tuple[Marked, ...]

    @property
    def missed(self) -> int:
        """Marked events that the plan did not see coming."""
        return sum(one.lead_s is None for one in self.marked)


def back_test(line: Timeline, marks_ms: Sequence[int] = (), within_s: float = 7 * 86_400) -> BackTest:
    """Say what a plan would have done over the history of this timeline.

    marks_ms: events that it should have seen; one is seen when an alarm stands at it, or began at most within_s before.
    """
    if line.time_ms.size == 0:
        none: dict[str, int] = dict.fromkeys(LEVELS[1:], 0)
        marked = tuple(Marked(time, None) for time in marks_ms)
        return BackTest(
            0,
            0,
            0,
            0.0,
            none,
            by_month={},
            first_ms=dict.fromkeys(LEVELS[1:]),
            time_in_s=dict.fromkeys(LEVELS, 0.0),
            marked=marked,
        )
    before = np.concatenate([[0], line.level[:-1]])
    entries = {rank: line.time_ms[(line.level >= rank) & (before < rank)] for rank in range(1, len(LEVELS))}
    start_ms, stop_ms = int(line.time_ms[0]), int(line.time_ms[-1])
    months = (stop_ms - start_ms) / (365.25 / 12 * 86_400_000)
    return BackTest(
        start_ms,
        stop_ms,
        alarms=int(entries[1].size),
        alarms_a_month=float(entries[1].size / months) if months else 0.0,
        reached={LEVELS[rank]: int(times.size) for rank, times in entries.items()},
        by_month=_by_month(entries[1], start_ms, stop_ms),
        first_ms={LEVELS[rank]: int(times[0]) if times.size else None for rank, times in entries.items()},
        time_in_s=_time_in_s(line),
        marked=tuple(_marked(time, line, entries[1], within_s) for time in marks_ms),
    )


def _by_month(times: Times, start_ms: int, stop_ms: int) -> dict[str, int]:
    months = np.array([start_ms, stop_ms], "datetime64[ms]").astype("datetime64[M]")
    every = np.arange(months[0], months[1] + np.timedelta64(1, "M"))
    found = times.astype("datetime64[ms]").astype("datetime64[M]")
    return {str(month): int(np.count_nonzero(found == month)) for month in every}


def _time_in_s(line: Timeline) -> dict[str, float]:
    spans_s = np.diff(line.time_ms) / 1000
    return {name: float(spans_s[line.level[:-1] == rank].sum()) for rank, name in enumerate(LEVELS)}


def _marked(time_ms: int, line: Timeline, risen: Times, within_s: float) -> Marked:
    """The lead of the alarm that stands at the mark, else of the earliest that began shortly before it."""
    row = int(np.searchsorted(line.time_ms, time_ms, side="right")) - 1
    before = risen[risen <= time_ms]
    if row >= 0 and line.level[row] > 0:
        return Marked(time_ms, (time_ms - int(before[-1])) / 1000)
    near = before[before >= time_ms - within_s * 1000]
    return Marked(time_ms, (time_ms - int(near[0])) / 1000 if near.size else None)
