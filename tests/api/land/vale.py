"""Layers around the facility vale, drawn in metres around its place by PROJ, as files with what is said of them."""

import json
from typing import Any, Final

import msgspec
import psycopg

from ingest import land
from ingest.values import Connection
from tailings.land import shapes
from tailings.land.shapes import Shape
from tailings.land.values import LayerSource
from tests.tailings.land import drawn

SAID: Final = {"title": "Layer", "source": "An authority", "licence": "CC-BY-4.0", "day": "2026-01-31", "name": "n"}
COVERS: Final = (-8.5, 37.5, -6.5, 39.0)
LAYERS: Final[dict[str, tuple[dict[str, Any], list[tuple[str, Shape, float | None]]]]] = {
    "natura": (
        {"kind": "protected-area", "covers": COVERS},
        [
            ("Serra", drawn.polygon(drawn.box(3_000, 0, 9_000, 5_000)), None),
            ("Ribeira", drawn.polygon(drawn.box(0, -100, 1_000, 100)), None),
        ],
    ),
    "rivers": (
        {"kind": "river", "is_directed": True},
        [
            ("Brook", drawn.line((-2_000, -300), (3_000, -300)), None),
            ("River", drawn.line((3_000, -100), (3_000, -300), (3_000, -6_300)), None),  # one line past the brook
        ],
    ),
    "towns": (
        {"kind": "settlement", "population": "p", "covers": COVERS},
        [
            ("Vila", drawn.point(3_200, -3_000), 420.0),
            ("Monte", drawn.point(-700, 0), None),
            ("Cidade", drawn.point(0, 9_000), 21_000.0),
        ],
    ),
    "abroad": (
        {"kind": "settlement", "population": "p"},
        [("Aldea", drawn.point(300_000, 0), 90.0), ("Villa", drawn.point(310_000, 9_000), 800.0)],
    ),
    "flood": (
        {"kind": "inundation", "facility": "f"},
        [("vale", drawn.polygon(drawn.box(-100, -6_000, 4_000, 50)), None)],
    ),
    "outline": (
        {"kind": "facility-outline", "facility": "f"},
        [("vale", drawn.polygon(drawn.box(-400, -200, 400, 200)), None)],
    ),
}


def content(layer: str) -> bytes:
    """The file of a layer."""
    features = [
        {
            "type": "Feature",
            "geometry": shapes.coordinates(shape),
            "properties": {"n": name, "p": people, "f": name},
        }
        for name, shape, people in LAYERS[layer][1]
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def source(layer: str, **changes: Any) -> LayerSource:
    """What is said of it."""
    return msgspec.convert({"id": layer, **SAID, **LAYERS[layer][0], **changes}, LayerSource)


def load(connection: Connection, *layers: str, **changes: Any) -> None:
    """Load some."""
    for one in layers:
        land.take(connection, f"{one}.geojson", content(one), source(one, **changes), "user:3")


def place(conninfo: str, facility: str = "vale") -> None:
    """Put a facility where the layers are drawn."""
    longitude, latitude = drawn.PLACE
    at = json.dumps({"location": {"lon": longitude, "lat": latitude}})
    with psycopg.connect(conninfo) as connection:
        connection.execute("UPDATE facility SET document = document || %s::jsonb WHERE id = %s", (at, facility))
