"""UNFC for each commodity: scored criteria give E, F and G, and the words are derived from the code.

The axes and classes are those of the United Nations Framework Classification as the design read them (field guide, 3.3;
secondary: the UNECE text itself was not opened). The weakest criterion of an axis decides it; an axis without criteria
has its least confident number.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

Axis = Literal["E", "F", "G"]
Number = Annotated[int, Meta(ge=1, le=4)]
LEAST: Final[dict[Axis, int]] = {"E": 3, "F": 4, "G": 4}
MEANING: Final[dict[str, str]] = {
    "E1": "Viable: permits and economics confirmed",
    "E2": "Expected to become viable",
    "E3": "Not expected to become viable, or not yet known",
    "F1": "Technical feasibility confirmed",
    "F2": "Feasibility under further study",
    "F3": "Feasibility not yet assessed",
    "F4": "No project or process identified",
    "G1": "High confidence in the quantity",
    "G2": "Moderate confidence in the quantity",
    "G3": "Low confidence in the quantity",
    "G4": "Quantity from indirect evidence only",
}
CLASSES: Final[tuple[tuple[str, str, str], ...]] = (
    ("E1", "F1", "viable project"),
    ("E2", "F2", "potentially viable project"),
    ("E3", "F2", "non-viable project"),
    ("E3", "F4", "remaining products not developed"),
    ("E3", "F3", "prospective project"),
)


class HowSure(Struct, frozen=True):
    """What G is scored from.

    holes: their number; gap: the largest distance from a place to the nearest hole, over the side of the area that
    each hole has (a regular grid has about 1.0, holes at random 1.5); half_width: of the metal from P90 to P10, volume
    included, over its P50; model_share: of the variance of the mean grade, what is there because the model is unknown.
    """

    holes: int
    gap: float
    half_width: float
    model_share: float


LIMITS: Final[dict[Number, HowSure]] = {1: HowSure(16, 1.75, 0.15, 0.15), 2: HowSure(8, 1.75, 0.30, 0.30)}
"""The fewest holes and the most of the others for each G. Three tenths of the variance widen an interval by a fifth."""


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """One criterion, scored: which axis, what it says, the number it allows, why, who said so and when."""

    axis: Axis
    name: Annotated[str, Meta(min_length=3)]
    number: Number
    reason: Annotated[str, Meta(min_length=3)]
    author: Annotated[str, Meta(min_length=2)]
    scored: dt.date

    def __post_init__(self) -> None:
        if self.number > LEAST[self.axis]:
            raise ValueError(f"number: {self.axis} goes from 1 to {LEAST[self.axis]}")


class Rating(Struct, frozen=True):
    """Numbers of the three axes, and the criteria that decided each."""

    e: int
    f: int
    g: int
    decided: dict[Axis, tuple[Criterion, ...]]

    @property
    def code(self) -> str:
        """E2;F2;G3."""
        return f"E{self.e};F{self.f};G{self.g}"

    @property
    def project_class(self) -> str:
        """The class of the project, from the code alone."""
        for e, f, words in CLASSES:
            if (e, f) == (f"E{self.e}", f"F{self.f}"):
                return words
        return "no class: E and F do not go together"

    @property
    def words(self) -> tuple[str, str, str]:
        """What each axis means, from the code alone."""
        return MEANING[f"E{self.e}"], MEANING[f"F{self.f}"], MEANING[f"G{self.g}"]


def rate(criteria: tuple[Criterion, ...]) -> Rating:
    """Rate by the weakest criterion of each axis."""
    numbers: dict[Axis, int] = {}
    decided: dict[Axis, tuple[Criterion, ...]] = {}
    for axis in LEAST:
        given = [one for one in criteria if one.axis == axis]
        numbers[axis] = max((one.number for one in given), default=LEAST[axis])
        decided[axis] = tuple(one for one in given if one.number == numbers[axis])
    return Rating(numbers["E"], numbers["F"], numbers["G"], decided)


def confidence(of: HowSure, author: str, today: dt.date) -> Criterion:
    """Score G from what the estimate knows.

    G1 and G2 by the first of LIMITS that all four measures keep, else G3: a convention of this program (the design
    names the interval, not the limits), to be replaced by the competent person's. How often the intervals of each
    class hold simulated truths stands in docs/bench/coverage.md.
    """
    kept = (
        number
        for number, limit in LIMITS.items()
        if of.holes >= limit.holes
        and of.gap <= limit.gap
        and of.half_width <= limit.half_width
        and of.model_share <= limit.model_share
    )
    reason = (
        f"P90 to P10 of the metal is ±{100 * of.half_width:.0f} % of its P50, from {of.holes} holes; the largest gap "
        f"is {of.gap:.1f} times the side of a hole's area; {100 * of.model_share:.0f} % of the variance of the mean "
        "grade is there because the model is not known"
    )
    return Criterion("G", "Interval of the metal", next(kept, 3), reason, author, scored=today)
