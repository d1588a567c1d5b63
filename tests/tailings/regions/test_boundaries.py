"""Tests of reading the polygons of regions from a publisher's file."""

import datetime as dt
import json
from typing import Any

import pytest

from tailings.regions.boundaries import BadBoundaries, Boundaries, decoded, encoded, read

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
SAID: Any = {
    "code": "NUTS_ID",
    "name": "NAME",
    "title": "Made up",
    "licence": "CC0-1.0",
    "day": dt.date(2026, 1, 1),
}


def collection(*features: dict[str, Any]) -> bytes:
    """A file of features."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(code: object = "XX1", kind: str = "Polygon", coordinates: object = (SQUARE,)) -> dict[str, Any]:
    """A region."""
    properties = {"NUTS_ID": code, "NAME": "One"}
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def test_what_is_read_is_written_and_read_again() -> None:
    """Polygons and several polygons, with code, name and licence."""
    found = read(collection(feature(), feature("XX2", "MultiPolygon", [[SQUARE], [SQUARE]])), **SAID)

    assert [(one.code, one.name, len(one.rings)) for one in found.regions] == [("XX1", "One", 1), ("XX2", "One", 2)]
    assert isinstance(found, Boundaries) and decoded(encoded(found)) == found


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<xml/>", "is no JSON"),
        (b'{"features": []}', "has no features"),
        (collection({"type": "Feature", "properties": {"FID": "XX1"}}), "no property 'NUTS_ID'; it has FID"),
        (collection(feature("the south")), "'the south' is no code"),
        (collection(feature(), feature()), "the code XX1 twice"),
        (collection(feature(kind="Point", coordinates=[1, 2])), "is no Polygon or MultiPolygon"),
        (collection(feature(coordinates=[SQUARE[:4]])), "a ring is not closed"),
        (collection(feature(coordinates=[[[500000, 4e6], [5e5, 5e6], [6e5, 5e6], [500000, 4e6]]])), "EPSG:4326"),
        (collection(feature(coordinates=[[["a", "b"]]])), "feature 1"),
        (collection(feature(coordinates=[[[1.0]]])), "feature 1"),
        (collection(feature(kind="MultiPolygon", coordinates=[])), "has no ring"),
    ],
)
def test_a_file_that_is_none_of_regions_is_refused(content: bytes, says: str) -> None:
    """The sentence names the feature, the reason and what helps."""
    with pytest.raises(BadBoundaries, match=says):
        read(content, **SAID)


def test_a_file_that_was_not_written_by_us_is_refused() -> None:
    """With the command that makes it anew."""
    with pytest.raises(BadBoundaries, match="tailwatch region boundaries"):
        decoded(b'{"title": 1}')
