"""The shapes of the walk: where to read what, and what is to be known of the readings that were brought."""

from typing import Annotated, Final, Literal

from pydantic import Field

from api.commands.models import Command
from api.datastreams.models import Latest
from api.http.models import Shape, Time

MAX_READINGS: Final = 500
Reference = Annotated[str, Field(max_length=200, examples=["vale:n05:dip.distance"])]


class WalkStop(Shape):
    """One datastream that is read by hand, with what stands beside the field for its next reading."""

    datastream: str = Field(description="Full name", examples=["vale:n05:dip.distance"])
    node: str
    instrument: str
    title: str = Field(description="The name that is painted on its instrument; '': none is stated")
    place: str = Field(description="Where people look for it; '': not stated")
    quantity: str = Field(examples=["distance"])
    unit: str = Field(description="UCUM", examples=["m"])
    expected_interval_s: float | None
    last: Latest | None = Field(description="null: it was never read")
    due_at: Time | None = Field(description="When its next reading is due; null: it was never read, and is due")
    is_due: bool
    lowest: float | None = Field(description="A lower reading is unlikely, by filters and history; null: not known")
    highest: float | None = Field(description="A higher reading is unlikely; null: not known")
    largest_change: float | None = Field(
        description="A reading further than this from the last is unlikely; null: not known"
    )


class EntryReading(Shape):
    """One reading of an entry, as it stands now."""

    datastream: str = Field(description="Full name")
    at: Time
    value: float | None = Field(description="null: it could not be read")


class WalkEntry(Shape):
    """Readings that a person entered by hand at once: a revision."""

    revision: int
    made_at: Time
    author: str = Field(examples=["user:3"])
    reason: str = Field(description="Why stored values were wrong, or, without such a reason, what was read")
    readings: list[EntryReading] = Field(description="The first in the order of time")
    count: int = Field(description="How many it has")
    withdrawn_by: int | None = Field(description="The revision that took it back")


class Walk(Shape):
    """What is read by hand at a facility, in the order of its file."""

    now: Time
    facility: str
    stops: list[WalkStop]
    entries: list[WalkEntry] = Field(description="The newest entries, the newest first")


class NewReading(Shape, defer_build=False):
    """One reading as a person took it."""

    datastream: Reference = Field(description="Full name")
    at: Time = Field(description="When it was read")
    value: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = Field(
        description="null: it was tried and could not be read, which is stored as missing"
    )
    unit: str | None = Field(default=None, max_length=20, description="UCUM; that of the datastream, where it is given")


class NewReadings(Shape, defer_build=False):
    """The readings of a walk, or of a part of one."""

    readings: list[NewReading] = Field(min_length=1, max_length=MAX_READINGS)
    replace: bool = Field(default=False, description="Correct stored values that differ, under a revision")
    reason: str = Field(default="", max_length=1_000, description="Why stored values are wrong; needed with `replace`")
    check: bool = Field(default=False, description="Only say what is to be known of them; nothing is entered")


class ReadingFinding(Shape):
    """Something to be known of a reading; none forbids it."""

    code: Literal["below", "above", "jump", "stored", "differs"] = Field(
        description="Outside the likely range; far from the last; just so, or with another value, stored already"
    )
    limit: float | None = Field(description="What it was compared with; of a stored one that is missing null")


class CheckedReading(Shape):
    """A reading with what is to be known of it."""

    datastream: str
    at: Time
    value: float | None
    unit: str
    findings: list[ReadingFinding]


class EnteredReadings(Shape):
    """The readings in their order, and the command that enters them; null: they were only checked."""

    readings: list[CheckedReading]
    command: Command | None
