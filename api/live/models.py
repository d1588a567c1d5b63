"""What the live stream sends."""

from pydantic import Field

from api.http.models import Shape, Time


class LatestValue(Shape):
    """The newest observation of a datastream at the time of sending."""

    id: int
    name: str
    facility: str
    unit: str
    time: Time
    result: float | None
    quality: int
    tests: str | None


class CommitEvent(Shape):
    """One transaction of ingest: event `commit`, whose SSE id is `commit`.

    `latest` holds the datastreams of this commit that the client asked for. After a reconnect the values are as new as
    the moment of sending, so a client that was away needs no other question for the present.
    """

    commit: int
    at: Time
    facilities: list[str]
    rows: int = Field(description="Observations written by this commit, of all facilities")
    first_time: Time | None
    last_time: Time | None
    latest: list[LatestValue]
