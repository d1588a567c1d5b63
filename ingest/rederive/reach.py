"""How far around itself a derived row looks, along the whole chain of formulas and filters."""

from functools import cache
from typing import Final

from tailings import filters, formulas, partners
from tailings.facility import Datastream, Facility

ROWS: Final = 2.0
"""A window of n rows is taken as n intervals twice over: rows may be missing."""


def reach(facility: Facility) -> tuple[float, float]:
    """Return how many seconds of the past and of the future the widest chain of a facility needs.

    What a datastream is compared with is judged by its own tests first, which look around too.
    """
    first = partners.stage_one(facility)

    @cache
    def before_s(name: str, is_first: bool) -> float:
        one = _datastream(facility, first, name, is_first)
        window = filters.widest(one.filters)
        own_s = max(window.before_s, window.before_rows * ROWS * one.expected_interval_s)
        sources_s = max((before_s(source, is_first) for source in one.inputs.values()), default=0.0)
        partners_s = max((before_s(partner, True) for partner in filters.partners_of(one)), default=0.0)
        return own_s + max(formulas.history_s(one) + sources_s, partners_s)

    @cache
    def after_s(name: str, is_first: bool) -> float:
        one = _datastream(facility, first, name, is_first)
        own_s = filters.widest(one.filters).after_rows * ROWS * one.expected_interval_s
        sources_s = max((after_s(source, is_first) for source in one.inputs.values()), default=0.0)
        partners_s = max((after_s(partner, True) for partner in filters.partners_of(one)), default=0.0)
        return max(own_s + sources_s, partners_s)

    names = facility.datastreams
    return max((before_s(name, False) for name in names), default=0.0), max(
        (after_s(name, False) for name in names), default=0.0
    )


def _datastream(facility: Facility, first: Facility | None, name: str, is_first: bool) -> Datastream:
    return (first if first is not None and is_first else facility).datastreams[name]
