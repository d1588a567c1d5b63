"""Gridded heights: text read in its usual forms, between the nodes as scipy has it, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from tailings.estimate import gridded
from tailings.estimate.volumes import BadSurface, Surface

ASCII = "ncols 3\nnrows 2\nxllcorner 100\nyllcorner 200\ncellsize 10\nNODATA_value -9999\n1 2 3\n4 5 -9999\n"
TABLE = "x,y,z\n105,215,1\n115,215,2\n125,215,3\n105,205,4\n115,205,5\n"


@pytest.mark.parametrize(
    "text",
    [
        ASCII,
        ASCII.replace("corner 100", "center 105").replace("corner 200", "center 205").replace("ncols", "NCOLS"),
        ASCII.replace("4 5 -9999", "4 5\n-9999"),
        TABLE,
        TABLE.removeprefix("x,y,z\n"),
        TABLE.replace(",", ";").replace(";1\n", ";1,0\n"),
        TABLE.removeprefix("x,y,z\n").replace(",", " "),
    ],
)
def test_a_grid_is_read_in_its_usual_forms(text: str) -> None:
    """Corner or centre, any case, lines broken anywhere; a table with a heading or none, of commas, semicolons with a
    decimal comma, or blanks: row 0 is the northernmost, and one node is unknown."""
    found = gridded.read(text)

    assert (found.x_m, found.y_m, found.cell_m) == (105.0, 215.0, 10.0)
    np.testing.assert_array_equal(found.height_m, [[1, 2, 3], [4, 5, np.nan]])


@given(
    seed=st.integers(0, 10_000),
    size=st.tuples(st.integers(2, 9), st.integers(2, 9)),
    cell_m=st.floats(0.5, 50),
    at=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20),
)
@settings(max_examples=60, deadline=None)
def test_between_nodes_it_is_what_scipy_gives(
    seed: int, size: tuple[int, int], cell_m: float, at: list[tuple[float, float]]
) -> None:
    """Bilinear, at any place within the nodes of any grid."""
    height = np.random.default_rng(seed).uniform(300, 340, size)
    surface = Surface(height, 1000.0, 5000.0, cell_m)
    y, x = 5000.0 - np.arange(size[0]) * cell_m, 1000.0 + np.arange(size[1]) * cell_m
    own_x = x[0] + np.array([one for one, _ in at]) * (x[-1] - x[0])
    own_y = y[-1] + np.array([other for _, other in at]) * (y[0] - y[-1])
    other = RegularGridInterpolator((y[::-1], x), height[::-1])

    expected = other(np.stack([np.clip(own_y, y[-1], y[0]), np.clip(own_x, x[0], x[-1])], axis=1))
    np.testing.assert_allclose(gridded.heights(surface, own_x, own_y), expected, rtol=1e-9)


def test_a_surface_ends_half_a_cell_beyond_its_nodes() -> None:
    """There it is as high as the node; beyond there is none, and none where a node that counts is unknown."""
    surface = gridded.read(ASCII)

    found = gridded.heights(surface, np.array([100.0, 99.9, 120.0, 125.0]), np.array([220.0, 215.0, 210.0, 215.0]))

    assert found[0] == 1.0 and found[3] == 3.0
    assert np.isnan(found[1:3]).all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ASCII.replace("ncols 3", "ncols 30000000"), "make no grid"),
        (ASCII.replace("nrows 2", "nrows -2"), "make no grid"),
        (ASCII.replace("ncols 3", "ncols inf"), "ncols"),
        (ASCII.replace("cellsize 10\n", ""), "cellsize is missing"),
        (ASCII.replace("cellsize 10", "cellsize 0"), "cellsize 0"),
        (ASCII.replace("4 5 -9999", "4 5"), "5 heights stand there"),
        (ASCII.replace("4 5", "4 five"), "no number"),
        (ASCII.replace("4 5", "4 inf"), "height of inf"),
        (ASCII.replace("4 5", "4 -3.4e38"), "NODATA_value"),
        ("x,y,z\n1,2\n", "row 1 has 2 cells"),
        ("x,y,z\n0,0,1\n0,1000000,2\n0.01,0,3\n0.01,1000000,4\n", "more than"),
        ("x,y,z\n0,0,a\n0,1,2\n1,0,3\n1,1,4\n", "no table"),
        ("", "no table|four points"),
        ("1 " * 1_000_001, "characters"),
    ],
)
def test_what_is_no_grid_is_refused(text: str, says: str) -> None:
    """One sentence, before memory is taken for what a head promises."""
    with pytest.raises(BadSurface, match=says):
        gridded.read(text)


PIECES = (
    "ncols",
    "nrows 2",
    "cellsize",
    "1e999",
    "nan",
    "-9999",
    "x,y,z",
    "1,2,3",
    "1;2,5;3",
    "\0",
    '"',
    "\n",
    " ",
    "٣",
    "1_0",
)


@given(
    start=st.sampled_from([ASCII, TABLE, ""]),
    at=st.integers(0, 80),
    pieces=st.lists(st.sampled_from(PIECES), max_size=8),
)
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_grid_or_a_sentence(start: str, at: int, pieces: list[str]) -> None:
    """Spoilt somewhere: no other error, and no height that is not finite."""
    try:
        with np.errstate(all="raise"):
            found = gridded.read(start[:at] + "".join(pieces) + start[at:])
    except BadSurface:
        return

    assert not np.isinf(found.height_m).any() and np.isfinite([found.x_m, found.y_m, found.cell_m]).all()
