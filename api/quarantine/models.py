"""A quarantined message as the api shows it."""

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
    stored_bytes: int = Field(
        description="How many of them are here: fewer of a message longer than a gateway keeps, which no pack may be"
    )
    times: int = Field(description="How often the very same came")
    stage: str = Field(description="edge or ingest: who refused it")
    state: str
    readings: int = Field(description="How many readings it holds that were refused alone; 0: a message refused whole")
    channels: list[str] = Field(description="Whose they are", examples=[["n07:vw1.frequency"]])
    raw: Base64Bytes | None = Field(
        description="What came, cut to what a batch may carry; of readings a batch in CBOR; only with raw=base64"
    )


class Waiting(Shape):
    """What waits of one sender."""

    sender: str
    messages: int
    readings: int = Field(description="Refused alone; those in messages that were refused whole are not counted")
    bytes: int = Field(description="Of the budget of the facility")


class Room(Shape):
    """What waits of a facility, and what may."""

    bytes: int
    budget: int = Field(description="quarantine_bytes of ingest; 0: no ingest of the last day has said")
    is_nearly_full: bool = Field(description="Four fifths of it are used: beyond it gateways keep their batches")


class Held(Shape):
    """A gateway whose batches are held back: their refused part finds no room, so they are not acknowledged."""

    agent: str
    epoch: str
    seq: int = Field(description="The first batch that is held back")
    since: Time
    bytes: int = Field(description="What it would add")
    budget: int = Field(description="Bytes that may wait (quarantine_bytes in the settings of ingest)")


class Quarantine(Page):
    """Quarantined messages of a facility, the newest first."""

    facility: str
    quarantined: list[Quarantined]
    waiting: list[Waiting] = Field(description="By sender, whatever page this is")
    held: list[Held]
    room: Room


class UndeclaredChannel(Shape):
    """A channel that comes and that the facility file does not declare."""

    channel: str = Field(examples=["n07:vw2.frequency"])
    sender: str
    messages: int = Field(description="In so many messages of the quarantine its readings wait")
    time: Time | None = Field(description="Of the newest reading that waits")
    value: float | None = Field(description="The newest reading; null where it could not be read")
    unit: str | None = Field(description="As its sender has it", examples=["Hz"])
    lines: str = Field(description="What declares it in the facility file; ? stands for what only you know")


class Undeclared(Shape):
    """The channels that wait for a declaration, by name."""

    facility: str
    undeclared: list[UndeclaredChannel]
