"""Places of rows that say their own zone or reference system: against pyproj, and what is wrong by row."""

import pyproj
import pytest

from tailings.mapped_tables.faults import BadMap
from tailings.register import ParsedRegister, read_map, read_register
from tailings.register.tables import read_table

PLACES = {"A": (-6.5, 41.2), "B": (-3.5, 40.2), "C": (0.7, 41.1)}
"""In Spain, in zones 29, 30 and 31."""
HEAD = '[register]\nid = "es"\ntitle = "R"\nday = 2026-01-31\nlicence = "CC0-1.0"\n'
COLUMNS = '[columns]\n"Id" = "id"\n"Name" = "name"\n"X" = "easting_m"\n"Y" = "northing_m"\n'


def projected(code: str, at: tuple[float, float]) -> tuple[float, float]:
    """Easting and northing by pyproj, as printed by an authority."""
    east, north = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform(*at)
    return round(east, 2), round(north, 2)


def read(crs: str, heading: str, target: str, rows: list[str]) -> ParsedRegister:
    """Rows of id, easting, northing and a cell that says where they count from."""
    given = read_map(f'crs = "{crs}"\n{HEAD}{COLUMNS}"{heading}" = "{target}"\n')
    lines = [f"{one.split(',')[0]},{one}" for one in rows]
    return read_register(read_table("\n".join([f"Name,Id,X,Y,{heading}", *lines]).encode(), given.form), given)


def placed(found: ParsedRegister) -> dict[str, tuple[object, object]]:
    """The places by id."""
    return {one.id: (one.values.get("longitude"), one.values.get("latitude")) for one in found.facilities}


@pytest.mark.parametrize("written", ["{}", "{}S", "{} T", "Huso {}", "{}.0"])
def test_a_column_says_the_zone(written: str) -> None:
    """Three zones in one file; the band S of Spain is no south."""
    rows = []
    for id, zone in (("A", 29), ("B", 30), ("C", 31)):
        x, y = projected(f"EPSG:326{zone}", PLACES[id])
        rows.append(f"{id},{x},{y},{written.format(zone)}")
    found = read("UTM north", "Zone", "utm_zone", rows)

    assert placed(found) == {id: pytest.approx(at, abs=1e-6) for id, at in PLACES.items()}


def test_a_column_says_the_whole_system() -> None:
    """As people write it or as its number; an empty cell has the map's; another ellipsoid is another place."""
    systems = {"A": "EPSG:25829", "B": "23030", "C": ""}
    known = systems | {"B": "EPSG:23030", "C": "EPSG:25831"}
    rows = [f"{id},{x},{y},{systems[id]}" for id in systems for x, y in [projected(known[id], PLACES[id])]]
    found = read("EPSG:25831", "SRS", "crs", rows)
    (shifted,) = read("EPSG:25831", "SRS", "crs", [rows[1].replace("23030", "25830")]).facilities

    assert placed(found) == {id: pytest.approx(at, abs=2e-5) for id, at in PLACES.items()}
    assert abs(float(shifted.values["longitude"]) - PLACES["B"][0]) > 5e-4  # ED50 lies 100 m beside


def test_what_is_wrong_is_a_fault_of_its_row() -> None:
    """No zone, one that is none, a system that PROJ has not: each by row and column; the others are taken."""
    x, y = projected("EPSG:32630", PLACES["B"])
    zones = read("UTM north", "Zone", "utm_zone", [f"A,{x},{y},", f"B,{x},{y},30", f"C,{x},{y},77"])
    systems = read("EPSG:32630", "SRS", "crs", [f"A,{x},{y},EPSG:999999", f"B,{x},{y},", f"C,{x},{y},Gauss"])

    assert [(one.row, one.column) for one in zones.faults] == [(2, "Zone (utm_zone)"), (4, "Zone (utm_zone)")]
    assert [(one.row, one.column) for one in systems.faults] == [(2, "SRS (crs)"), (4, "SRS (crs)")]
    assert list(placed(zones)) == list(placed(systems)) == ["B"]


@pytest.mark.parametrize(
    ("crs", "target", "says"),
    [
        ("UTM north", "note", "says no zone"),
        ("EPSG:25830", "utm_zone", "write UTM north or UTM south"),
        ("", "utm_zone", "write UTM north or UTM south"),
        ("", "note", "crs: is missing"),
    ],
)
def test_a_map_says_half_and_zone_together(crs: str, target: str, says: str) -> None:
    """A half without a zone, and a zone without a half, are faults of the map."""
    with pytest.raises(BadMap, match=says):
        read(crs, "Zone", target, ["A,1,2,30"])


def test_a_file_of_too_many_systems_is_refused() -> None:
    """Each costs the making of a transformation."""
    rows = [f"A{code},1,2,{code}" for code in range(20_000, 20_200)]

    with pytest.raises(BadMap, match="up to 120 reference systems"):
        read("", "SRS", "crs", rows)
