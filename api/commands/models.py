"""A command: what a person asks for, and what became of it."""

from typing import Final, Literal

from pydantic import Field, field_validator

from api.http.models import Page, Shape, Time

Body = dict[str, object]
MAX_NESTED: Final = 16


class NewCommand(Shape, defer_build=False):
    """A command as a person gives it."""

    kind: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["settle-quarantined"])
    facility: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["vale"])
    body: Body = Field(examples=[{"quarantined": 12, "note": "clock of the node was reset by hand"}])

    @field_validator("body")
    @classmethod
    def _is_flat(cls, body: Body) -> Body:
        """A body is shown again with its outcome: one nested deeper than any command needs could not be."""
        level: list[dict[str, object] | list[object]] = [body]
        for _ in range(MAX_NESTED):
            inside = [one for outer in level for one in (outer.values() if isinstance(outer, dict) else outer)]
            level = [one for one in inside if isinstance(one, dict | list)]
            if not level:
                return body
        raise ValueError(f"lists and tables stand more than {MAX_NESTED} deep within each other; flatten them")


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
