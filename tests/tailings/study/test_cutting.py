"""Panels cut by surfaces: closed-form volumes, what surveys leave open, and what cannot belong together."""

import itertools
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from tailings.estimate.outcomes import Z10
from tailings.laboratory.mapping import FacilityGrid
from tailings.laboratory.places import on_map
from tailings.study import BadStudy, Sampled, cutting
from tailings.study import between as samples_between
from tailings.study.inputs import Box
from tailings.study.stated_surfaces import Surfaces
from tests.tailings.study.surfaces import Height, ascii_grid, between, stated

BOX = Box((0.0, 100.0), (-60.0, 0.0), (300.0, 320.0), (20.0, 20.0, 5.0))
EDGES = (BOX.chainage_m, BOX.offset_m, BOX.elevation_m)
GRID = ((-4.0, -64.0), (54, 34), 2.0)


def surfaces(top: Height, bottom: Height = lambda x, y: 302.0 + 0 * x) -> Surfaces:
    """Two surfaces that cover the box by more than two cells."""
    return between(top, bottom, *GRID)


def cut(top: Height, bottom: Height = lambda x, y: 302.0 + 0 * x) -> cutting.Cut:
    """The box, cut by them."""
    return cutting.cut(BOX, surfaces(top, bottom))


@given(rise=st.floats(-0.12, 0.12), across=st.floats(-0.13, 0.13), floor=st.floats(300.5, 303.0))
@settings(max_examples=25, deadline=None)
def test_a_wedge_between_two_planes(rise: float, across: float, floor: float) -> None:
    """Of any inclination within the box, 8 m up and down at most: the thickness in its middle times the area."""
    found = cut(lambda x, y: 312.0 + rise * (x - 50) + across * (y + 30) / 2, lambda x, y: floor + 0 * x)

    assert found.volume.mid == pytest.approx((312.0 - floor) * 6000, rel=1e-6)


@given(radius=st.floats(20, 29), height=st.floats(4, 17))
@settings(max_examples=15, deadline=None)
def test_a_paraboloid(radius: float, height: float) -> None:
    """Half of the cylinder around it, pi r2 h / 2, by a grid of 2 m."""
    found = cut(lambda x, y: 302.0 + height * np.maximum(1 - ((x - 50) ** 2 + (y + 30) ** 2) / radius**2, 0))

    assert found.volume.mid == pytest.approx(math.pi * radius**2 * height / 2, rel=0.01)


