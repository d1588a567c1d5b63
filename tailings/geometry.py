"""Dated geometry: what a survey or a zero reading fixes on the ground, and from which day on it holds.

Crest, tip, range of a loop, zeros, cross-section, stage-storage: each is a list in the facility file whose entries
carry `valid_from`, as calibrations do. What is computed or drawn of a day uses the entry of that day; before the first
entry, and in a hole that `valid_to` leaves, there is none.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from typing import Annotated, Protocol, Self, TypeVar

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Instant = Annotated[dt.datetime, Meta(tz=True)]


class Spanned(Protocol):
    """Anything that holds from a time on, until its end or the next of its list: an entry, or a calibration."""

    @property
    def valid_from(self) -> dt.datetime: ...

    @property
    def valid_to(self) -> dt.datetime | None: ...


Entry = TypeVar("Entry", bound=Spanned)


class Dated(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of a dated list. source: the survey, drawing or reading that says so."""

    valid_from: Instant
    """From when on the entry holds: a day, which begins at midnight of the facility, or an instant."""
    valid_to: Instant | None = None
    """When it ends, where no other entry follows at once."""
    source: Text | None = None
    """The survey, drawing, sheet or reading that says so."""

    def as_of(self, start: dt.datetime, stop: dt.datetime) -> Self:
        """The entry as if it were stated of this time: itself, unless what it says wears off with time."""
        return self


class Crest(Dated, frozen=True, kw_only=True):
    """The lowest point of the crest, m above the vertical datum."""

    crest_m: float
    """The lowest point of the crest above the vertical datum."""


class Tip(Dated, frozen=True, kw_only=True):
    """The tip of an instrument, m above the vertical datum."""

    tip_elevation_m: float
    """The tip of the instrument above the vertical datum."""


def edges(entries: Sequence[Entry]) -> list[tuple[int, Entry | None]]:
    """When which entry comes into force (Unix ms), None where one ends and no other follows it at once.

    entries: in the order of their valid_from, without overlap, as the file check leaves them.
    """
    found: list[tuple[int, Entry | None]] = []
    for index, entry in enumerate(entries):
        found.append((_ms(entry.valid_from), entry))
        is_last = index + 1 == len(entries)
        if entry.valid_to is not None and (is_last or entry.valid_to < entries[index + 1].valid_from):
            found.append((_ms(entry.valid_to), None))
    return found


def in_force(entries: Sequence[Entry], at: dt.datetime) -> Entry | None:
    """The entry that holds at an instant; None before the first one and in a hole between two."""
    known = edges(entries)
    place = bisect_right([start_ms for start_ms, _ in known], _ms(at))
    return known[place - 1][1] if place else None


def _ms(time: dt.datetime) -> int:
    return round(time.timestamp() * 1000)
