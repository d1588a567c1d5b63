"""The shapes that leave the api: pydantic models that are documentation and check in one.

Times are aware datetimes in UTC and are written as RFC 3339 with Z; a number's unit is its name's end, or the `unit`
beside it (UCUM).
"""

from pydantic import AwareDatetime, BaseModel, ConfigDict

__all__ = ["Page", "Shape", "Time"]

# The session speaks UTC, and pydantic writes UTC with Z.
Time = AwareDatetime


class Shape(BaseModel):
    """A value that leaves the api: frozen, and without fields that are not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Shape):
    """A part of a list: `next` is the address of what follows, null at the end."""

    next: str | None = None
