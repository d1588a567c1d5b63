"""A quarantined message as the api shows it."""

from datetime import date

from pydantic import Base64Bytes, Field

from api.http.models import Page, Shape, Time


class Quarantined(Shape):
    """Something that came and could not be stored: why, and what would help."""

    id: int
    sender: str
    epoch: str | None
    seq: int | None
    received_at: Time = Field(description="By the clock of who refused it, which may be the one that is wrong")
    arrived_at: Time = Field(description="By the centre's clock")
    reason: str = Field(examples=["relative-time"])
    field: str = Field(examples=["bt"])
    fix: str
    bytes: int = Field(description="Full length of what came")
    times: int = Field(description="How often the very same came")
    stage: str = Field(description="edge or ingest: who refused it")
    state: str
    raw: Base64Bytes | None = Field(description="What came, cut to what a batch may carry; only with raw=base64")


class NotStored(Shape):
    """What a sender put in on a day beyond its limit: counted, but not stored."""

    sender: str
    day: date
    messages: int
    bytes: int


class Quarantine(Page):
    """Quarantined messages of a facility, the newest first."""

    facility: str
    quarantined: list[Quarantined]
    not_stored: list[NotStored] = Field(description="Of the last 30 days, the newest day first")
