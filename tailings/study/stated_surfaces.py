"""Surfaces that bound the tailings: the surveyed top and the original ground, as grids with their surveys' errors."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from typing import Annotated

from msgspec import Meta, Struct

from tailings.estimate import gridded
from tailings.estimate.volumes import Surface
from tailings.laboratory.mapping import FacilityGrid
from tailings.study.statements import Word

Deviation = Annotated[float, Meta(ge=0, le=100)]


class StatedSurface(Struct, frozen=True, forbid_unknown_fields=True):
    """A survey: the name of its file, the grid in it (ESRI ASCII, or lines of x, y, z), whose it is, and its errors.

    height_sd_m: standard deviation of a single height; datum_sd_m: of what all heights share.
    """

    file: Word
    height_sd_m: Deviation
    datum_sd_m: Deviation
    author: Word
    dated: dt.date
    source: Word
    grid: str = ""

    def __post_init__(self) -> None:
        if not self.grid:
            raise ValueError(
                f"grid: the heights of {self.file} are not here; `tailwatch study run` puts them in, or write them"
            )
        read(self.grid)  # one that cannot be read is refused with the file

    @property
    def surface(self) -> Surface:
        """Its heights."""
        return read(self.grid)

    @property
    def sha256(self) -> str:
        """Of the grid as it was sent."""
        return hashlib.sha256(self.grid.encode()).hexdigest()


class Surfaces(Struct, frozen=True, forbid_unknown_fields=True):
    """What lies between is tailings. on_map: where the grids have eastings and northings, the nodes' frame there."""

    top: StatedSurface
    bottom: StatedSurface
    on_map: FacilityGrid | None = None


@lru_cache(4)
def read(grid: str) -> Surface:
    """Read a grid, once; raises BadSurface."""
    return gridded.read(grid)
