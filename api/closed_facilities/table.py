"""The database of closed facilities as CSV: a line a facility, each field with its state and source."""

from __future__ import annotations

from typing import Final

from api.closed_facilities.models import ClosedFacilities, ClosedFacilityDocument
from tailings import csv_text
from tailings.register.closed_facilities import FIELDS, STAGES

PLANNED: Final = "planned_samples"
"""Of the campaign that the answer plans (`samples`, `sample_cost`, `visit_cost`); empty: none planned."""
OF_FACILITY: Final = ("number", "id", "name", "country", "region", "municipality", "status")
BEHIND: Final = ("complete", "needed", "is_public", "samples", "facility")


def csv(found: ClosedFacilities) -> bytes:
    """Write it, in the order of the answer; an empty cell: nobody says it."""
    head = [
        *OF_FACILITY,
        *(name for one in FIELDS for name in (*one.columns, f"{one.name}_state", f"{one.name}_source")),
    ]
    head += [*STAGES.values(), *BEHIND, "registers", PLANNED]
    planned = {one.number: one.samples for one in (found.plan.facilities if found.plan else [])}
    return csv_text.text([head, *([*_row(one), planned.get(one.number)] for one in found.facilities)]).encode()


def _row(one: ClosedFacilityDocument) -> list[object]:
    cells: list[object] = [getattr(one, name) for name in OF_FACILITY]
    for asked, of in zip(FIELDS, one.fields, strict=True):
        cells += [*(of.values.get(name) for name in asked.columns), of.state, of.source]
    cells += [stage.done.isoformat() if stage.done else None for stage in one.stages]
    return [*cells, *(getattr(one, name) for name in BEHIND), "; ".join(one.registers)]
