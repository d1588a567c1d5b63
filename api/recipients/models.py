"""Who is told of alarms and how the telling went, as the api shows it: without any address."""

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time


class Recipient(Shape):
    """One way to tell somebody; its address stays with ingest."""

    id: int
    facility: str
    name: str = Field(examples=["Shift phone"])
    family: Literal["dam", "maintenance"]
    from_level: int = Field(description="1 yellow, 2 orange, 3 red")
    after_min: int = Field(description="0: at once; else when nobody has acknowledged after so many minutes")
    weekdays: list[int] = Field(description="On call; 1 is Monday")
    on_call_from: str | None = Field(description="In the facility's zone; null: all day", examples=["06:00"])
    on_call_until: str | None
    quiet_from: str | None = Field(description="Of maintenance alone: what comes then waits for the end")
    quiet_until: str | None
    has_digest: bool
    language: str = Field(
        description="Tag of the language that it is told in; '': that of the settings", examples=["es"]
    )
    waiting: int = Field(description="Notifications that have not arrived yet")


class Notification(Shape):
    """One notification: made, and sent or not yet."""

    id: int
    facility: str
    recipient: str
    alarm: int | None
    kind: str
    subject: str
    made_at: Time
    sent_at: Time | None
    attempts: int
    is_given_up: bool
    delay_s: float | None = Field(description="From when it was due until it was sent")
    error: str = Field(description="What the last attempt met")


class LastTest(Shape):
    """The newest test notification that arrived."""

    name: str = Field(description="To whom", examples=["Shift phone"])
    sent_at: Time
    took_s: float = Field(description="From when it was asked for until it was sent")


class RotaTurn(Shape):
    """Somebody is on duty from hand-over to hand-over."""

    name: str = Field(examples=["Phone of Ana"])
    from_: Time = Field(alias="from", description="As far as two weeks back")
    until: Time | None = Field(description="null: not within two weeks")


class RotaGap(Shape):
    """Nobody is on duty: alarms of these hours go to all of the rota."""

    from_: Time = Field(alias="from")
    until: Time


class RotaShift(Shape):
    """Hours that their members have in turn, in the facility's zone; begins and ends the same: a whole day."""

    name: str = Field(examples=["Night"])
    weekdays: list[int] = Field(description="On which it begins; 1 is Monday")
    begins: str = Field(description="Hand-over", examples=["06:00:00"])
    ends: str
    turn: Literal["day", "week"]
    first_day: str = Field(description="On which the first member has it", examples=["2026-11-23"])
    members: list[str]


class RotaAbsence(Shape):
    """Somebody is away, and who stands in."""

    id: int
    member: str
    from_: Time = Field(alias="from")
    until: Time
    stand_in: str | None = Field(description="null: nobody, which is a gap")


class Rota(Shape):
    """Who is on duty in a facility in turn."""

    facility: str
    timezone: str = Field(examples=["Europe/Lisbon"])
    on_duty: list[RotaTurn] = Field(description="Now; empty: nobody")
    following: list[RotaTurn] = Field(description="From the next hand-over on, and who comes before it")
    gaps: list[RotaGap] = Field(description="In the next four weeks, at most 20")
    shifts: list[RotaShift]
    absences: list[RotaAbsence] = Field(description="That are not over")


class Recipients(Shape):
    """Who is told in a facility, and the newest notifications."""

    facility: str
    recipients: list[Recipient]
    notifications: list[Notification]
