"""What to find out next: which inputs move the decision, and which step brings most of it for its cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

import numpy as np
from msgspec import Struct

from tailings.estimate import information, outcomes
from tailings.series import Values
from tailings.study.inputs import About
from tailings.study.results import StudyResult

PLAIN: Final[dict[str, tuple[str, ...]]] = {
    "cost": ("cost", "plant", "avoided liability"),
    "volume": ("volume",),
    "density": ("density",),
}
"""What a group holds beside the inputs of its own name with an element or a use behind it."""


class Driver(Struct, frozen=True):
    """A group of inputs: the share of the variance that knowing it takes away, and what that is expected to bring."""

    about: About
    variance_share: float
    perfect: float


class Step(Struct, frozen=True):
    """A step: what it costs, and what it is expected to bring to the decision; a hole tells of the cut-off element."""

    kind: Literal["hole", "stated"]
    name: str
    about: About
    elements: tuple[str, ...]
    cost: float
    removes: float
    brings: float
    plan: str = ""

    @property
    def per_cost(self) -> float:
        """What it brings for one unit of its cost."""
        return self.brings / self.cost


class Advice(Struct, frozen=True):
    """The decision by its expected value, what knowing everything would bring, drivers and steps, the first the best.

    is_discounted: by the net present value, where there is one.
    """

    expected: float
    perfect: float
    is_discounted: bool
    drivers: tuple[Driver, ...]
    steps: tuple[Step, ...]


def advice(result: StudyResult) -> Advice:
    """Reckon it from the study's own draws."""
    case = result.case
    values = outcomes.draw(case, result.draws, result.seed, np.array(result.correlation))
    drawn = outcomes.reckon(case, values)
    value = drawn.judged
    drivers = []
    for about in get_args(About):
        given = information.expected_given(_members(values, about), value)
        share = information.variance_share(given, value)
        drivers.append(Driver(about, share, information.of_perfect(given)))
    steps = [*_holes(result, values, value), *_stated(result, values, value)]
    return Advice(
        expected=float(value.mean()),
        perfect=information.of_perfect(value),
        is_discounted=drawn.npv is not None,
        drivers=tuple(sorted(drivers, key=lambda one: -one.variance_share)),
        steps=tuple(sorted(steps, key=lambda one: -one.per_cost)),
    )


def _members(values: dict[str, Values], about: str, elements: Sequence[str] = ()) -> list[Values]:
    """The inputs of a group, or those of it that are of some elements."""
    named = PLAIN.get(about) or [name for name in values if name.partition(" ")[0] == about]
    return [values[name] for name in named if not elements or name.partition(" ")[2] in elements]


def _holes(result: StudyResult, values: dict[str, Values], value: Values) -> list[Step]:
    element = result.cut_off_element
    given = information.expected_given(_members(values, "grade", (element,)), value)
    return [
        Step(
            "hole",
            one.name,
            "grade",
            (element,),
            one.cost,
            removes=one.removed,
            brings=information.of_sample(given, min(1.0, max(0.0, one.removed))),
        )
        for one in result.next_holes
    ]


def _stated(result: StudyResult, values: dict[str, Values], value: Values) -> list[Step]:
    found = []
    for one in result.next_steps:
        given = information.expected_given(_members(values, one.about, one.elements), value)
        brings = information.of_sample(given, one.removes)
        found.append(
            Step(
                "stated", one.name, one.about, one.elements, one.cost, removes=one.removes, brings=brings, plan=one.plan
            )
        )
    return found
