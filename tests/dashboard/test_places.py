"""The sketch of where facilities lie; a degree of longitude at 60 degrees north is half as long as at the equator."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.overview.models import Place
from dashboard import places, states
from tailings.register import countries

VERDICTS = ("red", "orange", "blind", "yellow", "green", "not-monitored")
ANYWHERE = st.tuples(st.floats(-180, 180), st.floats(-85, 85), st.sampled_from(VERDICTS))


def place(name: str, lon: float = -7.73, lat: float = 40.16, state: str = "green") -> Place:
    """A facility at a point."""
    return Place(facility=name, name=name, state=state, lon=lon, lat=lat)  # type: ignore[arg-type]


def test_north_is_up_and_east_is_right() -> None:
    """A facility further north is drawn higher, one further east further right."""
    sketch = places.sketch([place("vale"), place("far", -7.0, 41.0)])

    assert sketch
    at = {one.ids[0]: one for one in sketch.places}
    assert at["far"].x > at["vale"].x and at["far"].y < at["vale"].y


def test_longitude_is_squeezed_by_latitude() -> None:
    """At 60 degrees north two degrees of longitude are as wide as one of latitude is high."""
    sketch = places.sketch([place("one", 10.0, 59.5), place("east", 12.0, 59.5), place("north", 10.0, 60.5)])

    assert sketch
    at = {mark.ids[0]: mark for mark in sketch.places}
    assert at["east"].x - at["one"].x == pytest.approx(at["one"].y - at["north"].y, rel=0.01)


def test_without_a_location_there_is_no_sketch() -> None:
    """Nothing is placed at 0, 0."""
    assert places.sketch([]) is None


def test_those_that_lie_together_are_one_mark_with_the_worst_state() -> None:
    """Three within 200 m and one 50 km away: a mark of three, orange, that leads to those three, and one alone."""
    near = [
        place(f"n{row}", -7.73 + row / 1000, 40.16, state) for row, state in enumerate(("green", "orange", "blind"))
    ]
    sketch = places.sketch([*near, place("alone", -7.73, 40.61)])

    assert sketch
    group, alone = sorted(sketch.places, key=lambda one: -len(one.ids))
    assert (group.name, group.state, set(group.ids)) == ("3", "orange", {"n0", "n1", "n2"})
    assert (alone.name, alone.address) == ("alone", "/f/alone")
    assert group.address.startswith("/?box=")
    west, south, east, north = map(float, group.address.partition("=")[2].split(","))
    assert all(west <= one.lon <= east and south <= one.lat <= north for one in near)


def test_one_far_away_does_not_shrink_the_rest() -> None:
    """Forty in a region of one degree and one on another continent: the forty fill the width, and the one is named."""
    region = [place(f"n{row}", -8.0 + row % 8 / 8, 40.0 + row // 8 / 8) for row in range(40)]
    sketch = places.sketch([*region, place("chile", -70.0, -23.0)])

    assert sketch
    assert [one.facility for one in sketch.outside] == ["chile"]
    drawn = [one.x for one in sketch.places]
    assert max(drawn) - min(drawn) > 0.6 * (places.WIDTH - 2 * places.MARGIN)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85), st.sampled_from(VERDICTS)), min_size=1, max_size=60)
)
def test_each_facility_is_drawn_once_where_it_lies(found: list[tuple[float, float, str]]) -> None:
    """Each is in one mark or named outside; no two marks touch; a mark has the worst state of those in it."""
    all_of_them = [place(f"n{row}", *one) for row, one in enumerate(found)]
    sketch = places.sketch(all_of_them)

    assert sketch
    drawn = [id for one in sketch.places for id in one.ids] + [one.facility for one in sketch.outside]
    assert sorted(drawn) == sorted(one.facility for one in all_of_them)
    state = {one.facility: one.state for one in all_of_them}
    assert all(one.state == min((state[id] for id in one.ids), key=states.severity) for one in sketch.places)
    at = [(one.x, one.y) for one in sketch.places]
    assert all(math.dist(one, other) >= places.TOUCHING for n, one in enumerate(at) for other in at[:n])


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.4), (-7.9, -7.1), (-180.0, 180.0)])
def test_grid_lines_are_round_and_few(low: float, high: float) -> None:
    """At most nine lines, all inside."""
    found = places.ticks(low, high)

    assert 1 <= len(found) <= 9 and all(low <= degrees <= high for degrees in found)


def test_no_label_of_the_grid_is_cut_off() -> None:
    """A line whose label would hang over the edge is left out; some remain, both ways."""
    sketch = places.sketch([place("vale")])

    assert sketch
    assert {line.words[-1] for line in sketch.lines} == {"W", "N"}
    assert all(line.x + 7 * len(line.words) <= places.WIDTH and line.y >= 11 for line in sketch.lines)


def test_degrees_are_written_as_on_a_map() -> None:
    """7.5° W, 40° N."""
    assert [places.degrees_words(-7.5, "EW"), places.degrees_words(40.0, "NS")] == ["7.5° W", "40° N"]


def test_outlines_are_drawn_where_they_say_something() -> None:
    """A square around the facilities lies where they say, in the order of its corners; a sketch of a dam has none."""
    asked: list[tuple[float, ...]] = []

    def land(*box: float) -> list[list[tuple[float, float]]]:
        asked.append(box)
        return [[(-8.0, 38.0), (-4.0, 38.0), (-4.0, 42.0), (-8.0, 42.0), (-8.0, 42.0)]]

    corners = [place("a", -8.0, 38.0), place("b", -4.0, 42.0)]
    wide = places.sketch(corners, land=land)
    near = places.sketch([place("a"), place("b", lat=40.5)], land=land)
    assert wide is not None and near is not None
    (west, south, east, north), *others = asked
    at = {one.name: f"{one.x:g} {one.y:g}" for one in wide.places}

    assert wide.land.startswith(f"M{at['a']}L") and f"L{at['b']}L" in wide.land and wide.land.count("L") == 3
    assert west < -8 < -4 < east and south < 38 < 42 < north
    assert (near.land, others) == ("", [])


def test_outlines_are_those_of_countries_in_the_box() -> None:
    """Around Lisbon lies Portugal, and no island of the Pacific; in the middle of an ocean lies none."""
    rings = countries.rings_within(-10, 38, -8, 40)

    assert any(len(ring) > 10 and ring[:, 0].min() < -8 < ring[:, 0].max() for ring in rings) and len(rings) < 5
    assert countries.rings_within(-40, 20, -39, 21) == []
