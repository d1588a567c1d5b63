"""What contradicts itself in a study file: names that stand twice, steps of nothing, ends that are not drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tailings.estimate.outcomes import Spread
from tailings.study.inputs import BadStudy, StudyInputs

NAMED_LIKE_A_PRICE: Final = "a use of the mass and a commodity of one name have one price: give the use another name"


OF_ELEMENTS: Final = ("price", "grade", "recovery")
"""What a step may be about of some commodities alone."""


def check(inputs: StudyInputs) -> None:
    """Raise BadStudy for the first of them; done before a study is run, so that stored ones are read as ever."""
    for key, names in _names(inputs):
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise BadStudy(f"{key}: {twice!r} stands twice, and one of the two would not count; give each its own name")
    elements = [one.element for one in inputs.commodity]
    for use in inputs.bulk:
        if use.name in elements:
            raise BadStudy(f"bulk: {use.name!r}: {NAMED_LIKE_A_PRICE}")
    for step in inputs.next_step:
        if step.elements and step.about not in OF_ELEMENTS:
            raise BadStudy(
                f"next_step: {step.name}: a {step.about} is of no element and would bring nothing; leave elements out"
            )
    for key, spread in _spreads(inputs):
        if spread.low < spread.least or spread.high > spread.most:
            raise BadStudy(
                f"{key}: {spread.low:g} to {spread.high:g} reaches beyond {spread.least:g} to {spread.most:g}, within "
                "which it is drawn, so its ends would not be those that are stated; correct them, or state least and "
                "most of a use that may cost money"
            )


def _names(inputs: StudyInputs) -> Iterator[tuple[str, list[str]]]:
    """What pages and figures know by its name."""
    yield "bulk", [one.name for one in inputs.bulk]
    yield "bench", [one.name for one in inputs.bench]
    yield "next_hole, next_step", [*(one.name for one in inputs.next_hole), *(one.name for one in inputs.next_step)]
    yield "piezometer", [one.datastream for one in inputs.piezometer]
    yield "standard", [f"{one.element} in {one.material}" for one in inputs.standard]


def _spreads(inputs: StudyInputs) -> Iterator[tuple[str, Spread]]:
    stated = {
        "volume_m3": inputs.volume_m3,
        "density_t_m3": inputs.density_t_m3,
        "cost_per_t": inputs.cost_per_t,
        "plant": inputs.plant,
        "avoided_liability": inputs.avoided_liability,
    }
    yield from ((key, one.spread()) for key, one in stated.items() if one is not None)
    for one in inputs.commodity:
        yield f"recovery of {one.element}", one.recovery.spread(most=1.0)
        if one.oxidised_recovery is not None:
            yield f"oxidised_recovery of {one.element}", one.oxidised_recovery.spread(most=1.0)
    yield from ((f"bulk: price of {use.name}", use.price) for use in inputs.bulk)
