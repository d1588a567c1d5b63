"""Loads a layer's file whole, in place of what the layer had; the same bytes again change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from ingest.samples import laboratory
from ingest.values import Connection
from runtime import limited_child
from tailings.land import layer_file
from tailings.land.exports import ExportedLayer
from tailings.land.layer_file import BadLayer
from tailings.land.values import LayerSource, StoredFeature

LOCK_CLASS: Final = 7_416
LOCK: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"
READER: Final = f"{layer_file.__name__}:{layer_file.encoded.__name__}"
BYTES_A_BYTE: Final = 16
"""Of memory, for each byte of a file, beside what a small one may take: a crafted one cannot grow without end."""
SECONDS_A_MEGABYTE: Final = 2
NEWEST: Final = """
SELECT id, sha256, day, features, kind, title, source, licence, address, is_directed, is_public,
    CASE WHEN is_stated THEN ARRAY[west, south, east, north] END, has_people
FROM land_layer WHERE layer = %s AND removed_at IS NULL
"""
ADD: Final = """
INSERT INTO land_layer (layer, kind, title, source, licence, address, day, is_directed, is_public, is_stated, west,
    south, east, north, features, has_people, name, sha256, author)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
ADD_FEATURES: Final = "COPY land_feature (layer_id, number, name, facility, population, bounds, shape) FROM STDIN"
END: Final = "UPDATE land_layer SET removed_at = clock_timestamp(), removed_by = %s WHERE id = %s"
EMPTY: Final = "DELETE FROM land_feature WHERE layer_id = %s"
LAYER: Final = """
SELECT id, layer, kind, title, source, licence, day::text FROM land_layer WHERE layer = %s AND removed_at IS NULL
"""
LOADED: Final = """
SELECT layer, kind, title, source, licence, day::text, features, is_public FROM land_layer
WHERE removed_at IS NULL ORDER BY kind, layer
"""
FEATURES: Final = """
SELECT number, name, ARRAY[(bounds[1])[0], (bounds[1])[1], (bounds[0])[0], (bounds[0])[1]], shape, population, facility
FROM land_feature WHERE layer_id = %s ORDER BY number
"""


class OlderLayer(ValueError):
    """A file of a day before that of the loaded one; the sentence names both."""


class UnknownLayer(LookupError):
    """No such layer is loaded; the sentence names it."""


class LayerPreview(msgspec.Struct, frozen=True):
    """What would become of a file. covers: the box in which it is whole; is_stated: who loads it says so.

    replaces: shapes of the file that is loaded now; unnamed: shapes without a name; without_number: settlements and
    others without a number of people.
    """

    layer: str
    features: int
    covers: tuple[float, float, float, float]
    is_stated: bool
    unnamed: int
    without_number: int
    replaces: int
    is_known: bool


class TakenLayer(LayerPreview, frozen=True, kw_only=True):
    """What became of it; `file` is the number of what was loaded, that of the first where it came again."""

    file: int


class LoadedLayer(msgspec.Struct, frozen=True):
    """A layer that is loaded."""

    layer: str
    kind: str
    title: str
    source: str
    licence: str
    day: str
    features: int
    is_public: bool


class _Newest(msgspec.Struct, frozen=True):
    file: int
    sha256: str
    features: int
    is_older: bool
    is_said_alike: bool


def take(connection: Connection, name: str, content: bytes, source: LayerSource, author: str) -> TakenLayer:
    """Load a file; raises BadLayer and OlderLayer."""
    features, sha256 = _read(content, source), laboratory.digest(content)
    with connection.transaction():
        newest = _newest(connection, source, sha256)
        seen = _preview(source, features, newest, sha256)
        if newest is not None and seen.is_known:
            return _taken(seen, newest.file)
        if newest is not None:
            _end(connection, newest.file, author)
        row: tuple[object, ...] = (source.id, source.kind, source.title, source.source, source.licence)
        row += (source.address, source.day)
        row += (source.is_directed, source.is_public, seen.is_stated, *seen.covers)
        row += (len(features), bool(source.population), name, sha256, author)
        found = connection.execute(ADD, row).fetchone()
        assert found is not None
        with connection.cursor() as cursor, cursor.copy(ADD_FEATURES) as copy:
            for one in features:
                box = "({2},{3}),({0},{1})".format(*one.bounds)
                copy.write_row((found[0], one.number, one.name, one.facility, one.population, box, one.shape))
    return _taken(seen, found[0])


