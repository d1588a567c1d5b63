"""The figures of a study by their names, and the way to the origin of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.http.errors import NotFound

from . import assays, classification, dam, inputs, worth
from .inputs import Steps
from .known import KnownOrigin
from .models import Origin


def _input(known: KnownOrigin, of: str) -> Steps:
    """An input of the tornado: a grade goes on to its assays, all others are one step."""
    if of not in known.result.case.inputs():
        raise NotFound(f"The study has no input {of!r}.", "figure")
    if of.startswith("grade "):
        return assays.grade_of(known, of.removeprefix("grade "))
    (row,) = inputs.named(known, of)
    rate = inputs.rate(known) if of.startswith("price ") else []
    return [inputs.figure(row, worth.factors(known)), row, *rate, inputs.study(known)]


NAMES: Final[dict[str, Callable[[KnownOrigin, str], Steps]]] = {
    "net": worth.net,
    "npv": worth.npv,
    "rate": worth.rate,
    "today": worth.today,
    "tonnes": worth.tonnes,
    "paid": worth.paid,
    "contained": worth.contained,
    "recoverable": worth.recoverable,
    "value": worth.value,
    "use": worth.use,
    "input": _input,
    "grade": assays.grade_of,
    "curve": assays.curve,
    "hole": assays.hole,
    "study": assays.samples,
    "control": assays.control,
    "next": assays.next_hole,
    "step": worth.step,
    "price": classification.price,
    "listed": classification.listed,
    "unfc": classification.unfc,
    "eu": classification.eu_share,
    "record": classification.record,
    "reachable": dam.reachable,
    "bench": dam.bench,
    "flooded": dam.flooded,
    "flooded_then": dam.flooded_then,
    "dry": dam.dry,
    "unlevelled": dam.unlevelled,
    "oxidised": assays.oxidised,
}
"""What stands before the colon of a figure's name, and what tells of it."""
OF_RATINGS: Final = "unfc"
"""The figure that is told of with the classes of each version of the study."""


def trace(known: KnownOrigin, figure: str) -> Origin:
    """Give the origin of a figure; raises NotFound naming the figures there are."""
    name, _, of = figure.partition(":")
    if name not in NAMES:
        raise NotFound(f"There is no figure {figure!r}; figures are {', '.join(NAMES)}.", "figure")
    study = known.study
    return Origin(facility=study.facility, study=study.version, figure=figure, steps=NAMES[name](known, of))
