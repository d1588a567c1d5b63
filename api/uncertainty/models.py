"""Uncertainties as the api documents them."""

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from tailings.facility.uncertainties import TermKind


class UncertaintySource(Shape):
    """One source of error of the last value: what it is of, how much it adds, and who says so."""

    datastream: str = Field(description="Where the error comes in", examples=["n07:vw1.pressure"])
    kind: TermKind | Literal["correction", "model"] = Field(
        description="calibration, accuracy: one error of all readings; drift: grows with the years; resolution: new at"
        " each reading; correction: the reading of this datastream that corrects was lost; model: what the fitted model"
        " behind this datastream leaves over"
    )
    standard: float = Field(description="Standard uncertainty that it adds to the value, in the unit of the series")
    source: str | None = Field(description="Certificate, data sheet or text; null: none is named")
    checked: Literal["file", "read", "secondary", "formula"] = Field(
        description="file: the operator's budget; read, secondary: of all instruments of this kind, where the file has"
        " none, from a text that was read, or that another one repeats; formula: by the formula that combines readings"
    )


class SeriesUncertainty(Shape):
    """The expanded uncertainty U = k u of a series, at some of its times: item i belongs to times[i]."""

    datastream: str = Field(examples=["vale:n07:vw1.level"])
    id: int
    unit: str = Field(description="UCUM; of U and of each source a difference in this unit")
    coverage_factor: float = Field(description="k")
    times: list[Time] = Field(description="Evenly chosen among the observations, in ascending order")
    results: list[float] = Field(description="The results at these times")
    expanded: list[float | None] = Field(
        description="null: not stated for all that the value is made of, or the readings that it was made of are "
        "not stored"
    )
    not_stated: list[str] = Field(description="The datastreams of which nothing says how far they err")
    sources: list[UncertaintySource] = Field(description="Of the last value, the largest first")


class Uncertainties(Shape):
    """The uncertainty of several series of one facility, in the order in which they were asked for."""

    facility: str
    version: int | None = Field(description="Of the facility file whose budgets count; null: none can be read")
    series: list[SeriesUncertainty]
