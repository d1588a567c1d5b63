"""`tailwatch region` as it is typed: what is good is put where the api reads it, what is not is refused by name."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.region import operator_files
from tailwatch.__main__ import app
from tests.api.region.site import CONSUMPTION

RING = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]


def run(state: Path, *words: str) -> Result:
    """The command, of a state folder of its own."""
    return CliRunner().invoke(app, ["region", *words, "--state", str(state)])


def test_boundaries_are_checked_and_loaded(tmp_path: Path) -> None:
    """By the properties of GISCO's files; a file without the property is refused and changes nothing."""
    properties = {"NUTS_ID": "XX1", "NAME_LATN": "One"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [RING]}}
    file = tmp_path / "nuts.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    said = ("--licence", "GISCO", "--title", "NUTS", "--day", "2024-01-01")
    done = run(tmp_path, "boundaries", str(file), *said)
    refused = run(tmp_path, "boundaries", str(file), *said, "--code", "ID")
    loaded = operator_files.regions(tmp_path)

    assert (done.exit_code, refused.exit_code) == (0, 2) and "1 regions, licence GISCO" in done.output
    assert "no property 'ID'; it has NAME_LATN, NUTS_ID" in refused.output
    assert loaded and loaded.polygons.codes([2.0, 9.0], [2.0, 2.0]) == ["XX1", ""]


@pytest.mark.parametrize(("spoilt", "says"), [("tonnes_per_year", "tonnes_per_year"), ("source", "source")])
def test_a_consumption_needs_its_source(tmp_path: Path, spoilt: str, says: str) -> None:
    """What is whole is stated; what lacks a key is refused with all keys that there have to be."""
    file = tmp_path / "consumption.toml"
    file.write_text("\n".join(line for line in CONSUMPTION.splitlines() if not line.startswith(spoilt)))
    refused = run(tmp_path, "consumption", str(file))
    file.write_text(CONSUMPTION)
    done = run(tmp_path, "consumption", str(file))

    assert (refused.exit_code, says in refused.output, done.exit_code) == (2, True, 0)
    assert [one.element for one in operator_files.consumption(tmp_path)] == ["W"]
