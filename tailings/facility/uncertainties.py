"""Measurement uncertainty as a facility file states it: for each instrument a dated budget of terms."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tailings.geometry import Dated

TermKind = Literal["calibration", "accuracy", "resolution", "drift"]
Positive = Annotated[float, Meta(gt=0, le=1e12)]


class UncertaintyTerm(Struct, frozen=True, forbid_unknown_fields=True):
    """One term of a budget: how far the values of one quantity of the instrument may err for one reason.

    kind: "calibration" and "accuracy" are an error that all readings share; "drift" is one that grows by this much in
    each year since the budget's day; "resolution" is the smallest step of a reading, and each reading errs anew.
    Stated either as `value` in `unit`, or as `percent` of the reading. coverage_factor: what a certificate has
    multiplied its standard uncertainty with (k = 2 on most); without one the figure is a limit, plus or minus, and the
    error is taken as spread evenly between both ends.
    """

    quantity: str
    """The quantity of the instrument whose readings err."""
    kind: TermKind
    """How they err: alike (calibration, accuracy), by steps (resolution), or more each year (drift)."""
    value: Positive | None = None
    """How far they may err, plus or minus. [unit]"""
    unit: str | None = None
    """The unit of value."""
    percent: Annotated[float, Meta(gt=0, le=100)] | None = None
    """How far they may err, as a share of the reading. [%]"""
    coverage_factor: Annotated[float, Meta(ge=1, le=5)] | None = None
    """What a certificate multiplied its standard uncertainty with; without it value is a limit."""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.percent is None):
            raise ValueError("give either value with its unit, or percent (of the reading)")
        if (self.value is None) != (self.unit is None):
            raise ValueError("value and unit belong together; percent has no unit")
        if self.kind == "resolution" and self.coverage_factor is not None:
            raise ValueError("a resolution is a step and has no coverage_factor; remove it")


class UncertaintyBudget(Dated, frozen=True, kw_only=True):
    """All that is stated of an instrument's uncertainty from a day on; source: the certificate or data sheet."""

    terms: Annotated[tuple[UncertaintyTerm, ...], Meta(min_length=1, max_length=50)]
    """The reasons for which readings may err, each once."""
