"""A command: what a person asks for, and what became of it."""

from typing import Literal

from pydantic import Field

from api.http.models import Page, Shape, Time

Body = dict[str, object]


class NewCommand(Shape):
    """A command as a person gives it."""

    kind: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["settle-quarantined"])
    facility: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["vale"])
    body: Body = Field(examples=[{"quarantined": 12, "note": "clock of the node was reset by hand"}])


class Command(Shape):
    """A command with its author and its fate; it is over when `state` is done, refused, failed or stopped."""

    id: int
    kind: str
    facility: str
    author: str = Field(examples=["user:3"])
    issued_at: Time
    changed_at: Time
    state: Literal["issued", "running", "done", "refused", "failed", "stopped"]
    progress: float = Field(ge=0, le=1)
    outcome: Body | None = Field(description="What a done command gives; `reason` of any other that is over")


class Commands(Page):
    """A part of the commands, the newest first."""

    commands: list[Command]


class CommandKind(Shape):
    """Something that a person can command."""

    kind: str
    role: str = Field(description="The right that it needs in its facility")
    what: str
    body: Body = Field(description="JSON Schema of its body")


class CommandKinds(Shape):
    """All that can be commanded here."""

    kinds: list[CommandKind]
