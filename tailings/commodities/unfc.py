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

LIMITS: Final = ((8, 0.30, 2), (16, 0.15, 1))
"""Holes, half width, and the G that they allow."""
MOST_GAP: Final = 1.75
"""A regular grid has about 1.0, holes at random 1.5; who drills where it is rich alone leaves more."""


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


def confidence(holes: int, gap: float, relative_half_width: float, author: str, today: dt.date) -> Criterion:
    """Score G from what the estimate knows: half the P90-P10 interval of the metal, volume included, and the holes.

    gap: the largest distance from a place to the nearest hole, over the side of the area that each hole has. G1 up to
    15 % from 16 holes or more, G2 up to 30 % from 8 or more, both with a gap up to MOST_GAP, else G3: a convention of
    this program (the design names the measure, not the limits), to be replaced by the competent person's.
    docs/bench/coverage.md shows how often such intervals hold.
    """
    number = 3
    for least, widest, given in LIMITS:
        if holes >= least and relative_half_width <= widest and gap <= MOST_GAP:
            number = given
    reason = (
        f"P90 to P10 of the metal is ±{100 * relative_half_width:.0f} % of its P50, from {holes} holes; the largest "
        f"gap is {gap:.1f} times the side of a hole's area"
    )
    return Criterion("G", "Interval of the metal", number, reason, author, scored=today)
