"""Surfaces for the tests of this room: grids of a formula as ESRI ASCII."""

import datetime as dt
from collections.abc import Callable

import numpy as np

from tailings.series import Values
from tailings.study.stated_surfaces import StatedSurface, Surfaces

Height = Callable[[Values, Values], Values]


def ascii_grid(height: Height, low: tuple[float, float], size: tuple[int, int], cell_m: float, digits: int = 6) -> str:
    """Heights at the middles of cells from the lower left corner on; NaN is no data."""
    x, y = (start + (np.arange(count) + 0.5) * cell_m for start, count in zip(low, size, strict=True))
    across, along = np.meshgrid(x, y[::-1])
    values = np.nan_to_num(height(across, along) + 0.0 * across, nan=-9999.0)
    head = [f"ncols {size[0]}", f"nrows {size[1]}", f"xllcorner {low[0]}", f"yllcorner {low[1]}", f"cellsize {cell_m}"]
    rows = [" ".join(f"{one:.{digits}f}" for one in row) for row in values]
    return "\n".join([*head, "NODATA_value -9999", *rows])


def stated(name: str, grid: str, height_sd_m: float = 0.1, datum_sd_m: float = 0.05) -> StatedSurface:
    """A survey with its errors."""
    return StatedSurface(
        name, height_sd_m, datum_sd_m, "A. Surveyor", dt.date(2026, 5, 4), source="levelled", grid=grid
    )


def between(top: Height, bottom: Height, low: tuple[float, float], size: tuple[int, int], cell_m: float) -> Surfaces:
    """Two surfaces on one grid."""
    return Surfaces(
        stated("crest.asc", ascii_grid(top, low, size, cell_m)),
        stated("ground.asc", ascii_grid(bottom, low, size, cell_m)),
    )
