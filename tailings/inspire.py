"""A monitored facility as INSPIRE's Environmental Monitoring Facilities (EF 4.0), in GML 3.2.1.

Mapping: a facility is an EnvironmentalMonitoringFacility, each of its datastreams an ObservingCapability, whose
observed property is the public definition of the quantity (QUDT). What Tailwatch does not know is nil with a reason.
The order of the elements is that of EnvironmentalMonitoringFacilities.xsd and BaseTypes.xsd (schemas/ef/4.0, base/3.3
in github.com/INSPIRE-MIF/application-schemas), by which a file was found valid on 2026-11-30; values of code lists are
secondary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from msgspec import Struct

NAMESPACES: Final = {
    "base": "http://inspire.ec.europa.eu/schemas/base/3.3",
    "ef": "http://inspire.ec.europa.eu/schemas/ef/4.0",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
SCHEMA: Final = "https://inspire.ec.europa.eu/schemas/ef/4.0/EnvironmentalMonitoringFacilities.xsd"
CODES: Final = "http://inspire.ec.europa.eu/codelist"
CRS: Final = "http://www.opengis.net/def/crs/EPSG/0/4258"
"""ETRS89, latitude first; WGS 84 is within a metre of it, and no place here is said more closely."""
OF_WATER: Final = frozenset(
    {
        *(
            "water-level",
            "pond-level",
            "freeboard",
            "stored-volume",
            "gauge-height",
            "seepage-flow",
            "flow",
            "turbidity",
        ),
        *("ph", "conductivity", "conductivity-25", "redox-reading", "redox-potential", "dissolved-oxygen"),
        *("concentration", "acidity", "load", "pressure-head"),
    }
)
"""Quantities whose medium is water; all else is of the waste."""


class ObservedSeries(Struct, frozen=True):
    """A datastream: its name, the definition of its quantity, whether a formula makes it, and since when (RFC 3339)."""

    name: str
    quantity: str
    definition: str
    is_derived: bool
    since: str | None = None


class MonitoredFacility(Struct, frozen=True):
    """A facility; lon and lat None: its file states no place."""

    id: str
    name: str
    lon: float | None
    lat: float | None
    series: Sequence[ObservedSeries]


def document(facilities: Sequence[MonitoredFacility], address: str) -> bytes:
    """A spatial data set of facilities; address: of this installation, by which ids are the only ones of their kind."""
    for prefix, uri in NAMESPACES.items():
        ElementTree.register_namespace(prefix, uri)
    root = Element(_name("base:SpatialDataSet"), {_name("gml:id"): "tailwatch"})
    root.set(_name("xsi:schemaLocation"), f"{NAMESPACES['ef']} {SCHEMA}")
    _identifier(root, "base:identifier", "facilities", address)
    _nil(root, "base:metadata")
    for one in facilities:
        member = _child(root, "base:member")
        _facility(member, one, address)
    made: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return made


def _facility(parent: Element, one: MonitoredFacility, address: str) -> None:
    of = _child(parent, "ef:EnvironmentalMonitoringFacility", {"gml:id": f"facility-{one.id}"})
    _identifier(of, "ef:inspireId", one.id, address)
    _child(of, "ef:name").text = one.name
    has_water = any(each.quantity in OF_WATER for each in one.series)
    for medium in ("waste", "water") if has_water else ("waste",):
        _refer(of, "ef:mediaMonitored", f"{CODES}/MediaValue/{medium}")
    if one.lon is not None and one.lat is not None:
        _point(_child(of, "ef:geometry"), one, "place")
    _refer(of, "ef:onlineResource", None).text = f"{address}/f/{one.id}"
    for number, series in enumerate(one.series, 1):
        _capability(_child(of, "ef:observingCapability"), f"series-{one.id}-{number}", series)
    _refer(of, "ef:measurementRegime", f"{CODES}/MeasurementRegimeValue/continuousDataCollection")
    _child(of, "ef:mobile").text = "false"
    _nil(of, "ef:operationalActivityPeriod")


def _capability(parent: Element, id: str, one: ObservedSeries) -> None:
    of = _child(parent, "ef:ObservingCapability", {"gml:id": id})
    if one.since is None:
        _nil(of, "ef:observingTime")
    else:
        period = _child(_child(of, "ef:observingTime"), "gml:TimePeriod", {"gml:id": f"{id}-time"})
        _child(period, "gml:beginPosition").text = one.since
        _child(period, "gml:endPosition", {"indeterminatePosition": "now"})
    _nil(of, "ef:processType")
    _refer(of, "ef:resultNature", f"{CODES}/ResultNatureValue/{'processed' if one.is_derived else 'primary'}")
    _child(of, "ef:procedure", {"xlink:title": one.name, "nilReason": "unknown"})
    _refer(of, "ef:observedProperty", one.definition).set(_name("xlink:title"), one.quantity)


def _point(parent: Element, one: MonitoredFacility, kind: str) -> None:
    point = _child(parent, "gml:Point", {"gml:id": f"{kind}-{one.id}", "srsName": CRS})
    _child(point, "gml:pos").text = f"{one.lat:.7f} {one.lon:.7f}"


def _identifier(parent: Element, name: str, id: str, address: str) -> None:
    of = _child(_child(parent, name), "base:Identifier")
    _child(of, "base:localId").text = id
    _child(of, "base:namespace").text = address


def _refer(parent: Element, name: str, href: str | None) -> Element:
    return _child(parent, name, {"xlink:href": href} if href else {})


def _nil(parent: Element, name: str) -> None:
    _child(parent, name, {"xsi:nil": "true", "nilReason": "unknown"})


def _child(parent: Element, name: str, attributes: dict[str, str] | None = None) -> Element:
    found = {_name(key): value for key, value in (attributes or {}).items()}
    return ElementTree.SubElement(parent, _name(name), found)


def _name(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if prefix else local