def test_a_frustum_and_the_share_of_each_panel() -> None:
    """A heap of 40 x 20 m on top, slopes of 1:1, 10 m high: by the formula of the prismatoid, h/6 (A1 + 4 Am + A2);
    panels in the heap are whole, those beside it empty."""

    def heap(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return 302.0 + np.clip(np.minimum(30 - np.abs(x - 50), 20 - np.abs(y + 30)), 0, 10)

    found = cut(heap)

    assert found.volume.mid == pytest.approx(10 / 6 * (60 * 40 + 4 * 50 * 30 + 40 * 20), rel=0.005)
    assert found.share[2, 1, 1] == pytest.approx(1.0) and found.share[0, 0].max() < 0.002
    assert 1 - found.share.mean() == pytest.approx(1 - found.volume.mid / (6000 * 20))


@given(rise=st.floats(-0.12, 0.12), across=st.floats(-0.13, 0.13), floor=st.floats(300.5, 303.0))
@settings(max_examples=10, deadline=None)
def test_the_halves_of_panels_are_those_of_meshes(rise: float, across: float, floor: float) -> None:
    """Each cell of half a panel each way, clipped by two planes: the volume of a convex body by scipy's qhull."""
    found = cut(lambda x, y: 311.0 + rise * (x - 50) + across * (y + 30) / 2, lambda x, y: floor + 0 * x)
    top = np.array([-rise, -across / 2, 1.0, -(311.0 - rise * 50 + across * 15)])
    spans = [np.linspace(*span, 2 * count + 1) for span, count in zip(EDGES, BOX.counts, strict=True)]

    for cell in [(0, 0, 3), (4, 2, 4), (9, 5, 4), (5, 5, 0), (2, 1, 1)]:
        low, high = (np.array([edges[at + step] for edges, at in zip(spans, cell, strict=True)]) for step in (0, 1))
        low[2] = max(low[2], floor)
        expected = meshed(low, high, top) / float(np.prod([edges[1] - edges[0] for edges in spans]))
        assert found.halves[cell] == pytest.approx(expected, abs=2e-3)


def meshed(low: np.ndarray, high: np.ndarray, top: np.ndarray) -> float:
    """Volume of a box below a plane, by its corners and the places where the plane cuts its edges."""
    if (low >= high).any():
        return 0.0
    corners = np.array(list(itertools.product(*zip(low, high, strict=True))))
    over = corners @ top[:3] + top[3]
    inside = list(corners[over <= 0])
    for one, other in itertools.combinations(range(8), 2):
        if over[one] * over[other] < 0:
            inside.append(corners[one] + over[one] / (over[one] - over[other]) * (corners[other] - corners[one]))
    return float(ConvexHull(inside).volume) if len(inside) > 3 else 0.0


def test_errors_of_datums_count_whole_and_those_of_heights_average_out() -> None:
    """Area x datum of both; square root of area x cell x height of both: by hand."""
    one = surfaces(lambda x, y: 312.0 + 0 * x)
    datum = msgspec.structs.replace(
        one, top=stated("t", one.top.grid, 0.0, 0.3), bottom=stated("b", one.bottom.grid, 0.0, 0.4)
    )
    single = msgspec.structs.replace(
        one, top=stated("t", one.top.grid, 0.3, 0.0), bottom=stated("b", one.bottom.grid, 0.4, 0.0)
    )

    spreads = [cutting.cut(BOX, of).volume for of in (datum, single)]

    assert [(one.high - one.mid) / Z10 for one in spreads] == pytest.approx([6000 * 0.5, math.sqrt(6000) * 2 * 0.5])


def test_the_spread_is_that_of_surveys_that_err_as_stated() -> None:
    """200 pairs of surveys with a datum off by 0.2 m and heights off by 0.5 m: the deviation of their volumes."""
    random, found = np.random.default_rng(5), []
    for _ in range(200):
        surveyed = [m + random.normal(0, 0.2) + random.normal(0, 0.5, (34, 54)) for m in (312.0, 304.0)]
        found.append(cut(*(lambda x, y, heights=heights: heights for heights in surveyed)).volume.mid)
    plain = surfaces(lambda x, y: 312.0 + 0 * x, lambda x, y: 304.0 + 0 * x)
    surveys = (stated("t", plain.top.grid, 0.5, 0.2), stated("b", plain.bottom.grid, 0.5, 0.2))
    spread = cutting.cut(BOX, Surfaces(*surveys)).volume

    assert np.std(found) == pytest.approx((spread.high - spread.mid) / Z10, rel=0.15)


def test_grids_on_the_map_are_turned_into_the_frame() -> None:
    """A wedge that rises along the chainage, in eastings and northings of a crest that runs north-east."""
    frame = FacilityGrid((351000.0, 6297000.0), (351300.0, 6297400.0), "right", "EPSG:32719")
    corners = on_map(np.array([0.0, 0.0, 100.0, 100.0]), np.array([-60.0, 0.0, -60.0, 0.0]), frame)
    low = (float(corners[0].min()) - 10, float(corners[1].min()) - 10)
    along = np.array([0.6, 0.8])

    def top(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        chainage = (x - 351000.0) * along[0] + (y - 6297000.0) * along[1]
        return np.asarray(310.0 + 0.05 * (chainage - 50))

    grids = [ascii_grid(of, low, (75, 75), 2.0) for of in (top, lambda x, y: 302.0 + 0 * x)]
    found = cutting.cut(BOX, Surfaces(stated("t", grids[0]), stated("b", grids[1]), frame))

    assert found.volume.mid == pytest.approx(8.0 * 6000, rel=1e-6)
    assert found.top[-1, 0] - found.top[0, 0] == pytest.approx(0.05 * (found.x[-1] - found.x[0]), rel=1e-6)


@pytest.mark.parametrize(
    ("top", "bottom", "says"),
    [
        (
            lambda x, y: np.where(x > 80, 301.0, 312.0),
            lambda x, y: 302.0 + 0 * x,
            r"crest.asc lies below .* 1[12]\d\d m2",
        ),
        (
            lambda x, y: np.where((x > 40) & (x < 50), np.nan, 312.0),
            lambda x, y: 302 + 0 * x,
            "no height over .*chainage 3",
        ),
        (lambda x, y: 331.0 + 0 * x, lambda x, y: 302 + 0 * x, "38 % of what lies between .* elevation_m"),
        (lambda x, y: 312.0 * 3.28084 + 0 * x, lambda x, y: 302 + 0 * x, "elevation_m to that, or correct their datum"),
    ],
)
def test_surfaces_that_cannot_be_meant_are_refused(top: Height, bottom: Height, says: str) -> None:
    """Crossing, with place and area; without data; above the box; one in feet."""
    with pytest.raises(BadStudy, match=says):
        cut(top, bottom)


def test_a_grid_smaller_than_the_box_is_refused() -> None:
    """20 m of 100 are missing: a fifth of the box, from chainage 80 on."""
    few = between(lambda x, y: 312.0 + 0 * x, lambda x, y: 302.0 + 0 * x, (-4.0, -64.0), (42, 34), 2.0)

    with pytest.raises(BadStudy, match=r"crest.asc has no height over 1200 m2 \(20.0 %\).*smaller than the box"):
        cutting.cut(BOX, few)


def hole(name: str, at: tuple[float, float], collar_m: float, depths: tuple[float, float] = (0.0, 2.0)) -> Sampled:
    """One interval of a hole, from a file."""
    return Sampled(name, *at, collar_m, *depths, material="sand", grades={}, place=f"lab.csv row {name[1:]}")


PLACES = ((20.0, -20.0), (50.0, -40.0), (80.0, -30.0))


@pytest.mark.parametrize(
    ("collars", "depths", "says"),
    [
        (
            (324.1, 324.3, 323.9),
            (0.0, 2.0),
            "all 3 collars .lab.csv. stand above crest.asc, by 11.9 to 12.3 m: .*datum",
        ),
        ((299.0, 299.2, 298.8), (0.0, 2.0), "all 3 collars .lab.csv. stand below crest.asc, by 12.8 to 13.2 m"),
        ((1023.6, 1024.0, 1023.2), (0.0, 2.0), "collar_m of the assays .lab.csv. look like feet"),
        ((95.1, 95.1, 95.1), (0.0, 2.0), "heights of crest.asc look like feet"),
        ((312.0, 312.1, 318.0), (0.0, 2.0), "H4 .lab.csv row 4.: the sample from 0 to 2 m ends 4.0 m above the top"),
        ((312.0, 312.1, 312.0), (12.0, 14.0), "H2 .lab.csv row 2.: .* begins 2.0 m below the bottom, ground.asc"),
    ],
)
def test_samples_outside_of_the_surfaces_are_named(
    collars: tuple[float, ...], depths: tuple[float, float], says: str
) -> None:
    """Another datum (all off by the same), feet, one collar too high, natural ground: file, row, and what helps."""
    of = surfaces(lambda x, y: 312.0 + 0 * x)
    samples = [
        hole(f"H{n + 2}", at, collar, depths) for n, (at, collar) in enumerate(zip(PLACES, collars, strict=True))
    ]

    with pytest.raises(BadStudy, match=says):
        samples_between.check(samples, of)
