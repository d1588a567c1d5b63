"""Tests of reading a layer: GeoJSON, GeoPackage in another reference system, and files that are refused with reason."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

import numpy as np
import pyproj
import pytest
from msgspec.structs import replace

from tailings import geopackages
from tailings.geopackages import GeopackageLayer
from tailings.land import layer_file, shapes
from tailings.land.layer_file import BadLayer
from tailings.land.values import LayerSource
from tailings.register.geometry import BadGeometry
from tailings.table_file import BadTable

SOURCE = LayerSource(
    id="natura",
    kind="protected-area",
    title="Natura 2000",
    source="EEA",
    licence="CC-BY-4.0",
    day=date(2026, 1, 31),
    name="SITE",
)
SQUARE = [[[-8, 38], [-7, 38], [-7, 39], [-8, 39], [-8, 38]]]


def collection(*features: dict[str, Any]) -> bytes:
    """A file of GeoJSON."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(kind: str = "Polygon", coordinates: Any = SQUARE, **properties: object) -> dict[str, Any]:
    """A feature of GeoJSON."""
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": shape, "properties": {"SITE": "Vale", **properties}}


def test_each_kind_of_shape_comes_back_as_it_was() -> None:
    """Six kinds through the stored form: their coordinates, with those of one part as of several."""
    line, point = SQUARE[0][:3], [-8, 38]
    given = [("Point", point), ("MultiPoint", [point, [1, 2]]), ("LineString", line), ("MultiLineString", [line])]
    given += [("Polygon", SQUARE), ("MultiPolygon", [SQUARE, SQUARE])]
    found = layer_file.read(collection(*(feature(*one) for one in given)), SOURCE)

    told = [shapes.coordinates(shapes.of_binary(one.shape)) for one in found]
    assert [one["type"] for one in told] == [f"Multi{kind.removeprefix('Multi')}" for kind, _ in given]
    assert [one["coordinates"] for one in told] == [
        coordinates if kind.startswith("Multi") else [coordinates] for kind, coordinates in given
    ]


def test_names_people_and_boxes_are_read() -> None:
    """A name, the number of people where it is one, and west, south, east, north."""
    source = replace(SOURCE, kind="settlement", population="POP")
    first, second = layer_file.read(collection(feature(POP="1200"), feature(POP=None)), source)

    assert (first.name, first.bounds) == ("Vale", (-8.0, 38.0, -7.0, 39.0))
    assert (first.population, second.population) == (1_200.0, None)


def test_a_geopackage_in_metres_lies_where_proj_puts_it() -> None:
    """A polygon of UTM 29 north, written by SQLite as OGC 12-128 has it."""
    ring = np.array([[600_000, 4_200_000], [601_000, 4_200_000], [601_000, 4_201_000], [600_000, 4_200_000]], float)
    blob = b"GP" + bytes([0, 1]) + (32629).to_bytes(4, "little")
    blob += shapes.to_binary(shapes.Shape("area", ((ring,),)))
    made = geopackages.written(GeopackageLayer("areas", "MULTIPOLYGON", [("SITE", "TEXT")], (0, 0, 1, 1)), [], "")
    made = _with_row(made, blob)
    (found,) = layer_file.read(made, SOURCE)

    expected = np.stack(pyproj.Transformer.from_crs(32629, 4326, always_xy=True).transform(*ring.T), axis=1)
    assert np.allclose(shapes.of_binary(found.shape).points, expected, atol=1e-9)


def _with_row(package: bytes, blob: bytes) -> bytes:
    """The package with one row, in UTM 29 north."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(package)
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('UTM 29', 32629, 'EPSG', 32629, '', NULL)")
        database.execute("UPDATE gpkg_geometry_columns SET srs_id = 32629")
        database.execute("INSERT INTO areas VALUES (1, ?, 'Vale')", (blob,))
        database.commit()
        return database.serialize()


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"\x00\x01", "the file is no GeoJSON"),
        (b"[" * 100_000, "the file is no GeoJSON"),
        (b'{"type":"Feature","features":[]}', "FeatureCollection"),
        (collection(), "the file has no features"),
        (
            collection(feature(), {"type": "Feature", "geometry": None, "properties": {}}),
            "feature 2: it has no geometry",
        ),
        (collection(feature(coordinates=[SQUARE[0][:-1]])), "feature 1: a ring is not closed"),
        (collection(feature(coordinates=[[[600000, 4200000]] * 4])), "feature 1: a point is no longitude and latitude"),
        (collection(feature(coordinates=[[["x", 1]] * 4])), "feature 1: Polygon has no coordinates that can be read"),
        (collection(feature(coordinates=[])), "feature 1: Polygon has no coordinates"),
        (collection(feature("GeometryCollection", [])), "feature 1: GeometryCollection is none of Point"),
        (collection(feature("LineString", [[1, 2]])), "feature 1: a part of the shape has fewer than 2 points"),
        (json.dumps({"type": "FeatureCollection", "features": [], "crs": "EPSG:25830"}).encode(), "of its own"),
        (geopackages.SQLITE + b"\x00" * 100, "the file is no GeoPackage"),
    ],
)
def test_a_file_with_one_fault_is_refused_whole(content: bytes, reason: str) -> None:
    """Hostile and broken files: the sentence names the feature and what to do, and nothing is taken."""
    with pytest.raises((BadLayer, BadTable), match=reason):
        layer_file.read(content, SOURCE)


def test_a_property_that_no_feature_has_is_named() -> None:
    """A mistyped property would give a layer without names; the nearest one is proposed."""
    source = replace(SOURCE, name="SITES")

    with pytest.raises(BadLayer, match=r"'SITES'.*SITE"):
        layer_file.read(collection(feature()), source)


def test_what_is_no_number_of_people_is_refused() -> None:
    """-1, which stands for unknown in some files, and a word."""
    source = replace(SOURCE, kind="settlement", population="POP")
    for value in (-1, "many", "inf"):
        with pytest.raises(BadLayer, match="is no number of people"):
            layer_file.read(collection(feature(POP=value)), source)


def test_spoilt_bytes_are_refused_and_never_raise_anything_else() -> None:
    """A GeoJSON and a stored shape with bytes changed at random: read, or refused with a sentence."""
    good, draw = collection(feature(), feature("LineString", SQUARE[0])), random.Random(7)
    blob = shapes.to_binary(shapes.read("Polygon", SQUARE))
    for _ in range(300):
        for content, take in ((good, lambda b: layer_file.read(b, SOURCE)), (blob, shapes.of_binary)):
            spoilt = bytearray(content)
            for _ in range(draw.randrange(1, 4)):
                spoilt[draw.randrange(len(spoilt))] = draw.randrange(256)
            try:
                take(bytes(spoilt))
            except (BadLayer, BadTable, BadGeometry):
                continue


def test_the_child_gives_what_was_read() -> None:
    """The question and answer of the process with limits."""
    question = layer_file.asked(collection(feature()), SOURCE)

    assert layer_file.decoded(layer_file.encoded(question)) == layer_file.read(collection(feature()), SOURCE)
    with pytest.raises(BadLayer, match="no features"):
        layer_file.decoded(layer_file.encoded(layer_file.asked(collection(), SOURCE)))
