"""Tests of exports: what is written is read back as it was, by our reader and by a second one."""

import csv
import datetime as dt
import io
import json
import sqlite3
import struct
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.register import COLUMNS, compared, exports, read_map, read_register
from tailings.register.columns import DONE
from tailings.register.compared import StoredFacility
from tailings.register.exports import ExportedFacility
from tailings.register.tables import read_table
from tailings.register.values import Values, digest

MAP = '[register]\nid = "r"\ntitle = "R"\nday = 2026-01-31\nlicence = "CC0-1.0"\n'
AT = "2026-01-31T00:00:00Z"
TEXTS = (
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20)
    .map(lambda one: " ".join(one.split()))
    .filter(lambda one: one and one.isprintable() and not one.startswith("'"))
) | st.sampled_from(("NA", "nan", "null", "-", "-999", "-9999.0"))


def of_column(one) -> st.SearchStrategy:
    """Values that a column may hold."""
    if one.kind == "number":
        return st.floats(one.low, one.high).map(lambda value: float(f"{round(value, 3):.12g}"))
    if one.kind == "year":
        return st.integers(1500, 2100)
    kinds = {
        "day": st.dates(min_value=dt.date(1900, 1, 1)).map(str),
        "yes_no": st.sampled_from(("yes", "no")),
        "country": st.just("KM"),  # without an outline
        "word": st.sampled_from(one.words or ("",)),
    }
    return kinds.get(one.kind, TEXTS)


ALONE = ("tonnage_t", "tonnage_basis", "consequence_class", "consequence_system", "year_closed", *DONE)
FACILITIES = st.lists(
    st.fixed_dictionaries(
        {"id": TEXTS, "name": TEXTS},
        optional={
            one.name: of_column(one)
            for one in COLUMNS
            if one.name not in ("id", "name", "longitude", "latitude", *ALONE)
        },
    ).flatmap(lambda one: st.tuples(st.just(one), st.none() | st.tuples(st.floats(-180, 180), st.floats(1, 90)))),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[0]["id"],
)


def written(values: list[Values]) -> dict[str, bytes]:
    """The three files of some facilities."""
    rows = [ExportedFacility("r", "R", "2026-01-31", "CC0-1.0", one) for one in values]
    return {"csv": exports.csv(rows), "geojson": exports.geojson(rows), "gpkg": exports.geopackage(rows, AT)}


@settings(max_examples=25, deadline=None)
@given(FACILITIES)
def test_what_is_written_is_there_already(drawn) -> None:
    """Imported again, every row of each form is unchanged: its hash is that of the stored one."""
    values = [one | _placed(place) for one, place in drawn]
    stored = {one["id"]: StoredFacility(one, 1, digest(one)) for one in values}
    given_map = read_map(MAP)
    for file in written(values).values():
        parsed = read_register(read_table(file, given_map.form), given_map)

        assert parsed.faults == ()
        assert len(compared(parsed.facilities, stored).unchanged) == len(values)


def _placed(place) -> Values:
    return {} if place is None else {"longitude": round(place[0], 7), "latitude": round(place[1], 7)}


ONE: Values = {"id": "A-1", "name": "Río", "height_m": 31.5, "longitude": -7.25, "latitude": 40.125}


def test_a_geopackage_is_read_by_another_reader() -> None:
    """By SQLite and the offsets of OGC 12-128: application id, layer, point, and the columns beside it."""
    database = sqlite3.connect(":memory:")
    database.deserialize(written([ONE, {"id": "A-2", "name": "Sin lugar"}])["gpkg"])

    contents = database.execute("SELECT table_name, data_type, min_x, max_y, srs_id FROM gpkg_contents").fetchall()
    (blob,), (none,) = database.execute("SELECT geom FROM facilities ORDER BY fid").fetchall()
    assert database.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG", "big"),)
    assert contents == [("facilities", "features", -7.25, 40.125, 4326)]
    assert (blob[:2], struct.unpack("<i", blob[4:8]), struct.unpack("<BIdd", blob[8:]), none) == (
        b"GP",
        (4326,),
        (1, 1, -7.25, 40.125),
        None,
    )


def test_csv_and_geojson_are_read_by_other_readers() -> None:
    """By the standard library: each column under its heading, and the register beside it."""
    files = written([ONE])
    (row,) = csv.DictReader(io.StringIO(files["csv"].decode()))
    (feature,) = json.loads(files["geojson"])["features"]

    assert (row["height_m"], row["latitude"], row["register_licence"]) == ("31.5", "40.1250000", "CC0-1.0")
    assert feature["geometry"] == {"type": "Point", "coordinates": [-7.25, 40.125]}
    assert (feature["properties"]["height_m"], feature["properties"]["register_day"]) == (31.5, "2026-01-31")


def test_a_feature_without_a_point_has_the_place_that_its_properties_say() -> None:
    """The first has a point, which counts; the second only longitude and latitude beside the others."""
    file = json.loads(written([ONE, {"id": "A-2", "name": "Sol"}])["geojson"])
    file["features"][0]["properties"] |= {"longitude": 1.0, "latitude": 2.0}
    file["features"][1]["properties"] |= {"longitude": -8.5, "latitude": 41.0}
    found = read_register(read_table(json.dumps(file).encode()), read_map(MAP))

    assert [(one.values["longitude"], one.values["latitude"]) for one in found.facilities] == [
        (-7.25, 40.125),
        (-8.5, 41.0),
    ]


@pytest.mark.foreign
def test_gdal_reads_the_geopackage(tmp_path) -> None:
    """ogrinfo counts both features and knows where they lie."""
    file = tmp_path / "register.gpkg"
    file.write_bytes(written([ONE, {"id": "A-2", "name": "Sin lugar"}])["gpkg"])
    told = subprocess.run(["ogrinfo", "-so", file, "facilities"], capture_output=True, text=True, check=True).stdout

    assert "Feature Count: 2" in told
    assert "Extent: (-7.250000, 40.125000)" in told
