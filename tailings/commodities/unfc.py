"""UNFC for each commodity: scored criteria give E, F and G, and the words are derived from the code.

The weakest criterion of an axis decides it; an axis without criteria has its least confident number. Which E, F and G
make a class, and the sub-classes, are those of the update of 2019 (UNECE Energy Series 61, figures 2 and 3) as they are
known in the trade: secondary, of the text itself only title and list of classes could be opened
(https://www.scribd.com/document/608603442/Unfc-Es61-Update-2019). What is no class there is an "other combination".
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
KNOWN: Final = (1, 2, 3)
"""G of a known source; one that is only indicated has G4."""
CLASSES: Final[tuple[tuple[tuple[int, ...], int, tuple[int, ...], str], ...]] = (
    ((1,), 1, KNOWN, "viable project"),
    ((1, 2), 2, KNOWN, "potentially viable project"),  # E1 where a project whose development is pending has it already
    ((3,), 2, KNOWN, "non-viable project"),
    ((3,), 4, KNOWN, "remaining products not developed from identified projects"),
    ((3,), 3, (4,), "prospective project"),
    ((3,), 4, (4,), "remaining products not developed from prospective projects"),
)
OTHER: Final = "other combination, no class"
SUBCLASSES: Final[dict[tuple[str, str], str]] = {
    ("E1", "F1.1"): "on production",
    ("E1", "F1.2"): "approved for development",
    ("E1", "F1.3"): "justified for development",
    ("E1", "F2.1"): "development pending",
    ("E2", "F2.1"): "development pending",
    ("E2", "F2.2"): "development on hold",
    ("E3.2", "F2.2"): "development unclarified",
    ("E3.3", "F2.3"): "development not viable",
}
"""By E, with its sub-category where the sub-class asks for one, and F."""
SUBS: Final[dict[str, int]] = {"E1": 2, "E3": 3, "F1": 3, "F2": 3, "F3": 3, "F4": 3, "G4": 3}
"""How many sub-categories a category has; one that is not here has none."""
MOST_LOSSES: Final = 0.5


class NoClass(ValueError):
    """E and F that make no class; the sentence says what to state."""


class HowSure(Struct, frozen=True):
    """What G is scored from.

    holes: their number; half_width: of the metal from P90 to P10, volume included, over its P50; model_share: of the
    variance of the mean grade, what is there because the model is unknown.
    """

    holes: int
    half_width: float
    model_share: float


LIMITS: Final[dict[Number, HowSure]] = {1: HowSure(16, 0.15, 0.15), 2: HowSure(8, 0.30, 0.30)}
"""The fewest holes and the most of the others for each G. Three tenths of the variance widen an interval by a fifth."""

OF_CURVE: Final[Number] = 3
"""G of the shares of the tonnes above a cut-off, whatever G the metal has: their intervals hold what they claim, and
are up to 1.4 times as wide as the samples would allow who knew the model (docs/bench/coverage.md, decision 27)."""


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """One criterion, scored: which axis, what it says, the number it allows, why, who said so and when.

    sub: the sub-category (2 of F2.2), 0 where none is stated.
    """

    axis: Axis
    name: Annotated[str, Meta(min_length=3)]
    number: Number
    reason: Annotated[str, Meta(min_length=3)]
    author: Annotated[str, Meta(min_length=2)]
    scored: dt.date
    sub: Annotated[int, Meta(ge=0, le=3)] = 0

    def __post_init__(self) -> None:
        if self.number > LEAST[self.axis]:
            raise ValueError(f"number: {self.axis} goes from 1 to {LEAST[self.axis]}")
        category = f"{self.axis}{self.number}"
        if self.sub > SUBS.get(category, 0):
            raise ValueError(f"sub: {category} has {SUBS.get(category, 'no')} sub-categories")


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
        for e, f, g, words in CLASSES:
            if self.e in e and self.f == f and self.g in g:
                return words
        return OTHER

    @property
    def sub_class(self) -> str:
        """The sub-class, from the code and the sub-categories; "" where these are not stated or make none."""
        e, f = self._category("E", self.e), self._category("F", self.f)
        named = SUBCLASSES.get((e, f)) or SUBCLASSES.get((f"E{self.e}", f))
        return "" if named is None or self.g not in KNOWN else named

    @property
    def words(self) -> tuple[str, str, str]:
        """What each axis means, from the code alone."""
        return MEANING[f"E{self.e}"], MEANING[f"F{self.f}"], MEANING[f"G{self.g}"]

    def _category(self, axis: Axis, number: int) -> str:
        """The category with the weakest sub-category of the criteria that decided it."""
        sub = max((one.sub for one in self.decided.get(axis, ())), default=0)
        return f"{axis}{number}.{sub}" if sub else f"{axis}{number}"


def rate(criteria: tuple[Criterion, ...]) -> Rating:
    """Rate by the weakest criterion of each axis."""
    numbers: dict[Axis, int] = {}
    decided: dict[Axis, tuple[Criterion, ...]] = {}
    for axis in LEAST:
        given = [one for one in criteria if one.axis == axis]
        numbers[axis] = max((one.number for one in given), default=LEAST[axis])
        decided[axis] = tuple(one for one in given if one.number == numbers[axis])
    return Rating(numbers["E"], numbers["F"], numbers["G"], decided)


def check(rating: Rating) -> None:
    """Raise NoClass where E and F go with no G at all."""
    if any(rating.e in e and rating.f == f for e, f, _, _ in CLASSES):
        return
    fix = (
        "F1 goes with E1 alone, so state F2 until permits and economics are confirmed"
        if rating.f == 1
        else f"F{rating.f} goes with E3 alone, so state E3, or F2 with the study that it stands on"
    )
    raise NoClass(f"E{rating.e} with F{rating.f} is no class of UNFC; {fix}")


def is_loss(chance_of_loss: float, p50: float) -> bool:
    """Whether a project loses money, so that it has no E above E3: in half of the draws, or at the P50.

    A convention of this program: UNFC asks that a project is viable, and not how often.
    """
    return chance_of_loss >= MOST_LOSSES or p50 < 0


def confidence(of: HowSure, author: str, today: dt.date) -> Criterion:
    """Score G from what the estimate knows.

    G1 and G2 by the first of LIMITS that all three measures keep, else G3: a convention of this program (the design
    names the interval, not the limits), to be replaced by the competent person's. How often the intervals of each
    class hold simulated truths stands in docs/bench/coverage.md.
    """
    kept = (
        number
        for number, limit in LIMITS.items()
        if of.holes >= limit.holes and of.half_width <= limit.half_width and of.model_share <= limit.model_share
    )
    reason = (
        f"P90 to P10 of the metal is ±{100 * of.half_width:.0f} % of its P50, from {of.holes} holes; "
        f"{100 * of.model_share:.0f} % of the variance of the mean grade is there because the model is not known"
    )
    return Criterion("G", "Interval of the metal", next(kept, 3), reason, author, scored=today)
