"""A request: what a person asks for, and what became of it."""

from typing import Literal

from pydantic import Field

from api.http.models import Page, Shape, Time

Body = dict[str, object]


class Wish(Shape):
    """What is asked for."""

    kind: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["settle-quarantined"])
    facility: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["vale"])
    body: Body = Field(examples=[{"quarantined": 12, "note": "clock of the node was reset by hand"}])


class Request(Shape):
    """A wish with its author and its fate; it is over when `state` is done, refused, failed or stopped."""

    id: int
    kind: str
    facility: str
    author: str = Field(examples=["user:3"])
    asked_at: Time
    changed_at: Time
    state: Literal["asked", "running", "done", "refused", "failed", "stopped"]
    progress: float = Field(ge=0, le=1)
    outcome: Body | None = Field(description="What a done request gives; `reason` of any other that is over")


class Requests(Page):
    """A part of the requests, the newest first."""

    requests: list[Request]


class Kind(Shape):
    """Something that can be asked for."""

    kind: str
    role: str = Field(description="The right that it needs in its facility")
    what: str
    body: Body = Field(description="JSON Schema of its body")


class Kinds(Shape):
    """All that can be asked for here."""

    kinds: list[Kind]
