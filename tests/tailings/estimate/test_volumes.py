"""Tests of volumes and densities, reckoned by hand; the TIFF is written by tifffile itself."""

import io
import math

import numpy as np
import pytest
from scipy import stats

from tailings.estimate import volumes
from tailings.estimate.volumes import BadSurface, Surface

FLAT = "0 0 100\n10 0 100\n0 10 100\n10 10 100\n"
THREE = FLAT.replace("10 10 100", "10 10 -9999")
FILL = "0,0,103\n10,0,104\n0,10,105\n10,10,-9999\n"


def tiff(heights: np.ndarray[tuple[int, int], np.dtype[np.float32]], cell_m: float) -> bytes:
    """A GeoTIFF whose upper left corner lies at 500, 900."""
    import tifffile

    out = io.BytesIO()
    tags = [
        (volumes.SCALE_TAG, "d", 3, (cell_m, cell_m, 0.0), True),
        (volumes.TIE_TAG, "d", 6, (0.0, 0.0, 0.0, 500.0, 900.0, 0.0), True),
    ]
    tifffile.imwrite(out, heights, extratags=tags)
    return out.getvalue()


def test_the_volume_between_two_grids() -> None:
    """3 + 4 + 5 m over cells of 100 m² are 1200 m³; the cell without a height does not count."""
    found = volumes.between(volumes.read_xyz(FILL), volumes.read_xyz(THREE), 0.0, 0.0)

    assert (found.low, found.mid, found.high) == (1200.0, 1200.0, 1200.0)


def test_errors_of_heights_average_out_and_those_of_the_datum_do_not() -> None:
    """n cells: sd = a·sqrt(2n)·s for single heights, a·sqrt(2)·n·s for the datum; n = 3, a = 100 m², s = 0.1 m."""
    top, base = volumes.read_xyz(FILL), volumes.read_xyz(THREE)
    single, shared = volumes.between(top, base, 0.1, 0.0), volumes.between(top, base, 0.0, 0.1)

    assert single.high - single.mid == pytest.approx(1.2815516 * 100 * math.sqrt(6) * 0.1)
    assert shared.high - shared.mid == pytest.approx(1.2815516 * 100 * math.sqrt(2) * 3 * 0.1)


def test_a_geotiff_is_read_with_its_place() -> None:
    """Cells of 5 m from 500, 900: the middle of the first is 502.5, 897.5; -9999 is unknown."""
    found = volumes.read_geotiff(tiff(np.array([[1, 2, 3], [4, 5, -9999]], dtype=np.float32), 5.0))

    assert (found.x_m, found.y_m, found.cell_m) == (502.5, 897.5, 5.0)
    assert np.isnan(found.height_m[1, 2])
    assert found.height_m[0].tolist() == [1.0, 2.0, 3.0]


def test_half_a_survey_and_swapped_ones_are_refused() -> None:
    """A sentence says how much is known in both, or by how much the top lies below; it was a volume of 0 m3."""
    base = Surface(np.full((10, 10), 100.0), 0.0, 0.0, 5.0)
    top = Surface(np.full((10, 10), 104.0), 0.0, 0.0, 5.0)
    half = Surface(np.where(np.arange(10) < 5, 104.0, np.nan) * np.ones((10, 1)), 0.0, 0.0, 5.0)

    with pytest.raises(
        BadSurface, match=r"50 % of the surveyed cells .*\(top 50, base 100\): survey the rest, or cut both"
    ):
        volumes.between(half, base, 0.1, 0.05)
    with pytest.raises(
        BadSurface, match=r"top lies below the base, by 4.00 m in the mean: give the survey of now first"
    ):
        volumes.between(base, top, 0.1, 0.05)


def test_dry_density_from_bulk_density_and_water() -> None:
    """1.9 / 1.25 = 1.52 and 2.0 / 1.25 = 1.60: mean 1.56, half width 3.0777 (Student, one degree) x 0.0566 / sqrt 2."""
    found = volumes.dry_density(np.array([1.9, 2.0]), np.array([0.25, 0.25]))

    assert found.mid == pytest.approx(1.56)
    assert found.high - found.mid == pytest.approx(3.0776835 * 0.08 / math.sqrt(2) / math.sqrt(2))


def test_few_samples_have_students_deviate() -> None:
    """As scipy has it, within 0.3 %."""
    for freedom in (1, 2, 3, 5, 11, 40):
        assert volumes.student10(freedom) == pytest.approx(stats.t.ppf(0.9, freedom), rel=3e-3)


@pytest.mark.parametrize("text", ["", "a b c\n", "0 0 1\n10 0 1\n17 0 1\n0 10 1\n", "0 0 1\n1 1 1\n"])
def test_what_is_no_grid_is_refused(text: str) -> None:
    """Words, points off a grid, too few points."""
    with pytest.raises(BadSurface):
        volumes.read_xyz(text)


def test_grids_that_do_not_fit_and_files_that_are_none_are_refused() -> None:
    """Another place, no cell in common, no TIFF, a TIFF without a place."""
    flat = volumes.read_xyz(FLAT)
    for other in (Surface(flat.height_m, 99.0, flat.y_m, 10.0), Surface(flat.height_m * np.nan, 0.0, 10.0, 10.0)):
        with pytest.raises(BadSurface):
            volumes.between(flat, other, 0.0, 0.0)
    with pytest.raises(BadSurface):
        volumes.read_geotiff(b"nothing")


CONE = volumes.Stage(tuple(np.linspace(0.0, 20.0, 41)), tuple(np.linspace(0.0, 20.0, 41) ** 3 * math.pi / 3))
"""A cone of 45 degrees: pi h³ / 3 below each level, from its apex."""


def test_the_volume_below_a_level_is_that_of_a_cone() -> None:
    """10.25 m lies between two lines: within 0.2 % of pi h³ / 3, and on a line it is exact."""
    assert volumes.below(CONE, 10.25, 0.0, 0.0).mid == pytest.approx(math.pi * 10.25**3 / 3, rel=2e-3)
    assert volumes.below(CONE, 10.0, 0.0, 0.0).mid == pytest.approx(math.pi * 1000 / 3)


def test_the_uncertainty_of_a_level_is_that_of_drawn_levels() -> None:
    """Ten thousand levels drawn around 12.2 m give the same P90 and P10 of the cone within 1 % of the volume."""
    drawn = math.pi / 3 * np.random.default_rng(5).normal(12.2, 0.1, 10_000) ** 3
    found = volumes.below(CONE, 12.2, 0.1, 0.0)

    assert found.low == pytest.approx(np.quantile(drawn, 0.1), rel=0.01)
    assert found.high == pytest.approx(np.quantile(drawn, 0.9), rel=0.01)
    assert volumes.below(CONE, 12.2, 0.0, 0.05).high == pytest.approx(found.mid * (1 + 0.05 * 1.2815516))


@pytest.mark.parametrize("text", ["1 2 3\n", "1 10\n1 20\n", "1 20\n2 10\n", "1 10\n", "level volume\n"])
def test_what_is_no_curve_is_refused(text: str) -> None:
    """Three columns, levels or volumes that do not rise, one line, words."""
    with pytest.raises(BadSurface):
        volumes.read_stage(text)


def test_a_level_off_the_curve_is_refused() -> None:
    """Nothing is reckoned beyond what was surveyed."""
    with pytest.raises(BadSurface, match="not on the curve, 1 to 3 m"):
        volumes.below(volumes.read_stage("1;10\n2;40\n3;90\n"), 3.5, 0.1, 0.0)
