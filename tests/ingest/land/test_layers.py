"""Tests of loading layers into a real database: whole or not at all, again, replaced, removed, and out again."""

import json
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from ingest import land
from ingest.land import OlderLayer, TakenLayer, UnknownLayer
from ingest.values import Connection
from tailings.land import exports, layer_file
from tailings.land.layer_file import BadLayer
from tailings.land.values import LayerSource

SOURCE = msgspec.convert(
    {
        "id": "natura",
        "kind": "protected-area",
        "title": "Natura 2000",
        "source": "EEA",
        "licence": "CC-BY-4.0",
        "day": "2026-01-31",
        "name": "SITE",
    },
    LayerSource,
)


def layer(*names: str, west: float = -8.0) -> bytes:
    """A file of squares of a tenth of a degree side by side."""
    features = []
    for number, name in enumerate(names):
        x, y = west + number / 10, 38.0
        ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": shape, "properties": {"SITE": name}})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def take(connection: Connection, content: bytes, **changes: Any) -> TakenLayer:
    """Load a file as a command of user 3."""
    return land.take(connection, "natura.geojson", content, replace(SOURCE, **changes), "user:3")


def rows(connection: Connection) -> list[tuple[Any, ...]]:
    """The shapes that are loaded."""
    return connection.execute("SELECT layer_id, number, name FROM land_feature ORDER BY 1, 2").fetchall()


def test_a_later_file_takes_the_place_of_what_was_loaded(connection: Connection) -> None:
    """Two shapes, then three: the first load stays known with who and when, its shapes are gone."""
    first = take(connection, layer("A", "B"))
    second = take(connection, layer("A", "B", "C"))

    assert (first.features, first.replaces, second.replaces) == (2, 0, 2)
    assert [one[1:] for one in rows(connection)] == [(1, "A"), (2, "B"), (3, "C")]
    assert connection.execute(
        "SELECT features, removed_by, removed_at IS NULL FROM land_layer ORDER BY id"
    ).fetchall() == [(2, "user:3", False), (3, None, True)]


def test_the_same_file_again_changes_nothing(connection: Connection) -> None:
    """The same bytes with the same words; with another licence it is loaded anew."""
    first, again = take(connection, layer("A")), take(connection, layer("A"))
    other = take(connection, layer("A"), licence="CC0-1.0")

    assert again.is_known and again.file == first.file
    assert not other.is_known and other.file != first.file


def test_a_preview_stores_nothing(connection: Connection) -> None:
    """It tells the box of the shapes, and that nobody stated one."""
    told = land.preview(connection, layer("A", ""), SOURCE)

    assert (told.covers, told.is_stated, told.unnamed) == (pytest.approx((-8.0, 38.0, -7.8, 38.1)), False, 1)
    assert rows(connection) == []


def test_older_and_broken_files_leave_what_is_loaded(connection: Connection) -> None:
    """An older day, and a shape that is not closed."""
    take(connection, layer("A"))
    with pytest.raises(OlderLayer, match="2026-01-31"):
        take(connection, layer("B"), day=msgspec.convert("2025-12-31", type(SOURCE.day)))
    with pytest.raises(BadLayer, match="feature 1: a ring is not closed"):
        take(connection, layer("B").replace(b"[-8.0, 38.0]]]", b"[-8.0, 38.01]]]"))

    assert [one[2] for one in rows(connection)] == ["A"]


def test_what_is_exported_is_what_was_loaded(connection: Connection) -> None:
    """GeoJSON and GeoPackage, read again, have the same shapes, and each its licence, source and day."""
    take(connection, layer("A", "B"))
    found = land.exported(connection, "natura")
    read = replace(SOURCE, name="name")

    assert layer_file.read(layer("A", "B"), SOURCE) == found.features
    assert layer_file.read(exports.geojson(found), read) == found.features
    assert layer_file.read(exports.geopackage(found, "2026-01-31T00:00:00Z"), read) == found.features


def test_a_removed_layer_is_none(connection: Connection) -> None:
    """Its shapes go, that it was there stays; again it is unknown."""
    take(connection, layer("A", "B"))

    assert [(one.layer, one.features) for one in land.loaded(connection)] == [("natura", 2)]
    assert land.remove(connection, "natura", "user:4") == 2
    assert rows(connection) == []
    with pytest.raises(UnknownLayer, match="no layer 'natura'"):
        land.remove(connection, "natura", "user:4")


def test_ingest_can_end_a_layer_and_change_nothing_of_it(connection: Connection) -> None:
    """Title and shapes are as they were loaded."""
    take(connection, layer("A"))
    for statement in (
        "UPDATE land_layer SET title = 'x'",
        "UPDATE land_feature SET name = 'x'",
        "DELETE FROM land_layer",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_loading_and_removing_stand_in_the_audit_log(connection: Connection) -> None:
    """Who did what."""
    take(connection, layer("A"))
    land.remove(connection, "natura", "user:4")
    found = connection.execute("SELECT actor, action FROM audit WHERE action LIKE 'land%' ORDER BY number").fetchall()

    assert found == [("user:3", "land.load"), ("user:4", "land.remove")]
