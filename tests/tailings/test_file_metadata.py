"""What files of observations say of themselves: places as the facility file has them, and the line to cite them by."""

from datetime import UTC, datetime

import pytest

from tailings import file_metadata
from tailings.file_metadata import MeasuringPlace

FACILITY = {"location": {"lon": -7.73, "lat": 40.16}, "vertical_datum": "EVRF2019"}
TIPS = [
    {"valid_from": "2024-06-12T00:00:00+01:00", "tip_elevation_m": 301.25},
    {"valid_from": "2026-03-01T00:00:00Z", "tip_elevation_m": 300.9, "source": "resurveyed"},
]
NODE = {"location": {"lon": -7.7312, "lat": 40.1604}, "elevation_m": 331.5, "chainage_m": 120.0}


def at(
    lon: float,
    lat: float,
    location_of: str,
    crs: str,
    height: tuple[float | None, str | None, str | None] = (None,) * 3,
) -> MeasuringPlace:
    """A point on the map, with a height: its metres, what has it, and above what it is."""
    return MeasuringPlace(lon, lat, location_of, crs, *height)


@pytest.mark.parametrize(
    ("facility", "node", "tips", "place"),
    [
        ({}, None, None, MeasuringPlace()),
        (FACILITY, None, [], at(-7.73, 40.16, "facility", "EPSG:4326")),
        (FACILITY, NODE, None, at(-7.7312, 40.1604, "node", "EPSG:4326", height=(331.5, "node", "EVRF2019"))),
        (FACILITY, NODE, TIPS, at(-7.7312, 40.1604, "node", "EPSG:4326", height=(300.9, "tip", "EVRF2019"))),
        (
            FACILITY,
            {"elevation_m": 331.5},
            TIPS[:1],
            at(-7.73, 40.16, "facility", "EPSG:4326", height=(301.25, "tip", "EVRF2019")),
        ),
        (
            {**FACILITY, "crs": "EPSG:4258"},
            NODE,
            TIPS,
            at(-7.7312, 40.1604, "node", "EPSG:4258", height=(300.9, "tip", "EVRF2019")),
        ),
        ({**FACILITY, "crs": None}, {"location": None}, [], at(-7.73, 40.16, "facility", "EPSG:4326")),
    ],
)
def test_a_place_says_whose_it_is(facility: dict, node: dict | None, tips: list | None, place: MeasuringPlace) -> None:
    """The node's own point before the facility's, the tip in force then before the node; what is not stated is None."""
    assert file_metadata.place(facility, node, tips, datetime(2026, 5, 1, tzinfo=UTC)) == place


def test_a_citation_names_what_is_needed_to_find_it_again() -> None:
    """Whose, year, what, interval, as of when and where; of more than five datastreams the first and how many more."""
    line = file_metadata.citation(
        "Vale do Sino",
        None,
        [f"vale:n07:vw{number}.level" for number in range(7)],
        ("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"),
        known_at="2026-05-03T00:00:00Z",
        address="https://centre.example/api/v1/facilities/vale/series",
    )

    assert line.startswith("Vale do Sino (2026): Vale do Sino: vale:n07:vw0.level, ") and "vw4.level (+2), " in line
    assert "2026-05-01T00:00:00Z/2026-05-02T00:00:00Z, as_of=2026-05-03T00:00:00Z. https://centre.example/" in line
