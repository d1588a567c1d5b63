"""Land use as it leaves the api: each number with the layer, licence and day that it stands on.

What no layer is loaded for has no layers in its part: that is not "nothing near". A layer speaks for as far as it is
whole around the facility (`complete_within_m`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.http.models import Shape, Time
from tailings.land.shapes import Form
from tailings.land.values import LayerKind

Reach = Literal[1_000, 2_000, 5_000, 10_000, 25_000]
"""Of the picture [m]."""
AskedReach = Annotated[Reach, BeforeValidator(int)]
"""As an address has it: in digits."""
ExportForm = Literal["geojson", "gpkg"]
Unlocated = Literal["no-place"]


class LandLayer(Shape):
    """A layer that is loaded."""

    layer: str = Field(examples=["natura-2000"])
    kind: LayerKind
    title: str
    source: str = Field(description="Who publishes it")
    licence: str = Field(description="SPDX, or what the publisher says")
    address: str
    day: date = Field(description="Of what it shows")
    loaded_at: Time
    features: int = Field(description="Shapes in all")
    has_people: bool = Field(description="It has numbers of people")
    is_directed: bool = Field(description="Its lines run downstream")
    is_public: bool
    covers: tuple[float, float, float, float] = Field(
        description="The box in which it is whole: west, south, east, north"
    )
    is_stated: bool = Field(description="The box is stated by who loaded it; else it is that of its shapes")


class LandLayers(Shape):
    """All layers that you may read."""

    layers: list[LandLayer]


class LandFeature(Shape):
    """A shape of a layer near a facility."""

    number: int = Field(description="In the layer, from 1")
    name: str = Field(description="'': the layer has none")
    distance_m: float = Field(description="To the facility's outline where one is loaded, else to its place")
    is_within: bool = Field(description="The place of the facility lies in it")
    shared_m2: float | None = Field(description="Of the facility's outline; null: none is loaded, or it is no area")
    population: float | None


class LandPeople(Shape):
    """Settlements that reach within a distance of a facility."""

    radius_m: int
    settlements: int
    people: float = Field(description="That the layer counts in them; a settlement counts whole")
    without_number: int = Field(description="Settlements for which the layer has no number")
    is_whole: bool = Field(description="The layer is whole so far around the facility; else there may be more of both")


class LayerFinding(Shape):
    """What one layer has near a facility."""

    layer: LandLayer
    complete_within_m: float = Field(
        description="How far around the facility the layer is whole; 0: the facility is not in it"
    )
    looked_m: float = Field(description="How far was looked; less than reach_m where very many shapes are near")
    near: int = Field(description="Shapes that reach within looked_m")
    nearest: list[LandFeature] = Field(description="The first five")
    shared_m2: float | None = Field(description="Of all that are areas with the facility's outline; null: neither")
    people: list[LandPeople] = Field(description="Of settlements")


class KindFinding(Shape):
    """What the layers of one kind have near a facility; without layers nothing is known."""

    kind: LayerKind
    layers: list[LayerFinding]


class LandLeg(Shape):
    """The length of a river of one name on the way."""

    name: str
    length_m: float


class LandBeside(Shape):
    """What lies beside the water below a facility, or in its inundation area."""

    layer: str
    kind: LayerKind
    number: int
    name: str
    population: float | None
    shared_m2: float | None = Field(description="With an inundation area; null beside a river, and of what is no area")


class LandWaterway(Shape):
    """Where the water goes from the river that is nearest, along lines that run downstream.

    Whether the facility drains into it is not known: no layer has levels of the surface.
    """

    layer: LandLayer
    start: str
    start_m: float = Field(description="From the facility to the river")
    length_m: float
    legs: list[LandLeg]
    ends: list[Literal["network", "edge"]] = Field(description="Where the lines end, or where what was looked at ends")
    beside_m: float
    beside_count: int
    beside: list[LandBeside] = Field(description="The first fifty")


class LandInundation(Shape):
    """The area that a loaded study says is inundated when the facility fails, and what lies in it."""

    layer: LandLayer
    area_m2: float
    kinds: list[LayerKind] = Field(description="Of which a layer is loaded; of others nothing is known")
    cut: list[str] = Field(description="Layers of which not all shapes were looked at")
    inside: list[LandBeside]


Place = tuple[int, int]
"""Metres east and north of the place of the facility."""


class DrawnFeature(Shape):
    """A shape of a layer as it is seen in the picture."""

    layer: str
    kind: LayerKind
    number: int
    form: Form
    lines: list[list[Place]] = Field(description="Of an area its rings, not closed; of points each by itself")
    way: tuple[Place, Place] | None = Field(
        description="From the facility the shortest way to it; of the nearest five of each layer alone"
    )


class LandPicture(Shape):
    """Layers around a facility, ready to be drawn: cut and coarsened, so to measure take the files of the layers."""

    reach_m: int = Field(description="From its middle, the place of the facility, to each edge")
    outline: list[list[Place]] = Field(description="Rings of the facility; none where no outline is loaded")
    shapes: list[DrawnFeature]
    left_out: list[str] = Field(description="Layers of which the farther shapes are not drawn, for want of room")


class FacilityLand(Shape):
    """Land use around a facility."""

    facility: str
    name: str
    lon: float | None
    lat: float | None
    outline: LandLayer | None = Field(description="The layer that has its outline; null: distances are to its place")
    outline_m2: float | None
    reach_m: float = Field(description="How far was looked; less where a layer says so")
    kinds: list[KindFinding] = Field(description="All kinds, also those without a layer; none where it has no place")
    directed: bool = Field(description="A layer of rivers that run downstream is loaded")
    waterways: list[LandWaterway]
    inundations: list[LandInundation]
    picture: LandPicture | None = Field(description="null: the facility has no place")
