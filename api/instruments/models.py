"""Instruments as the api shows them: what the facility file says of each, and what of it holds now."""

from typing import Literal

from pydantic import Field

from api.evidence.models import Evidence
from api.facilities.models import Position
from api.http.models import Shape, Time


class Calibration(Shape):
    """One dated calibration."""

    valid_from: Time
    valid_to: Time | None = Field(description="null: until the next one begins")
    values: dict[str, object] = Field(
        description="Kind and coefficients by the names and units of the facility file",
        examples=[{"kind": "polynomial"}],
    )


class Tip(Shape):
    """Where the tip of an instrument is."""

    valid_from: Time
    tip_elevation_m: float = Field(description="m above the vertical datum")


class Instrument(Shape):
    """One measuring device."""

    name: str = Field(description="Node and instrument", examples=["n07:vw1"])
    node: str
    title: str | None = Field(None, description="The name that is painted on it", examples=["Piezometer P-07"])
    place: str | None = Field(None, description="Where people look for it", examples=["berm B"])
    driver: str = Field(examples=["vw_piezometer"])
    maker: str | None
    model: str | None
    serial: str | None
    calibrations: list[Calibration] = Field(description="The oldest first")
    calibrated_since: Time | None = Field(description="When the calibration in force began; null: none is")
    is_calibrated: bool = Field(description="A calibration is in force, or it needs none")
    tip: Tip | None = Field(description="Of now; null: none is stated")
    settings: dict[str, object] = Field(description="Of its driver, by the names of the facility file")


class NodePlace(Shape):
    """A node, and where the facility file says that it stands."""

    node: str
    name: str | None
    chainage_m: float | None = Field(description="Along the crest")
    offset_m: float | None = Field(description="Away from the crest, downstream positive")
    elevation_m: float | None = Field(description="m above the vertical datum")
    location: Position | None


class CrossSection(Shape):
    """A cross-section, and where it meets the crest."""

    name: str
    chainage_m: float | None


class Instruments(Shape):
    """The instruments of a facility with the places of its nodes; empty where there is no file that can be read."""

    now: Time = Field(description="The instant that what is in force is of")
    facility: str
    location: Position | None
    instruments: list[Instrument]
    nodes: list[NodePlace]
    sections: list[CrossSection]


class InstrumentChange(Shape):
    """What a version of the facility file said of an instrument for the first time."""

    version: int
    applied_at: Time
    code: Literal["came", "changed", "went"]
    fields: list[str] = Field(description="Of changed: the keys of the facility file that are others now")


class InstrumentDetail(Shape):
    """One instrument with its history."""

    now: Time
    facility: str
    hash: str = Field(description="Of the facility file; a calibration that is changed names it")
    instrument: Instrument
    changes: list[InstrumentChange] = Field(description="By the newest fifty versions, the newest first")
    sheets: list[Evidence] = Field([], description="Of its calibrations; for those with a right of their own")
    names: dict[str, str] = Field({}, description="Of the authors of sheets")
