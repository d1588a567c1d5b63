"""Volume between two surveyed surfaces or below a level of a stage-storage curve, and dry density, with uncertainty.

Volume: the sum of height differences over the cells that both surfaces know, times the area of a cell. Its uncertainty
is that of the survey's datum, which all cells share, and of single heights, which average out. Dry density is that of
bulk density and water content by mass: rho_d = rho / (1 + w) (any text on soil mechanics, secondary).
"""

from __future__ import annotations

import io
import math
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.estimate.outcomes import Z10, Spread
from tailings.series import Values

MAX_CELLS: Final = 25_000_000
FARTHEST_M: Final = 1e8
"""Of a coordinate: northings reach 1e7 m."""
LEAST_OVERLAP: Final = 0.9
"""Of the cells that either grid knows; with fewer the volume is of another thing than the facility. Our own rule."""
NO_DATA: Final = -9999.0
SCALE_TAG, TIE_TAG, NO_DATA_TAG = 33550, 33922, 42113
"""GeoTIFF 1.1 (OGC 19-008): ModelPixelScale and ModelTiepoint; GDAL_NODATA."""


class BadSurface(ValueError):
    """A file that is no grid of heights, or two that do not lie on one another; the sentence says why."""


class Surface(Struct, frozen=True):
    """Heights (rows, columns) [m] of a regular grid; NaN where nothing was surveyed.

    x_m, y_m: middle of the first cell, row 0 the northernmost; cell_m: width of a cell.
    """

    height_m: Values
    x_m: float
    y_m: float
    cell_m: float


def read_xyz(text: str) -> Surface:
    """Read lines of x, y, z on a regular grid, in any order; cells that are not there are unknown."""
    if not text.strip():
        raise BadSurface("the file is empty")
    try:
        points = np.loadtxt(io.StringIO(text.replace(",", " ").replace(";", " ")), ndmin=2, comments="#")
    except ValueError as error:
        raise BadSurface(f"the file is not lines of x, y, z: {error}") from error
    return of_points(points)


def of_points(points: Values, most_cells: int = MAX_CELLS) -> Surface:
    """The grid that points (n, 3) lie on, in any order; raises BadSurface where they do not."""
    if points.ndim != 2 or points.shape[0] < 4 or points.shape[1] != 3:
        raise BadSurface("a grid has four points or more, each with x, y and z")
    if not (np.abs(points[:, :2]) < FARTHEST_M).all():
        raise BadSurface(f"an x or y is beyond {FARTHEST_M:g} m; write metres of one grid")
    xs, ys = np.unique(points[:, 0]), np.unique(points[:, 1])
    steps = np.concatenate([np.diff(xs), np.diff(ys)])
    cell = float(steps.min()) if len(steps) else 0.0
    if cell <= 0 or not np.allclose(steps / cell, np.round(steps / cell), atol=1e-3):
        raise BadSurface("x and y do not lie on a regular grid; resample the points first")
    columns = np.round((points[:, 0] - xs[0]) / cell).astype(np.int64)
    rows = np.round((ys[-1] - points[:, 1]) / cell).astype(np.int64)
    if (int(rows.max()) + 1) * (int(columns.max()) + 1) > most_cells:
        raise BadSurface(f"the grid has more than {most_cells} cells; cut it to the facility")
    height: Values = np.full((int(rows.max()) + 1, int(columns.max()) + 1), np.nan)
    height[rows, columns] = np.where(points[:, 2] == NO_DATA, np.nan, points[:, 2])
    return Surface(height, float(xs[0]), float(ys[-1]), cell)


def read_geotiff(content: bytes) -> Surface:
    """Read the first band of a GeoTIFF with square cells and no rotation."""
    import tifffile

    try:
        with tifffile.TiffFile(io.BytesIO(content)) as file:
            page = file.pages.first
            if math.prod(page.shape) > MAX_CELLS:
                raise BadSurface(f"the grid has more than {MAX_CELLS} cells; cut it to the facility")
            tags = {code: page.tags[code].value for code in (SCALE_TAG, TIE_TAG, NO_DATA_TAG) if code in page.tags}
            height = np.asarray(page.asarray(), dtype=np.float64)
    except (tifffile.TiffFileError, IndexError) as error:
        raise BadSurface(f"the file is no TIFF: {error}") from error
    if SCALE_TAG not in tags or TIE_TAG not in tags or height.ndim != 2:
        raise BadSurface(
            "the TIFF has no position and size of its cells (ModelTiepoint, ModelPixelScale), or many bands"
        )
    wide, high = tags[SCALE_TAG][:2]
    if not math.isclose(wide, high, rel_tol=1e-6):
        raise BadSurface("the cells are not square; resample the grid first")
    tie = tags[TIE_TAG]
    empty = float(tags[NO_DATA_TAG]) if NO_DATA_TAG in tags else NO_DATA
    left, top = tie[3] - tie[0] * wide, tie[4] + tie[1] * wide
    return Surface(np.where(height == empty, np.nan, height), left + wide / 2, top - wide / 2, float(wide))


