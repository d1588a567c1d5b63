"""Which days have observations, as the api shows it."""

from datetime import date

from pydantic import Field

from api.http.models import Shape


class DayCoverage(Shape):
    """One datastream: of each day, in how many of its quarters (UTC) there is an observation."""

    id: int
    datastream: str = Field(examples=["vale:n07:vw1.level"])
    expected_interval_s: float | None
    quarters: list[int] = Field(description="0 to 4, one a day from `first_day` on")


class FacilityCoverage(Shape):
    """All datastreams of a facility that are not retired, over the same days."""

    facility: str
    first_day: date
    days: int
    datastreams: list[DayCoverage]
