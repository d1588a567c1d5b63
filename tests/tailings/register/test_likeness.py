"""Tests of telling whether two rows are the same facility, and what contradicts."""

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.register.likeness import contradictions, distance_m, likeness
from tailings.register.values import Values

RIO: Values = {"id": "P-1", "name": "Escombreira de São João", "longitude": -7.7, "latitude": 40.1}


@pytest.mark.parametrize(
    ("other", "is_candidate"),
    [
        ({"id": "p-1", "name": "Anything"}, True),
        ({"id": "9", "name": "SAO JOAO, escombreira"}, True),
        ({"id": "9", "name": "São João", "longitude": -7.74, "latitude": 40.1}, True),
        ({"id": "9", "name": "São João", "longitude": -6.7, "latitude": 40.1}, False),
        ({"id": "9", "name": "Vale", "other_names": "x; Sao Joao", "longitude": -7.74, "latitude": 40.1}, True),
        ({"id": "9", "name": "Lamas", "longitude": -7.703, "latitude": 40.1}, True),
        ({"id": "9", "name": "Lamas", "longitude": -7.74, "latitude": 40.1}, False),
        ({"id": "9", "name": "Lamas"}, False),
    ],
)
def test_a_person_is_asked_for_what_may_be_the_same(other: Values, is_candidate: bool) -> None:
    """By id, by a name that is written otherwise, or by its place."""
    assert likeness(RIO, other).is_candidate is is_candidate


PLACES = st.tuples(st.floats(-179, 179), st.floats(-80, 80))


@given(PLACES, PLACES)
def test_a_distance_is_that_of_geodesy(one: tuple[float, float], other: tuple[float, float]) -> None:
    """Within the 0.6 % that a sphere may err, as PROJ has it on the ellipsoid."""
    rows = [{"longitude": place[0], "latitude": place[1]} for place in (one, other)]
    _, _, apart_m = pyproj.Geod(ellps="WGS84").inv(*one, *other)

    assert distance_m(*rows) == pytest.approx(apart_m, rel=0.006, abs=1e-3)


def test_what_only_one_knows_or_rounds_contradicts_nothing() -> None:
    """A height that is 1 % off and a name in capitals agree; a class and a place 1 km away do not."""
    one = RIO | {"height_m": 34.5, "consequence_class": "High", "status": "closed"}
    other = RIO | {"id": "9", "name": "ESCOMBREIRA DE SAO JOAO", "height_m": 34.4, "consequence_class": "Low"}

    assert [found.column for found in contradictions(one, other)] == ["consequence_class"]
    assert [found.column for found in contradictions(RIO, RIO | {"latitude": 40.11})] == ["longitude", "latitude"]


@pytest.mark.parametrize(
    ("here", "there", "columns"),
    [
        ({"status": "unknown", "type": "unknown"}, {"status": "closed", "type": "pond"}, []),
        ({"commodities": "Cu; Au"}, {"commodities": "au, CU"}, []),
        ({"commodities": "Cu; Au"}, {"commodities": "Cu; Ag"}, ["commodities"]),
        (
            {"consequence_class": "High", "consequence_system": "GISTM"},
            {"consequence_class": "2"},
            ["consequence_class"],
        ),
        (
            {"consequence_class": "High", "consequence_system": "GISTM"},
            {"consequence_class": "Alta", "consequence_system": "ANM"},
            [],
        ),
        (
            {"consequence_class": "High", "consequence_system": "GISTM"},
            {"consequence_class": "Low", "consequence_system": "gistm"},
            ["consequence_class"],
        ),
        (
            {"tonnage_t": 1e6, "tonnage_basis": "dry"},
            {"tonnage_t": 1.2e6, "tonnage_basis": "wet"},
            [],
        ),
        (
            {"tonnage_t": 1.3e6, "tonnage_basis": "dry"},
            {"tonnage_t": 1.2e6, "tonnage_basis": "wet"},
            ["tonnage_t", "tonnage_basis"],
        ),
        (
            {"tonnage_t": 1e6, "tonnage_basis": "dry"},
            {"tonnage_t": 1.2e6},
            ["tonnage_t"],
        ),
    ],
)
def test_what_is_written_otherwise_and_means_the_same_contradicts_nothing(
    here: Values, there: Values, columns: list[str]
) -> None:
    """What nobody knows, commodities in another order, classes of two systems, of which a facility has both, and a dry
    mass beside a wet one, which is the heavier."""
    assert [found.column for found in contradictions(RIO | here, RIO | there)] == columns
    assert [found.column for found in contradictions(RIO | there, RIO | here)] == columns
