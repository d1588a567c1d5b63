"""The bytes of a layer as its shapes: GeoJSON, or a layer of a GeoPackage. A file with one fault is refused whole.

A shape that is left out would make a place look empty that is not. What a stranger sent is read in a process with
limits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import Raw, Struct

from tailings import geopackages
from tailings.land import shapes
from tailings.land.shapes import Shape
from tailings.land.values import LayerSource, StoredFeature
from tailings.register import geometry
from tailings.register.geometry import BadGeometry
from tailings.table_file import BadTable
from toml_file.nearest import hint

MAX_BYTES: Final = 200_000_000
MAX_FEATURES: Final = 200_000
MAX_NAME: Final = 200
MOST_TOLD: Final = 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
Row = tuple[Mapping[str, Any], Shape]


class BadLayer(ValueError):
    """A file that is no layer; the sentence names feature, reason and fix, of the first twenty faults."""


class AskedLayer(Struct, frozen=True):
    """A file and what is said of it, for a process that reads it."""

    content: bytes
    source: LayerSource


class ParsedLayer(Struct, frozen=True):
    """What came of reading a file."""

    features: list[StoredFeature] = []
    refused: str = ""


class _Feature(Struct):
    type: str
    geometry: Any = None
    properties: dict[str, Any] | None = None


class _Collection(Struct):
    type: str
    features: list[Raw]
    crs: Any = None


def encoded(question: bytes) -> bytes:
    """Read a file, for a process that only gives its shapes back (`decoded`)."""
    one = msgspec.msgpack.decode(question, type=AskedLayer)
    try:
        return msgspec.msgpack.encode(ParsedLayer(read(one.content, one.source)))
    except (BadLayer, BadTable) as error:
        return msgspec.msgpack.encode(ParsedLayer(refused=str(error)))


def asked(content: bytes, source: LayerSource) -> bytes:
    """What `encoded` is asked."""
    return msgspec.msgpack.encode(AskedLayer(content, source))


def decoded(given: bytes) -> list[StoredFeature]:
    """Return the shapes; raise BadLayer."""
    found = msgspec.msgpack.decode(given, type=ParsedLayer)
    if found.refused:
        raise BadLayer(found.refused)
    return found.features


def read(content: bytes, source: LayerSource) -> list[StoredFeature]:
    """Read all shapes of a file; raises BadLayer, or BadTable for a broken GeoPackage."""
    if len(content) > MAX_BYTES:
        raise BadLayer(f"the file has {len(content)} bytes; {MAX_BYTES} are the most, so take a coarser scale")
    of_package = content.startswith(geopackages.SQLITE)
    faults: list[str] = []
    rows = _of_geopackage(content, source, faults) if of_package else _of_geojson(content, faults)
    found: list[StoredFeature] = []
    names: set[str] = set()
    for number, one in enumerate(rows, 1):
        if one is not None:
            names |= one[0].keys()
            try:
                found.append(_feature(number, one, source))
            except BadLayer as error:
                faults.append(f"feature {number}: {error}")
        if len(faults) >= MOST_TOLD:
            break
    if faults:
        raise BadLayer("; ".join(faults[:MOST_TOLD]))
    if not found:
        raise BadLayer("the file has no features; what is empty is not loaded, for it says nothing of anywhere")
    _check_names(source, names)
    return found


def _check_names(source: LayerSource, names: set[str]) -> None:
    for name in (source.name, source.population, source.facility):
        if name and name not in names:
            raise BadLayer(f"no feature has a property {name!r}{hint(name, sorted(names))}")


def _of_geojson(content: bytes, faults: list[str]) -> Iterator[Row | None]:
    try:
        document = msgspec.json.decode(content.removeprefix(BYTE_ORDER_MARK), type=_Collection)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadLayer(f"the file is no GeoJSON with a list of features, and no GeoPackage: {error}") from error
    if document.type != "FeatureCollection":
        raise BadLayer("the file is no GeoJSON with a list of features (RFC 7946, FeatureCollection)")
    if document.crs is not None and not any(one in str(document.crs) for one in ("CRS84", "4326")):
        raise BadLayer("the GeoJSON has a reference system of its own; write it in WGS 84 (RFC 7946 section 4)")
    _check_count(len(document.features))
    for number, raw in enumerate(document.features, 1):
        try:
            one = msgspec.json.decode(raw, type=_Feature)
            yield one.properties or {}, _of_json(one.geometry)
        except (msgspec.MsgspecError, UnicodeDecodeError, BadGeometry, RecursionError) as error:
            faults.append(f"feature {number}: {error}")
            yield None


def _of_json(given: Any) -> Shape:
    if not isinstance(given, dict):
        raise BadGeometry("it has no geometry; leave it out, or say where it is")
    return shapes.read(str(given.get("type")), given.get("coordinates"))


def _of_geopackage(content: bytes, source: LayerSource, faults: list[str]) -> Iterator[Row | None]:
    layer = geopackages.read(content, source.table, MAX_FEATURES + 1)
    if not layer.has_shapes:
        raise BadLayer("the layer has no geometry; name another one")
    _check_count(len(layer.rows))
    for number, (row, blob) in enumerate(zip(layer.rows, layer.shapes, strict=True), 1):
        try:
            found = geometry.shape_of_geopackage(blob) if isinstance(blob, bytes) else None
            if found is None:
                raise BadGeometry("it has no geometry; leave it out, or say where it is")  # noqa: TRY301
            yield row, shapes.in_degrees(shapes.parsed(*found), layer.in_degrees)
        except BadGeometry as error:
            faults.append(f"feature {number}: {error}")
            yield None


def _check_count(count: int) -> None:
    if count > MAX_FEATURES:
        raise BadLayer(f"the layer has more than {MAX_FEATURES} features; cut it to your region")


def _feature(number: int, row: Row, source: LayerSource) -> StoredFeature:
    properties, shape = row
    return StoredFeature(
        number,
        _text(properties.get(source.name)),
        shape.bounds,
        shapes.to_binary(shape),
        population=_people(properties.get(source.population), source.population) if source.population else None,
        facility=_text(properties.get(source.facility)),
    )


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bytes | dict | list) else str(value).strip()[:MAX_NAME]


def _people(value: object, name: str) -> float | None:
    if value is None or value == "":
        return None
    try:
        found = float(str(value))
    except ValueError:
        found = math.nan
    if not 0 <= found <= 1e9:
        raise BadLayer(f"{name} {str(value)[:40]!r} is no number of people; write digits, or leave it empty")
    return found


def extent(features: list[StoredFeature]) -> shapes.Bounds:
    """The box of all shapes."""
    boxes = np.array([one.bounds for one in features])
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)
