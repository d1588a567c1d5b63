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


class Recipients(Shape):
    """Who is told in a facility, and the newest notifications."""

    facility: str
    recipients: list[Recipient]
    notifications: list[Notification]
