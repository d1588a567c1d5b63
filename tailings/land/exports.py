"""A layer out again, with its source, licence and day beside each shape, as GeoJSON and GeoPackage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from tailings import geopackages
from tailings.geopackages import GeopackageLayer
from tailings.land import shapes
from tailings.land.layer_file import extent
from tailings.land.values import StoredFeature
from tailings.register.geometry import MAGIC

COLUMNS: Final = {
    "name": "TEXT",
    "population": "REAL",
    "facility": "TEXT",
    "layer": "TEXT",
    "kind": "TEXT",
    "title": "TEXT",
    "source": "TEXT",
    "licence": "TEXT",
    "day": "DATE",
}
TABLE: Final = "features"


class ExportedLayer(Struct, frozen=True):
    """A layer and its shapes."""

    layer: str
    kind: str
    title: str
    source: str
    licence: str
    day: str
    features: list[StoredFeature]


def geojson(one: ExportedLayer) -> bytes:
    """A FeatureCollection with a feature a line."""
    features = b",\n".join(msgspec.json.encode(_feature(one, feature)) for feature in one.features)
    return b'{"type":"FeatureCollection","features":[\n' + features + b"\n]}\n"


def _feature(one: ExportedLayer, feature: StoredFeature) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature.number,
        "geometry": shapes.coordinates(shapes.of_binary(feature.shape)),
        "properties": dict(zip(COLUMNS, _beside(one, feature), strict=True)),
    }


def geopackage(one: ExportedLayer, at: str) -> bytes:
    """One layer, `features`; at: when it is made, RFC 3339."""
    layer = GeopackageLayer(TABLE, "GEOMETRY", list(COLUMNS.items()), extent(one.features))
    return geopackages.written(layer, _records(one), at)


def _records(one: ExportedLayer) -> Iterator[Sequence[Any]]:
    head = MAGIC + bytes([0, 1]) + geopackages.SRS.to_bytes(4, "little")
    for feature in one.features:
        yield feature.number, head + feature.shape, *_beside(one, feature)


def _beside(one: ExportedLayer, feature: StoredFeature) -> Sequence[Any]:
    return (
        *(feature.name, feature.population, feature.facility),
        *(one.layer, one.kind, one.title, one.source, one.licence, one.day),
    )
