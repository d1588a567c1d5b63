"""Layers as they are stored, and their shapes by box."""

from __future__ import annotations

import asyncio
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool
from api.http.errors import NotFound, shown
from api.land.models import LandLayer
from tailings.land import shapes
from tailings.land.exports import ExportedLayer
from tailings.land.shapes import Bounds
from tailings.land.values import Feature, StoredFeature

MAX_EXPORTED: Final = 50_000
LAYERS: Final = """
SELECT id, layer, kind, title, source, licence, address, day, loaded_at, features, has_people, is_directed, is_public,
    ARRAY[west, south, east, north] AS covers, is_stated
FROM land_layer WHERE removed_at IS NULL AND (is_public OR %(sees_all)s) ORDER BY kind, layer
"""
IN_BOX: Final = """
SELECT number, name, shape, population, facility FROM land_feature
WHERE layer_id = %(layer)s AND bounds && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)) LIMIT %(limit)s
"""
NAMED: Final = """
SELECT number, name, shape, population, facility FROM land_feature
WHERE facility = %(facility)s AND layer_id = %(layer)s ORDER BY number LIMIT %(limit)s
"""
EXPORTED: Final = """
SELECT number, name, ARRAY[(bounds[1])[0], (bounds[1])[1], (bounds[0])[0], (bounds[0])[1]] AS bounds, shape, population,
    facility
FROM land_feature WHERE layer_id = %(layer)s ORDER BY number LIMIT %(limit)s
"""


class StoredLayer(NamedTuple):
    """A layer with the number of what was loaded."""

    id: int
    shown: LandLayer


class PackedFeature(NamedTuple):
    """A shape as it is stored."""

    number: int
    name: str
    shape: bytes
    population: float | None
    facility: str


async def layers(database: DatabasePool, sees_all: bool) -> list[StoredLayer]:
    """Return the layers that are loaded and may be read, by kind."""
    return await database.rows(_layer, LAYERS, {"sees_all": sees_all})


async def layer(database: DatabasePool, layer: str, sees_all: bool) -> StoredLayer:
    """Return a layer; raise NotFound, also for one that may not be read."""
    found = next((one for one in await layers(database, sees_all) if one.shown.layer == layer), None)
    if found is None:
        raise NotFound(f"There is no layer {shown(layer)} that you may read; /api/v1/land/layers lists them.", "layer")
    return found


async def in_box(database: DatabasePool, layer: int, box: Bounds, limit: int) -> list[Feature]:
    """Return up to `limit` shapes of a layer whose box meets another one."""
    west, south, east, north = box
    asked = {"layer": layer, "west": west, "south": south, "east": east, "north": north, "limit": limit}
    return await _features(database, IN_BOX, asked)


async def named(database: DatabasePool, layer: int, facility: str, limit: int) -> list[Feature]:
    """Return the shapes of a layer that name a facility."""
    return await _features(database, NAMED, {"layer": layer, "facility": facility, "limit": limit})


async def exported(database: DatabasePool, one: StoredLayer) -> ExportedLayer:
    """Return a layer with its shapes."""
    rows = await database.rows(_stored, EXPORTED, {"layer": one.id, "limit": MAX_EXPORTED})
    of = one.shown
    return ExportedLayer(of.layer, of.kind, of.title, of.source, of.licence, day=of.day.isoformat(), features=rows)


def _layer(id: int, **row: Any) -> StoredLayer:
    return StoredLayer(id, LandLayer(**row))


async def _features(database: DatabasePool, statement: str, asked: dict[str, Any]) -> list[Feature]:
    """Thousands of shapes are read in a thread: the feed of who watches must not wait for them."""
    rows = await database.rows(PackedFeature, statement, asked)
    return await asyncio.to_thread(lambda: [_feature(one) for one in rows])


def _feature(one: PackedFeature) -> Feature:
    shape = shapes.of_binary(bytes(one.shape))
    return Feature(one.number, one.name, shape, population=one.population, facility=one.facility)


def _stored(bounds: list[float], shape: bytes, **row: Any) -> StoredFeature:
    west, south, east, north = bounds
    return StoredFeature(bounds=(west, south, east, north), shape=bytes(shape), **row)
