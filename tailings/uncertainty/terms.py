"""The terms of uncertainty that are stated of a datastream itself: by its instrument's budget, else by its kind."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal, NamedTuple

import msgspec
import numpy as np

from tailings import formulas, units
from tailings.facility.model import Datastream, Facility
from tailings.facility.uncertainties import TermKind, UncertaintyBudget, UncertaintyTerm
from tailings.geometry import in_force
from tailings.series import Mask, Series, Times, Values

MS_PER_YEAR: Final = 365.25 * 86_400_000
COVERAGE_FACTOR: Final = 2.0
"""k of the expanded uncertainty: 95 % where errors are normal."""
OVERALL: Final = frozenset({"calibration", "accuracy"})
"""Terms that say how far a value errs as a whole: only with one of them is an instrument's uncertainty stated."""


Checked = Literal["read", "secondary"]


class KindTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A term of all instruments of a driver, where the file states none; checked: "read" or "secondary"."""

    driver: str
    quantity: str
    term: TermKind
    source: str
    checked: Checked
    value: float | None = None
    unit: str | None = None
    percent: float | None = None

    def as_stated(self) -> UncertaintyTerm:
        """The same as a facility file would state it."""
        return UncertaintyTerm(self.quantity, self.term, self.value, self.unit, self.percent)


class StatedTerm(NamedTuple):
    """A term in force, who says so, and whether that was read ("file": the operator's own statement)."""

    term: UncertaintyTerm
    source: str | None
    checked: Checked | Literal["file"]


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """Standard uncertainty of each row by kind of term, float64[n], and where a term says how far a value errs at all.

    A datastream whose quantity an input of the same instrument has, as a sum of rain, adds nothing of its own.
    """

    standard: Mapping[TermKind, Values]
    is_stated: Mask

    @property
    def expanded(self) -> Values:
        """Expanded uncertainty of the terms together, float64[n]."""
        return COVERAGE_FACTOR * combined(self.standard.values(), self.is_stated.size)


def combined(shares: Iterable[Values], size: int) -> Values:
    """The root of the sum of squares of standard uncertainties that have nothing in common, float64[size]."""
    return np.asarray(np.sqrt(sum((share * share for share in shares), np.zeros(size))))


@cache
def kind_terms() -> tuple[KindTerm, ...]:
    """All rows of the table."""
    text = resources.files("tailings.uncertainty").joinpath("data/kinds.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["kind"], tuple[KindTerm, ...])


def own_terms(datastream: Datastream, series: Series, facility: Facility) -> OwnTerms:
    """What is stated of a datastream's own rows, in its unit; nothing of what it is derived from."""
    size = len(series)
    standard: dict[TermKind, Values] = {}
    is_stated = np.zeros(size, np.bool_)
    if _is_repeated(datastream, facility):
        return OwnTerms(standard, is_stated)
    instrument = facility.instruments[datastream.instrument]
    for start, end, budget in _stretches(instrument.uncertainty, series.time_ms):
        for term, _, _ in _terms(budget, instrument.driver, datastream.quantity):
            part = series.rows(slice(start, end))
            column = standard.setdefault(term.kind, np.zeros(size))
            column[start:end] = _standard(term, part, datastream.unit, budget)
            is_stated[start:end] |= term.kind in OVERALL
    return OwnTerms(standard, is_stated)


def stated_terms(datastream: Datastream, facility: Facility, at: dt.datetime) -> tuple[StatedTerm, ...]:
    """What is stated of a datastream itself at an instant, with its sources."""
    if _is_repeated(datastream, facility):
        return ()
    instrument = facility.instruments[datastream.instrument]
    return tuple(_terms(in_force(instrument.uncertainty, at), instrument.driver, datastream.quantity))


def _is_repeated(datastream: Datastream, facility: Facility) -> bool:
    """Whether something of the same instrument that it is made of has its quantity: its terms come in there."""
    waiting = list(datastream.inputs.values())
    while waiting:
        source = facility.datastreams.get(waiting.pop())
        if source is not None and source.instrument == datastream.instrument:
            if source.quantity == datastream.quantity:
                return True
            waiting += source.inputs.values()
    return False


def _stretches(
    budgets: Sequence[UncertaintyBudget], time_ms: Times
) -> Iterator[tuple[int, int, UncertaintyBudget | None]]:
    for start, end, dated in formulas.stretches({"uncertainty": tuple(budgets)}, time_ms):
        yield start, end, dated["uncertainty"]


def _terms(budget: UncertaintyBudget | None, driver: str, quantity: str) -> list[StatedTerm]:
    """The terms in force: those of the instrument's budget, or of its kind where it has none."""
    if budget is not None:
        return [StatedTerm(term, budget.source, "file") for term in budget.terms if term.quantity == quantity]
    rows = [row for row in kind_terms() if (row.driver, row.quantity) == (driver, quantity)]
    return [StatedTerm(row.as_stated(), row.source, row.checked) for row in rows]


def _standard(term: UncertaintyTerm, series: Series, unit: str, budget: UncertaintyBudget | None) -> Values:
    """Standard uncertainty of each row by one term [unit of the datastream]."""
    if term.percent is not None:
        limit = np.abs(np.nan_to_num(series.value)) * (term.percent / 100.0)
    else:
        limit = np.full(len(series), units.difference(term.value or 0.0, term.unit or unit, unit))
    if term.kind == "resolution":
        return np.asarray(limit / np.sqrt(12.0))
    if term.kind == "drift" and budget is not None:
        limit = limit * (np.maximum(series.time_ms - budget.valid_from.timestamp() * 1000.0, 0.0) / MS_PER_YEAR)
    return np.asarray(limit / (np.sqrt(3.0) if term.coverage_factor is None else term.coverage_factor))
