"""The record that Article 27 of Regulation (EU) 2024/1252 asks for, filled from a study, with what is missing named."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tailings.commodities.elements import DATA
from tailings.estimate.outcomes import Outcomes, p90_p50_p10
from tailings.facility.model import Location
from tailings.series import Values
from tailings.study import generated
from tailings.study.competent_person import standing
from tailings.study.materials import AnnexMaterial, document, materials, unknown
from tailings.study.results import StudyResult


class RequiredField(Struct, frozen=True, forbid_unknown_fields=True):
    """One field: where the regulation asks for it, and what, in our own words."""

    name: str
    ref: str
    asks: str
    is_optional: bool = False


class DueDate(Struct, frozen=True, forbid_unknown_fields=True):
    """A date of the article, whose it is, and what has to be done by then, in our own words."""

    name: str
    ref: str
    date: dt.date
    whose: Literal["operator", "member_state"]
    asks: str

    def days(self, today: dt.date) -> int:
        """Days that are left; below zero: it is past."""
        return (self.date - today).days


class Article27Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """What the article asks, with version, date and source."""

    version: str
    dated: dt.date
    source: str
    checked: str
    covers: str
    due: tuple[DueDate, ...]
    field: tuple[RequiredField, ...]


class FacilityPlace(Struct, frozen=True):
    """What the facility file says of the place; None or "" where it says nothing."""

    id: str
    name: str
    location: Location | tuple[float, float] | None = None
    operator: str | None = None
    region: str | None = None

    @property
    def point(self) -> dict[str, float] | None:
        """Longitude and latitude [degrees]."""
        at = self.location
        pair = (at.lon, at.lat) if isinstance(at, Location) else at
        return None if pair is None else dict(zip(("longitude", "latitude"), pair, strict=True))


class Filled(Struct, frozen=True):
    """A field with its content, None where nothing is known, and what of it is not known (names)."""

    name: str
    ref: str
    asks: str
    content: Any
    lacks: tuple[str, ...] = ()
    is_optional: bool = False

    @property
    def is_there(self) -> bool:
        """Whether it says all that is asked for."""
        return self.is_optional or (self.content is not None and not self.lacks)


class Article27Record(Struct, frozen=True):
    """All fields, what they cover, and what the regulation was read in."""

    facility: str
    name: str
    region: str
    covers: str
    source: str
    synthetic: str
    fields: tuple[Filled, ...]
    due: tuple[DueDate, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the fields that do not say all that is asked for."""
        return tuple(one.name for one in self.fields if not one.is_there)


@cache
def rules() -> Article27Rules:
    """The fields in the order of the record."""
    return msgspec.convert(tomllib.loads((DATA / "article_27.toml").read_text()), Article27Rules)


def place(facility: object) -> FacilityPlace:
    """What a facility says of its place: its stored document, or a row with the same names."""
    return msgspec.convert(facility, FacilityPlace, from_attributes=True)


def record(place: FacilityPlace, result: StudyResult | None, drawn: Outcomes | None) -> Article27Record:
    """Fill the record; without a study all but place and operator is missing."""
    asked = rules()
    known: Mapping[str, Any] = _of_place(place) | (_of_study(result, drawn) if result and drawn else {})
    lacks = {"materials": tuple(one.name for one in unknown(of_study(result)))} if result and result.assayed else {}
    fields = tuple(
        Filled(one.name, one.ref, one.asks, known.get(one.name), lacks.get(one.name, ()), is_optional=one.is_optional)
        for one in asked.field
    )
    synthetic = result.synthetic if result else ""
    return Article27Record(
        place.id,
        place.name,
        place.region or "",
        asked.covers,
        asked.source,
        synthetic=synthetic,
        fields=fields,
        due=asked.due,
    )


def of_study(result: StudyResult) -> tuple[AnnexMaterial, ...]:
    """Every material of both annexes as a study knows it."""
    return materials(result.assayed, result.stated_materials)


def geojson(of: Article27Record) -> dict[str, Any]:
    """The record as a GeoJSON Feature (RFC 7946): a point, and the fields as properties."""
    named = {one.name: one.content for one in of.fields}
    place = named.pop("location")
    geometry = None if place is None else {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
    about = {"name": of.name, "region": of.region, "covers": of.covers, "source": of.source, "synthetic": of.synthetic}
    due = {"due": [msgspec.to_builtins(one) for one in of.due]}
    properties = about | named | due | {"missing": list(of.missing)}
    return {"type": "Feature", "id": of.facility, "geometry": geometry, "properties": properties}


def _of_place(place: FacilityPlace) -> dict[str, Any]:
    return {"operator": place.operator or None, "location": place.point}


def _of_study(result: StudyResult, drawn: Outcomes) -> dict[str, Any]:
    volume = result.case.volume
    lines = list(zip(result.commodities, result.case.commodities, strict=True))
    return {
        "extent": None if result.extent_m2 is None else {"m2": result.extent_m2},
        "materials": document(of_study(result), result.stated_materials) if result.assayed else None,
        "original_deposit": result.original_deposit.content if result.original_deposit else None,
        "exemption": msgspec.to_builtins(result.exemption),
        "volume": {"unit": "m3", "p90": volume.low, "p50": volume.mid, "p10": volume.high},
        "quantities": {
            "dry_tonnes": _spread(drawn.tonnes),
            "contained_tonnes": {one.element: _spread(drawn.contained[one.element]) for one, _ in lines},
            "crma_list": {one.element: one.listed for one, _ in lines},
        },
        "concentrations": {
            one.element: {"unit": "mg/kg", "p90": line.grade.low, "p50": line.grade.mid, "p10": line.grade.high}
            for one, line in lines
        }
        | {one.element: {"unit": "mg/kg", "at_most": one.bound_mg_per_kg} for one in result.undetected},
        "recoverability": {
            "recovery": {
                one.element: _shares(line.recovery.low, line.recovery.mid, line.recovery.high) for one, line in lines
            },
            "recoverable_tonnes": {one.element: _spread(drawn.recoverable[one.element]) for one, _ in lines},
            "currency": result.currency,
            "net_value": _spread(drawn.net),
            "chance_of_loss": drawn.chance_of_loss,
            "net_present_value": None if drawn.npv is None else _spread(drawn.npv),
        },
        "methods": result.method.splitlines(),
        "unfc": {one.element: one.unfc for one, _ in lines} | {"standing": standing(result.signed)},
    } | generated.fields(result.generated)


def _spread(values: Values) -> dict[str, float]:
    return _shares(*p90_p50_p10(values))


def _shares(low: float, mid: float, high: float) -> dict[str, float]:
    return {"p90": low, "p50": mid, "p10": high}
