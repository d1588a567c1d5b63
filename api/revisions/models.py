"""Revisions and annotations as the api shows them: what was changed after the fact, and what was said of it."""

from typing import Literal

from pydantic import Field

from api.http.models import Page, Shape, Time


class Revision(Shape):
    """One change of stored values or flags; what it replaced can still be asked for with `as_of`."""

    id: int
    kind: Literal["rederive", "catch-up", "quality", "place", "undo", "quality-update", "import", "hand-entry"]
    author: str = Field(
        examples=["user:3"],
        description="user, key, system (a user of the operating system), program or agent, and which",
    )
    reason: str = Field(description="What a person typed; of a program or agent a code: later-readings, older-version")
    version: int = Field(description="Of the facility file that it was made under")
    functions: str = Field(description="Digest of the formulas and filters that it was made with")
    from_: Time = Field(alias="from", description="What it is about, included")
    to: Time = Field(description="Not included")
    state: Literal["open", "closed"] = Field(description="open: not all of it is applied yet")
    changed: int = Field(description="Observations with another value or flag than before")
    added: int = Field(description="Observations that were not there before")
    undoes: int | None = Field(description="The revision that this one takes back")
    undone_by: int | None
    made_at: Time
    closed_at: Time | None


class Revisions(Page):
    """Revisions of a facility, the newest first."""

    facility: str
    revisions: list[Revision]


class Annotation(Shape):
    """What a person or a program says of a span; it changes no value."""

    id: int
    datastream: str | None = Field(description="null: the whole facility", examples=["vale:n07:vw1.level"])
    from_: Time = Field(alias="from", description="What it is about, included")
    to: Time = Field(description="Not included")
    reason: str
    author: str = Field(examples=["user:3"])
    made_at: Time
    revision: int | None = Field(description="The revision that it explains")
    withdrawn_at: Time | None
    withdrawn_by: str | None


class Annotations(Page):
    """Annotations of a facility, the newest first."""

    facility: str
    annotations: list[Annotation]
