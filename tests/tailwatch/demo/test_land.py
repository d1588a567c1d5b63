"""The invented layers of the demo: they come in as any layer does, and lie where they are said to."""

import json
from datetime import date
from pathlib import Path

import pytest
from pyproj import Geod

from tailings.facility import parse
from tailings.land import layer_file, shapes, surroundings
from tailings.land.distance import FacilityOrigin
from tailings.land.values import Feature, LayerSource
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo import land


def test_layers_of_the_demo_lie_around_its_dam(tmp_path: Path) -> None:
    """The spa is as far by PROJ as by us, each layer is whole 25 km around, and says that it is invented."""
    at = parse(FACILITY_FILE.read_text("utf-8")).location
    assert at is not None
    commands = {words[words.index("--layer") + 1]: words for words in land.imports(tmp_path, at)}
    origin, found = FacilityOrigin(at.lon, at.lat), {}
    for layer, words in commands.items():
        said = {name: words[words.index(f"--{name}") + 1] for name in ("kind", "title", "source", "licence")}
        covers = tuple(map(float, words[words.index("--covers") + 1].split(",")))
        assert "nvented" in said["title"] and surroundings.complete_within_m(origin, covers) > 25_000
        source = LayerSource(id=layer, day=date.fromisoformat(land.DAY), name="name", covers=covers, **said)
        read = layer_file.read((tmp_path / f"{layer}.geojson").read_bytes(), source)
        features = [Feature(one.number, one.name, shapes.of_binary(one.shape)) for one in read]
        found |= {one.name: one.distance_m for one in surroundings.near(origin, features, 25_000)}
    spa = json.loads((tmp_path / "demo-places.geojson").read_text())["features"][1]["geometry"]["coordinates"]

    assert found["Invented spa"] == pytest.approx(Geod(ellps="WGS84").inv(at.lon, at.lat, *spa)[2], abs=0.1)
    assert found["Invented spa"] == pytest.approx(6_390, rel=0.01) and len(found) == 6