def preview(connection: Connection, content: bytes, source: LayerSource) -> LayerPreview:
    """Tell what `take` would do, and do nothing; raises the same."""
    features, sha256 = _read(content, source), laboratory.digest(content)
    with connection.transaction():
        return _preview(source, features, _newest(connection, source, sha256), sha256)


def remove(connection: Connection, layer: str, author: str) -> int:
    """Take a layer out and return how many shapes it had; that it was loaded stays known. Raises UnknownLayer."""
    with connection.transaction():
        connection.execute(LOCK, (LOCK_CLASS, layer))
        return _end(connection, _loaded(connection, layer)[0], author)


def loaded(connection: Connection) -> list[LoadedLayer]:
    """Return the layers that are loaded, by kind."""
    return [LoadedLayer(*row) for row in connection.execute(LOADED).fetchall()]


def exported(connection: Connection, layer: str) -> ExportedLayer:
    """Return the shapes of a layer; raises UnknownLayer."""
    id, known, kind, title, publisher, licence, day = _loaded(connection, layer)
    rows = connection.execute(FEATURES, (id,)).fetchall()
    features = [
        StoredFeature(number, name, tuple(box), bytes(shape), population=people, facility=facility)
        for number, name, box, shape, people, facility in rows
    ]
    return ExportedLayer(known, kind, title, publisher, licence, day=day, features=features)


def _loaded(connection: Connection, layer: str) -> Sequence[Any]:
    found = connection.execute(LAYER, (layer,)).fetchone()
    if found is None:
        raise UnknownLayer(f"no layer {layer!r} is loaded; tailwatch layers list names those that are")
    return found


def _read(content: bytes, source: LayerSource) -> list[StoredFeature]:
    memory_bytes = limited_child.MEMORY_BYTES + BYTES_A_BYTE * len(content)
    seconds = limited_child.SECONDS + SECONDS_A_MEGABYTE * len(content) // 1_000_000
    try:
        return layer_file.decoded(limited_child.run(READER, layer_file.asked(content, source), memory_bytes, seconds))
    except limited_child.TooCostly as error:
        raise BadLayer(f"the file cannot be read: {error}") from error


def _newest(connection: Connection, source: LayerSource, sha256: str) -> _Newest | None:
    """What the layer has, while nothing else goes into it."""
    connection.execute(LOCK, (LOCK_CLASS, source.id))
    row = connection.execute(NEWEST, (source.id,)).fetchone()
    if row is None:
        return None
    id, known, day, features, *said = row
    if day > source.day:
        raise OlderLayer(f"what is loaded of {source.id!r} is of {day}, this file of {source.day}; load no older one")
    now = [source.kind, source.title, source.source, source.licence, source.address, source.is_directed]
    now += [source.is_public, source.covers and list(source.covers), bool(source.population)]
    return _Newest(id, known, features, is_older=day < source.day, is_said_alike=said == now)


def _preview(source: LayerSource, features: list[StoredFeature], newest: _Newest | None, sha256: str) -> LayerPreview:
    is_known = newest is not None and newest.sha256 == sha256 and newest.is_said_alike and not newest.is_older
    return LayerPreview(
        source.id,
        len(features),
        source.covers or layer_file.extent(features),
        is_stated=source.covers is not None,
        unnamed=sum(not one.name for one in features),
        without_number=sum(one.population is None for one in features),
        replaces=newest.features if newest else 0,
        is_known=is_known,
    )


def _taken(seen: LayerPreview, file: int) -> TakenLayer:
    return TakenLayer(**{name: getattr(seen, name) for name in seen.__struct_fields__}, file=file)


def _end(connection: Connection, file: object, author: str) -> int:
    connection.execute(END, (author, file))
    return connection.execute(EMPTY, (file,)).rowcount
