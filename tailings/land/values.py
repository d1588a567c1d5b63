"""What a layer is, as who loads it states it, and one of its shapes with what the layer says of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, Struct

from tailings.land.shapes import Bounds, Shape

LayerKind = Literal["protected-area", "water-body", "river", "settlement", "plan", "inundation", "facility-outline"]
KINDS: Final[tuple[LayerKind, ...]] = get_args(LayerKind)
OF_FACILITIES: Final = ("inundation", "facility-outline")
"""Kinds whose shapes are of a facility each."""
Said = Annotated[str, Meta(min_length=1, max_length=300)]
Property = Annotated[str, Meta(max_length=100)]
Box = Annotated[tuple[float, float, float, float], Meta(description="West, south, east, north, in degrees")]


class LayerSource(Struct, frozen=True, forbid_unknown_fields=True):
    """What who loads a layer says of it, and which of its properties are read.

    name, population, facility: properties that hold these; "": none. table: of a GeoPackage, "" the first.
    is_directed: the lines of a river run downstream. covers: the box in which it is whole, as its publisher says.
    """

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]
    kind: LayerKind
    title: Said
    source: Said
    licence: Said
    day: dt.date
    address: Annotated[str, Meta(max_length=300)] = ""
    name: Property = ""
    population: Property = ""
    facility: Property = ""
    table: Property = ""
    is_directed: bool = False
    is_public: bool = False
    covers: Box | None = None

    def __post_init__(self) -> None:
        if self.covers is not None:
            west, south, east, north = self.covers
            if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
                raise ValueError("covers is west, south, east, north in degrees, such as -9.6,36.9,-6.1,42.2")
        if self.is_directed and self.kind != "river":
            raise ValueError("is_directed is said of rivers alone")


class StoredFeature(Struct, frozen=True):
    """A shape as it is stored (well-known binary), by its number in the file; population None: the layer has none."""

    number: int
    name: str
    bounds: Bounds
    shape: bytes
    population: float | None = None
    facility: str = ""


class Feature(Struct, frozen=True):
    """The same, ready to be measured."""

    number: int
    name: str
    shape: Shape
    population: float | None = None
    facility: str = ""
