"""A drawing of the server: its paths lead through the points that were asked for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import Drawing
from tests.dashboard import svg_paths

PIXELS = st.floats(-50, 1400)


@given(st.lists(st.tuples(PIXELS, PIXELS), min_size=2, max_size=60))
def test_a_line_of_many_points_ends_where_it_should(asked: list[tuple[float, float]]) -> None:
    """Each step is from the rounded point before, so that nothing adds up: all points within 0.05 px, in order."""
    drawing = Drawing(100, 100, "a line")

    drawing.line(asked, "now")

    wanted = [(round(10 * x) / 10, round(10 * y) / 10) for x, y in asked]
    moved = [one for n, one in enumerate(wanted) if n == 0 or one != wanted[n - 1]]
    assert svg_paths.points(drawing.paths[0].d) == moved
    assert np.abs(np.array(asked) - np.array(wanted)).max() <= 0.05 + 1e-9


def test_an_area_closes_itself() -> None:
    """A square of 10 px; straight steps have one number each."""
    drawing = Drawing(100, 100, "an area")

    drawing.area([(1, 2), (11, 2), (11, 12), (1, 12)], "pond")

    assert drawing.paths[0].d == "M1 2h10v10h-10z"


@given(st.lists(st.lists(st.tuples(PIXELS, PIXELS), min_size=2, max_size=5), min_size=1, max_size=20), st.booleans())
def test_shapes_of_one_path_stand_where_they_would_alone(shapes: list[list[tuple[float, float]]], closed: bool) -> None:
    """A shape is moved from where the one before ended: by a reader of paths, the points of all are those of each."""
    together, apart = Drawing(100, 100, "together"), Drawing(100, 100, "apart")

    together.lines(shapes, "lined", closed)
    for one in shapes:
        apart.lines([one], "lined", closed)

    assert len(together.paths) == 1
    assert svg_paths.points(together.paths[0].d) == [at for one in apart.paths for at in svg_paths.points(one.d)]