def between(top: Surface, base: Surface, height_sd_m: float, datum_sd_m: float) -> Spread:
    """Volume [m3] of what lies above the base and below the top, as P90, P50 and P10.

    height_sd_m: standard deviation of one height; datum_sd_m: of what all heights share. Cells where the top lies below
    the base count negative: cut is taken from fill. Raises BadSurface for grids that differ.
    """
    if (top.height_m.shape, top.cell_m) != (base.height_m.shape, base.cell_m) or not np.allclose(
        (top.x_m, top.y_m), (base.x_m, base.y_m), atol=top.cell_m / 100
    ):
        raise BadSurface("the two grids do not lie on one another; resample one to the other")
    difference = top.height_m - base.height_m
    known = ~np.isnan(difference)
    count = int(known.sum())
    if count == 0:
        raise BadSurface("no cell is known in both grids")
    ends = [int((~np.isnan(one.height_m)).sum()) for one in (top, base)]
    either = sum(ends) - count
    if count < LEAST_OVERLAP * either:
        raise BadSurface(
            f"{100 * count / either:.0f} % of the surveyed cells are known in both grids (top {ends[0]}, base {ends[1]}"
            "): survey the rest, or cut both to the outline of the facility"
        )
    if (mean := float(difference[known].mean())) <= 0:
        raise BadSurface(
            f"the top lies below the base, by {-mean:.2f} m in the mean: give the survey of now first and that before "
            "the first tailings second, in one datum"
        )
    area = top.cell_m**2
    volume = float(difference[known].sum()) * area
    deviation = area * math.hypot(height_sd_m * math.sqrt(2 * count), datum_sd_m * math.sqrt(2) * count)
    half = Z10 * deviation
    return Spread(max(0.0, volume - half), max(0.0, volume), max(0.0, volume + half))


class Stage(Struct, frozen=True):
    """A stage-storage curve: levels [m] and the volume [m3] below each, both rising."""

    level_m: tuple[float, ...]
    volume_m3: tuple[float, ...]

    def __post_init__(self) -> None:
        for name, points in (("levels", self.level_m), ("volumes", self.volume_m3)):
            if len(points) < 2 or any(after <= before for before, after in pairwise(points)):
                raise BadSurface(f"the {name} of a stage-storage curve must rise from line to line, two lines or more")


def read_stage(text: str) -> Stage:
    """Read lines of level and volume (comma, semicolon or blank between them; # begins a remark)."""
    try:
        points = np.loadtxt(io.StringIO(text.replace(",", " ").replace(";", " ")), ndmin=2, comments="#")
    except ValueError as error:
        raise BadSurface(f"the file is not lines of level and volume: {error}") from error
    if points.shape[1] != 2:
        raise BadSurface("a stage-storage curve has a level and a volume on each line")
    return Stage(tuple(map(float, points[:, 0])), tuple(map(float, points[:, 1])))


def below(stage: Stage, level_m: float, level_sd_m: float, share_sd: float) -> Spread:
    """Volume [m3] below a level of tailings, on the straight lines of the curve, as P90, P50 and P10.

    level_sd_m: standard deviation of the level, which counts by the area there (the slope of the curve); share_sd: of
    the curve itself, as a share of the volume. Raises BadSurface outside the curve.
    """
    if not stage.level_m[0] <= level_m <= stage.level_m[-1]:
        raise BadSurface(f"{level_m:g} m is not on the curve, {stage.level_m[0]:g} to {stage.level_m[-1]:g} m")
    volume = float(np.interp(level_m, stage.level_m, stage.volume_m3))
    piece = min(int(np.searchsorted(stage.level_m, level_m, side="right")), len(stage.level_m) - 1)
    rise_m = stage.level_m[piece] - stage.level_m[piece - 1]
    area_m2 = (stage.volume_m3[piece] - stage.volume_m3[piece - 1]) / rise_m
    half = Z10 * math.hypot(area_m2 * level_sd_m, share_sd * volume)
    return Spread(max(0.0, volume - half), volume, volume + half)


def dry_density(bulk_t_m3: Values, water_share: Values) -> Spread:
    """Dry density [t/m3] of the whole from samples: mean, with the deviation of the mean,
    which Student's deviate widens where samples are few.

    bulk_t_m3: (n,) moist density; water_share: (n,) mass of water over mass of solids. Raises ValueError below two.
    """
    dry = np.asarray(bulk_t_m3) / (1 + np.asarray(water_share))
    if len(dry) < 2:
        raise ValueError("the deviation of the mean needs two samples or more")
    half = student10(len(dry) - 1) * float(np.std(dry, ddof=1)) / math.sqrt(len(dry))
    return Spread(float(dry.mean()) - half, float(dry.mean()), float(dry.mean()) + half)


def student10(freedom: int) -> float:
    """Student's deviate that one in ten exceeds: exact for one and two degrees of freedom, else Cornish and Fisher's
    expansion (Abramowitz and Stegun 26.7.5, secondary), to 0.3 %."""
    if freedom <= 2:
        return math.tan(0.4 * math.pi) if freedom == 1 else 0.8 * math.sqrt(2.0 / 0.36)
    z, n = Z10, freedom
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3
