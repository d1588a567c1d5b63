"""Limits of a facility that count like a plan: they are followed, called and looked after as plans are.

The minimum freeboard is watched where a datastream of the quantity freeboard exists. It is a limit of the permit or the
design, so nobody has to approve it, and there is no milder level.
"""

from __future__ import annotations

from typing import Final

from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Level, Plan

MINIMUM_FREEBOARD: Final = "minimum-freeboard"
HYSTERESIS_M: Final = 0.02
"""Two centimetres, so that waves at the limit are one event; two readings in a row raise. Both are choices of this
project."""
READINGS: Final = 2


def limit_plans(facility: Facility) -> dict[str, Plan]:
    """The limits of a facility as plans, by their id."""
    names = [one.name for one in facility.datastreams.values() if one.quantity == "freeboard"]
    if facility.minimum_freeboard_m is None or not names:
        return {}
    tests = tuple(_below(name, facility.minimum_freeboard_m) for name in sorted(names))
    when = tests[0] if len(tests) == 1 else Condition(any=tests)
    plan = Plan(MINIMUM_FREEBOARD, "minimum freeboard", (Level("red", when),), is_limit=True)
    return {plan.id: plan}


def is_limit_unwatched(facility: Facility) -> bool:
    """Whether the facility has a minimum freeboard, and nothing measures or derives a freeboard."""
    return facility.minimum_freeboard_m is not None and not limit_plans(facility)


def _below(name: str, minimum_m: float) -> Condition:
    return Condition(name, "below", minimum_m, hysteresis=HYSTERESIS_M, for_n=READINGS)
