"""The path of an address below /sta/v1.1: entity sets, ids, what an entity leads to, and what is wanted of the last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from api.http.errors import NotFound, shown
from api.http.parameters import nearest
from api.sensorthings.entities import MAX_ID, SETS, find
from api.sensorthings.model import ID, EntitySet, Navigation

WITH_ID: Final = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
WITH_INDEXES: Final = re.compile(r"([^\[\]]+)((?:\[\d{1,9}\])+)", re.ASCII)
MAX_SEGMENTS: Final = 12
REF: Final = "$ref"
VALUE: Final = "$value"


class Segment(NamedTuple):
    """An entity set or what one before leads to; with `id` one entity of it."""

    of: EntitySet
    navigation: Navigation | None
    id: int | None

    @property
    def is_one(self) -> bool:
        return self.id is not None or (self.navigation is not None and not self.navigation.is_many)


class Resource(NamedTuple):
    """What a path names: entities, or (`names`) a property of one, or (`is_ref`) the addresses alone."""

    segments: tuple[Segment, ...]
    names: tuple[str | int, ...] = ()
    is_value: bool = False
    is_ref: bool = False

    @property
    def last(self) -> Segment:
        return self.segments[-1]


def parse(path: str) -> Resource:
    """Return what a path names; raise NotFound."""
    parts = path.strip("/").split("/")
    if len(parts) > MAX_SEGMENTS:
        raise NotFound(f"A path has at most {MAX_SEGMENTS} parts.", "path")
    segments: list[Segment] = []
    for place, part in enumerate(parts):
        if segments and (part in (REF, VALUE) or _is_property(segments[-1], part)):
            return _tail(tuple(segments), parts[place:])
        segments.append(_segment(segments[-1] if segments else None, part))
    return Resource(tuple(segments))


def _is_property(before: Segment, part: str) -> bool:
    return before.is_one and (part in before.of.properties or part == "@iot.id")


def _segment(before: Segment | None, part: str) -> Segment:
    found = WITH_ID.fullmatch(part)
    name, id = (found[1], _id(found[2])) if found else (part, None)
    if before is None:
        return Segment(find(name), None, id)
    if not before.is_one:
        raise NotFound(f"{shown(part)}: name one of the {before.of.name} first, as in {before.of.name}(1).", "path")
    if name not in before.of.navigations:
        known = (*before.of.navigations, *before.of.properties)
        raise NotFound(f"A {before.of.entity} has no {shown(name)}; {nearest(name, known)}.", "path")
    lead = before.of.navigations[name]
    if id is not None and not lead.is_many:
        raise NotFound(f"There is one {name} of a {before.of.entity}; leave out the id.", "path")
    return Segment(SETS[lead.target], lead, id)


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID):
        raise NotFound(f"There is no entity with the id {shown(text)}: ids are whole numbers, as in Things(1).", "path")
    return int(text)


def _names(part: str) -> Iterator[str | int]:
    """`tests[1]` is a name and an index."""
    found = WITH_INDEXES.fullmatch(part)
    name = found[1] if found else part
    yield ID if name == "@iot.id" else name
    if found:
        yield from (int(index) for index in found[2][1:-1].split("]["))


def _tail(segments: tuple[Segment, ...], parts: list[str]) -> Resource:
    """$ref, or a property with what is in it and $value."""
    if parts == [REF]:
        return Resource(segments, is_ref=True)
    is_value = parts[-1] == VALUE
    named = parts[:-1] if is_value else parts
    names = tuple(name for part in named for name in _names(part))
    if not named or any(part.startswith("$") for part in named):
        raise NotFound(f"{shown(parts[-1])} does not fit here; $value follows a property, $ref an entity.", "path")
    return Resource(segments, names, is_value)
