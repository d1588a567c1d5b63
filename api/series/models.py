"""Series of any facilities side by side, as the api documents them."""

from pydantic import Field

from api.http.models import Shape, Time


class WorkspaceSeries(Shape):
    """One series, thinned: item i of each column belongs to times[i]. Good values only."""

    datastream: str = Field(examples=["vale:n07:vw1.level"])
    facility: str
    id: int
    quantity: str
    unit: str = Field(description="UCUM")
    expected_interval_s: float | None
    bucket_s: float | None = Field(description="Width of a bucket; null: as observed")
    times: list[Time] = Field(description="Phenomenon time; of a bucket its beginning")
    means: list[float | None] = Field(description="The result, or the mean of a bucket")
    minimums: list[float | None]
    maximums: list[float | None]
    counts: list[int] | None = Field(description="Results in a bucket; null: as observed")
    newest: float | None = Field(description="The newest result, also of buckets; null: none, or it is in the archive")


class Scatter(Shape):
    """Two series on one grid: the mean of each in every cell that holds good values of both, and the line through them.

    independent: how many independent pairs they are worth, as neighbours in time resemble each other. r: coefficient of
    correlation; slope and intercept by least squares. Null where fewer than three pairs, or a series that stands still,
    carry none.
    """

    x: str = Field(description="Full name of the datastream across")
    y: str = Field(description="Full name of the datastream upwards")
    cell_s: float = Field(description="Width of a cell of the grid; cells begin on the clock (UTC)")
    times: list[Time] = Field(description="The beginning of each cell")
    x_means: list[float]
    y_means: list[float]
    pairs: int
    independent: float | None
    r: float | None
    slope: float | None = Field(description="Unit of y per unit of x")
    intercept: float | None = Field(description="Unit of y")


class Workspace(Shape):
    """Series of any facilities over one interval, and two of them against each other where that was asked for."""

    as_of: Time | None = Field(description="The instant that was asked for; null: as it is known now")
    series: list[WorkspaceSeries]
    scatter: Scatter | None = None
