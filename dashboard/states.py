"""The states: which one a datastream is in, and which one a facility is in by its assessment."""

from collections.abc import Iterable
from dataclasses import dataclass

from tailings.assess import freshness, limits
from tailings.assess.model import Assessment

GREEN, YELLOW, ORANGE, RED = "green", "yellow", "orange", "red"
STALE, MAINTENANCE, UNKNOWN = "stale", "maintenance", "unknown"
FRESH = "fresh"
"""Of parts alone: it reports in time, and no plan judges it. Green is said only of what a plan judges."""
BLIND, NOT_MONITORED = "blind", "not-monitored"
"""Of facilities alone: nothing left could detect the worst level of a plan; no plan is in force."""
REGISTERED = "registered"
"""Of rows of registers alone: somebody says that it is there, and nothing of it is measured here."""
REJECTED, MISSING = "rejected", "missing"
"""Of parts alone: fresh readings that cannot be used. They have no shape of their own, and are counted and said."""
RAISED = (RED, ORANGE, YELLOW)
LOUD = (*RAISED, BLIND)
"""What title and icon of a tab say."""
STATES = (RED, ORANGE, BLIND, YELLOW, STALE, MAINTENANCE, UNKNOWN, GREEN, FRESH, NOT_MONITORED, REGISTERED)
"""The worst first. Blind is as loud as yellow, and what it hides may be worse; a facility that nobody monitors screams
at nobody."""
LEVELS = (GREEN, YELLOW, ORANGE, RED)
"""Of a plan, by rank."""
NOT_FRESH = (STALE, MAINTENANCE, REJECTED, MISSING, UNKNOWN)
"""Of parts: what hides behind the state of a whole, in the order in which it is said."""
OF_WATER = {"exceeded": RED, "met": GREEN, "not-decided": UNKNOWN}
"""The state of a limit of water, and of all of a facility."""


@dataclass(frozen=True)
class StateSummary:
    """The state of a whole and how many of its parts are in each state."""

    state: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def fresh(self) -> int:
        """How many parts have a reading that is not stale and can be used."""
        return self.total - sum(self.counts.get(state, 0) for state in NOT_FRESH)

    @property
    def is_complete(self) -> bool:
        """Whether there are parts, and each of them is fresh: nothing is complete of which nothing was expected."""
        return 0 < self.total == self.fresh

    @property
    def reporting(self) -> str:
        """Whether all of it reports, whatever the values say: fresh, else stale or unknown."""
        if self.is_complete:
            return FRESH
        return STALE if self.counts.get(STALE) else UNKNOWN


def of_datastream(
    age_s: float | None, expected_interval_s: float | None, level: str | None = None, has_maintenance: bool = False
) -> str:
    """Give the state of one datastream or node.

    `age_s` [s] is the age of its last reading, None when it was never measured; `level` is its trigger level, None
    when no plan names it. A raised level outlives staleness: a sensor that went silent above a trigger stays raised.
    """
    if has_maintenance:
        return MAINTENANCE
    if level in RAISED:
        return level
    if age_s is None:
        return UNKNOWN
    if freshness.is_stale(age_s, expected_interval_s):
        return STALE
    return FRESH


def of_parts(states: Iterable[str]) -> StateSummary:
    """Give the state of a whole: the worst raised part wins, then green, then fresh; else what most parts are."""
    counts: dict[str, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    for state in (*RAISED, GREEN, FRESH):
        if counts.get(state):
            return StateSummary(state, counts)
    quiet = [state for state in (STALE, MAINTENANCE, UNKNOWN) if counts.get(state)]
    return StateSummary(max(quiet, key=lambda state: counts[state], default=UNKNOWN), counts)


def judged(assessment: Assessment, name: str, state: str) -> str:
    """Give the level that a datastream has reached by its value or its rate, else its state.

    Fresh is not safe: green is what a trigger judges, and a value that decides nothing clears nothing.
    """
    reached = limits.reached(assessment, name)
    if reached not in (None, GREEN) and severity(reached) < severity(state):
        return reached
    if state != FRESH or reached is None:
        return state
    return GREEN if limits.is_clear(assessment, name) else UNKNOWN


def severity(state: str) -> int:
    """Give the place of a state in a list sorted worst first (0 is red)."""
    return STATES.index(state)
