"""A facility as the api shows it."""

from datetime import date

from pydantic import Field

from api.assessments.models import Summary
from api.http.models import Page, Shape, Time


class Position(Shape):
    """A point in WGS 84, degrees."""

    lon: float
    lat: float


class FacilityCounts(Shape):
    """How many nodes and datastreams a facility has, and what their last observations say.

    `fresh`, `stale` (older than three expected intervals) and `never` add up to `datastreams`; `suspect`, `fail` and
    `missing` are the qualities 3, 4 and 9 of the last observation, stale or not.
    """

    nodes: int
    datastreams: int
    fresh: int
    stale: int
    never: int
    suspect: int
    fail: int
    missing: int


class Facility(Shape):
    """A tailings storage or extractive-waste facility."""

    id: str = Field(examples=["vale"])
    name: str = Field(examples=["Vale do Sino"])
    region: str | None = Field(description="NUTS code", examples=["PTI14"])
    operator: str | None
    timezone: str = Field(examples=["Europe/Lisbon"])
    location: Position | None
    consequence_class: str | None = Field(description="GISTM: low, significant, high, very-high, extreme")
    commissioned: date | None
    crest_m: float | None = Field(description="m above the vertical datum, of now or as of the time asked for")
    minimum_freeboard_m: float | None = Field(description="m below the crest")
    public: bool
    licence: str | None = Field(examples=["CC-BY-4.0"])
    sample_data: str | None = Field(default=None, description="What of it is invented; null: nothing is")
    version: int = Field(description="Version of the facility file; derived values carry it as cfg")
    applied_at: Time
    last_time: Time | None = Field(description="Phenomenon time of the newest observation")
    age_s: float | None
    counts: FacilityCounts
    assessment: Summary


class Facilities(Page):
    """All facilities, and the commit up to which the figures are true (give it to /api/v1/live as `after`)."""

    commit: int
    facilities: list[Facility]


class FacilityDocument(Facility):
    """A facility with its whole file: agents, nodes, instruments with calibrations, datastreams, filters.

    With `as_of` the file and what is taken from it are those in force then; counts, `last_time`, `age_s` are of now.
    """

    as_of: Time | None = Field(default=None, description="The instant that was asked for; null: the file in force now")

    hash: str
    document: dict[str, object]
