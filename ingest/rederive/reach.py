"""How far around itself a derived row looks, along the whole chain of formulas and filters."""

from functools import cache
from typing import Final

from tailings import filters, formulas
from tailings.facility import Facility

ROWS: Final = 2.0
"""A window of n rows is taken as n intervals twice over: rows may be missing."""


def reach(facility: Facility) -> tuple[float, float]:
    """Return how many seconds of the past and of the future the widest chain of a facility needs."""

    @cache
    def before_s(name: str) -> float:
        one = facility.datastreams[name]
        window = filters.widest(one.filters)
        own_s = max(window.before_s, window.before_rows * ROWS * one.expected_interval_s)
        return own_s + formulas.history_s(one) + max((before_s(source) for source in one.inputs.values()), default=0.0)

    @cache
    def after_s(name: str) -> float:
        one = facility.datastreams[name]
        own_s = filters.widest(one.filters).after_rows * ROWS * one.expected_interval_s
        return own_s + max((after_s(source) for source in one.inputs.values()), default=0.0)

    names = facility.datastreams
    return max(map(before_s, names), default=0.0), max(map(after_s, names), default=0.0)
