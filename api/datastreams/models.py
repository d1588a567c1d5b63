"""A datastream as the api shows it, with its newest observation and its coverage."""

from pydantic import Field

from api.http.models import Page, Time, compact


@compact
class Latest:
    """The newest observation of a datastream."""

    time: Time = Field(description="Phenomenon time")
    result: float | None = Field(description="null: the read failed (quality 9)")
    quality: int = Field(description="QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing")
    tests: str | None = Field(description="Names of all tests and causes that decided", examples=["gross_range"])
    received_at: Time | None = Field(description="null with `as_of`")
    age_s: float = Field(description="Seconds since `time`; with `as_of` from then on")


@compact
class Coverage:
    """From when to when there are observations, and how many (a kept counter)."""

    first: Time | None
    last: Time | None
    count: int | None = Field(description="null with `as_of`: nothing is counted")


@compact
class Datastream:
    """One quantity of one instrument, or of one formula, at one node."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["vale:n07:vw1.level"])
    facility: str
    node: str
    instrument: str
    quantity: str = Field(examples=["water-level"])
    unit: str = Field(description="UCUM", examples=["m"])
    formula: str | None = Field(description="null: raw, as measured")
    origin: str = Field(description="measured, imported or manual")
    expected_interval_s: float | None
    retired_at: Time | None
    latest: Latest | None = Field(description="null: never measured")
    is_stale: bool = Field(description="The newest observation is older than three expected intervals")
    coverage: Coverage


class Datastreams(Page):
    """Datastreams of a facility, and the commit up to which they are true (give it to /api/v1/live as `after`)."""

    commit: int
    as_of: Time | None = Field(description="The instant that was asked for; null: as it is known now")
    datastreams: list[Datastream]
