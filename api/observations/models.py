"""Observations as columns, as the api documents them (they are written without a Python object a row)."""

from typing import Annotated, Literal

from pydantic import Field

from api.http.models import Page, Shape, Time

Instant = str | float
Pair = Annotated[list[Instant], Field(min_length=2, max_length=2)]


class SeriesColumns(Shape):
    """A series as parallel columns: item i of each belongs to times[i]. All in ascending order of time."""

    datastream: str = Field(examples=["vale:n07:vw1.level"])
    id: int
    quantity: str
    unit: str = Field(description="UCUM")
    expected_interval_s: float | None
    aggregation: Literal["raw", "minmax", "hour", "day"] = Field(
        description="raw: as observed; else each item is one bucket of `bucket_s`, made from the observations (minmax),"
        " or, with the same result, from kept hours or days"
    )
    bucket_s: float | None = Field(description="Width of a bucket; null when raw")
    quality: list[int] = Field(description="The quality flags that were asked for")
    count: int = Field(description="Length of the columns")
    times: list[Instant] = Field(description="Phenomenon time; of a bucket its beginning")
    results: list[float | None] = Field(description="The result, or the mean of a bucket; null where a read failed")
    qualities: list[int] = Field(description="The flag, or the worst flag of a bucket")
    tests: list[str | None] | None = Field(description="Names of all tests and causes that decided; null for buckets")
    minimums: list[float | None] | None = Field(description="Of a bucket; null when raw")
    maximums: list[float | None] | None = Field(description="Of a bucket; null when raw")
    counts: list[int] | None = Field(description="Results in a bucket; null when raw")
    gaps: list[Pair] = Field(
        description="Pairs of neighbours among these observations that are more than 1.5 expected intervals apart"
    )


class Observations(Page, SeriesColumns):
    """A part of a series, and the address of what follows."""

    as_of: Time | None = Field(description="The instant that was asked for; null: as it is known now")


class FlaggedReadings(Shape):
    """Observations beside a line, each as it is: item i of each column belongs to times[i]."""

    times: list[Instant]
    results: list[float | None]
    qualities: list[int]
    tests: list[str | None]
    is_thinned: bool = Field(
        description="There are too many, or some are in the archive alone: of each bucket the lowest and the highest,"
        " at the time of its first mark; of an hour in the archive those of all its readings"
    )


class ChartUncertainty(Shape):
    """How far the values of a line may err, at some of its times; with straight lines between them."""

    coverage_factor: float = Field(description="k")
    times: list[Instant]
    expanded: list[float | None] = Field(description="null: not stated for all that the value is made of")


class Chart(SeriesColumns):
    """A series as a chart shows it: the line, and apart from it what is not part of the line."""

    marks: FlaggedReadings
    uncertainty: ChartUncertainty | None = Field(default=None, description="Where it was asked for")


class Alignment(Shape):
    """The rule by which series stand on one grid."""

    interval_s: int = Field(description="Width of a cell; cells begin by the facility's standard time")
    method: Literal["mean"] = Field(description="Of the results with the flags of `quality`; null and flag 9: none")
    time: Literal["beginning"] = Field(description="Which time of a cell `times` says; it is included, the end is not")
    quality: list[int]


class Charts(Shape):
    """Several series of one facility over one interval, in the order in which they were asked for."""

    facility: str
    as_of: Time | None = Field(description="The instant that was asked for; null: as it is known now")
    aligned: Alignment | None = Field(default=None, description="Where it was asked for: all have the same times")
    series: list[Chart]
