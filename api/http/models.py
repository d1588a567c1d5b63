"""The shapes that leave the api: pydantic models that are documentation and check in one.

Times are aware datetimes in UTC and are written as RFC 3339 with Z; a number's unit is its name's end, or the `unit`
beside it (UCUM).
"""

from typing import Final, TypeVar, dataclass_transform

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.dataclasses import dataclass

__all__ = ["Page", "Shape", "Time", "compact"]

Made = TypeVar("Made")

DECLARED: Final = ConfigDict(extra="forbid", defer_build=True)
"""Not built until one is made: most routes of a process are never asked, and a route has what it checks with anyway.

The body of a request is built at once (`defer_build=False`): a route names it by its parameter, and pydantic warns of a
shape that is built for the first time under such a name.
"""

# The session speaks UTC, and pydantic writes UTC with Z.
Time = AwareDatetime


class Shape(BaseModel):
    """A value that leaves the api: frozen, and without fields that are not declared."""

    model_config = ConfigDict(**DECLARED, frozen=True)


class Page(Shape):
    """A part of a list: `next` is the address of what follows, null at the end."""

    next: str | None = None


@dataclass_transform(frozen_default=True, kw_only_default=True)
def compact(shape: type[Made]) -> type[Made]:
    """Make a shape of which an answer has thousands: as strict as `Shape`, and made in less time and memory."""
    made: type[Made] = dataclass(frozen=True, slots=True, kw_only=True, config=DECLARED)(shape)  # type: ignore[assignment]
    return made
