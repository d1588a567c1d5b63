"""What must hold in the budgets of uncertainty: a quantity of the instrument, its unit, no term twice."""

from __future__ import annotations

from collections import Counter

from tailings import quantities, units
from tailings.facility.model import Facility, Instrument
from tailings.facility.uncertainties import UncertaintyTerm
from tailings.plugins import hint
from toml_file.problems import Path, Report


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the budgets of a facility's instruments."""
    measured: dict[str, set[str]] = {}
    for datastream in facility.datastreams.values():
        measured.setdefault(datastream.instrument, set()).add(datastream.quantity)
    for instrument in facility.instruments.values():
        _instrument(instrument, measured.get(instrument.name, set()), report)


def _instrument(instrument: Instrument, measured: set[str], report: Report) -> None:
    for index, budget in enumerate(instrument.uncertainty):
        path: Path = ("instruments", instrument.name, "uncertainty", index, "terms")
        stated = Counter((term.quantity, term.kind) for term in budget.terms)
        for number, term in enumerate(budget.terms):
            _term(term, measured, report, (*path, number))
        for (quantity, kind), times in stated.items():
            if times > 1:
                report.add(path, f"{quantity} has {times} terms of kind {kind}; put them together as one")


def _term(term: UncertaintyTerm, measured: set[str], report: Report, path: Path) -> None:
    if term.quantity not in measured:
        report.add(
            (*path, "quantity"),
            f"no datastream of this instrument has the quantity {term.quantity!r}{hint(term.quantity, measured)}",
        )
        return
    if term.unit is None:
        return
    usual = quantities.get(term.quantity)
    try:
        dimension = units.get(term.unit).dimension
    except units.UnknownUnit as error:
        report.add((*path, "unit"), f"{error}{units.nearest(term.unit, usual.dimension)}")
        return
    if dimension != usual.dimension:
        report.add((*path, "unit"), f"{term.unit} is no unit of {term.quantity}; use one such as {usual.unit}")
