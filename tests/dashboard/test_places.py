"""The sketch of where facilities lie; a degree of longitude at 60 degrees north is half as long as at the equator."""

from dataclasses import replace

import pytest

from dashboard import places

from .examples import facility


def test_north_is_up_and_east_is_right() -> None:
    """A facility further north is drawn higher, one further east further right."""
    base = facility([], [])
    far = replace(base, id="far", location=(-7.0, 41.0))

    sketch = places.sketch([base, far])

    assert sketch
    assert sketch.places[1].x > sketch.places[0].x and sketch.places[1].y < sketch.places[0].y


def test_longitude_is_squeezed_by_latitude() -> None:
    """At 60 degrees north two degrees of longitude are as wide as one of latitude is high."""
    base = facility([], [])
    three = [replace(base, location=place) for place in ((10.0, 59.5), (12.0, 59.5), (10.0, 60.5))]

    sketch = places.sketch(three)

    assert sketch
    one, east, north = sketch.places
    assert east.x - one.x == pytest.approx(one.y - north.y, rel=0.01)


def test_without_a_location_there_is_no_sketch() -> None:
    """Nothing is placed at 0, 0."""
    assert places.sketch([replace(facility([], []), location=None)]) is None


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.4), (-7.9, -7.1), (-180.0, 180.0)])
def test_grid_lines_are_round_and_few(low: float, high: float) -> None:
    """At most nine lines, all inside."""
    found = places.ticks(low, high)

    assert 1 <= len(found) <= 9 and all(low <= degrees <= high for degrees in found)


def test_no_label_of_the_grid_is_cut_off() -> None:
    """A line whose label would hang over the edge is left out; some remain, both ways."""
    sketch = places.sketch([facility([], [])])

    assert sketch
    assert {line.words[-1] for line in sketch.lines} == {"W", "N"}
    assert all(line.x + 7 * len(line.words) <= places.WIDTH and line.y >= 11 for line in sketch.lines)


def test_degrees_are_written_as_on_a_map() -> None:
    """7.5° W, 40° N."""
    assert [places.degrees_words(-7.5, "EW"), places.degrees_words(40.0, "NS")] == ["7.5° W", "40° N"]
