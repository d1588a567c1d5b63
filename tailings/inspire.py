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
    "mr-core": "http://inspire.ec.europa.eu/schemas/mr-core/4.0",
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
    root = data_set("ef", SCHEMA, "facilities", address)
    for one in facilities:
        _facility(child(root, "base:member"), one, address)
    return written(root)


def data_set(theme: str, schema: str, id: str, address: str) -> Element:
    """Begin a spatial data set of a theme, whose members come behind."""
    for prefix, uri in NAMESPACES.items():
        ElementTree.register_namespace(prefix, uri)
    root = Element(qualified("base:SpatialDataSet"), {qualified("gml:id"): "tailwatch"})
    root.set(qualified("xsi:schemaLocation"), f"{NAMESPACES[theme]} {schema}")
    _identifier(root, "base:identifier", id, address)
    _nil(root, "base:metadata")
    return root


def written(root: Element) -> bytes:
    """Give a data set as a file."""
    made: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return made


def _facility(parent: Element, one: MonitoredFacility, address: str) -> None:
    of = child(parent, "ef:EnvironmentalMonitoringFacility", {"gml:id": f"facility-{one.id}"})
    _identifier(of, "ef:inspireId", one.id, address)
    child(of, "ef:name").text = one.name
    has_water = any(each.quantity in OF_WATER for each in one.series)
    for medium in ("waste", "water") if has_water else ("waste",):
        _refer(of, "ef:mediaMonitored", f"{CODES}/MediaValue/{medium}")
    if one.lon is not None and one.lat is not None:
        point(child(of, "ef:geometry"), f"place-{one.id}", one.lon, one.lat)
    _refer(of, "ef:onlineResource", None).text = f"{address}/f/{one.id}"
    for number, series in enumerate(one.series, 1):
        _capability(child(of, "ef:observingCapability"), f"series-{one.id}-{number}", series)
    _refer(of, "ef:measurementRegime", f"{CODES}/MeasurementRegimeValue/continuousDataCollection")
    child(of, "ef:mobile").text = "false"
    _nil(of, "ef:operationalActivityPeriod")


def _capability(parent: Element, id: str, one: ObservedSeries) -> None:
    of = child(parent, "ef:ObservingCapability", {"gml:id": id})
    if one.since is None:
        _nil(of, "ef:observingTime")
    else:
        period = child(child(of, "ef:observingTime"), "gml:TimePeriod", {"gml:id": f"{id}-time"})
        child(period, "gml:beginPosition").text = one.since
        child(period, "gml:endPosition", {"indeterminatePosition": "now"})
    _nil(of, "ef:processType")
    _refer(of, "ef:resultNature", f"{CODES}/ResultNatureValue/{'processed' if one.is_derived else 'primary'}")
    child(of, "ef:procedure", {"xlink:title": one.name, "nilReason": "unknown"})
    _refer(of, "ef:observedProperty", one.definition).set(qualified("xlink:title"), one.quantity)


def point(parent: Element, id: str, lon: float, lat: float) -> None:
    """Add a place, latitude first as the reference system has it."""
    of = child(parent, "gml:Point", {"gml:id": id, "srsName": CRS})
    child(of, "gml:pos").text = f"{lat:.7f} {lon:.7f}"


def _identifier(parent: Element, name: str, id: str, address: str) -> None:
    of = child(child(parent, name), "base:Identifier")
    child(of, "base:localId").text = id
    child(of, "base:namespace").text = address


def _refer(parent: Element, name: str, href: str | None) -> Element:
    return child(parent, name, {"xlink:href": href} if href else {})


def _nil(parent: Element, name: str) -> None:
    child(parent, name, {"xsi:nil": "true", "nilReason": "unknown"})


def child(parent: Element, name: str, attributes: dict[str, str] | None = None) -> Element:
    """Add an element, with its attributes, by their prefixed names."""
    found = {qualified(key): value for key, value in (attributes or {}).items()}
    return ElementTree.SubElement(parent, qualified(name), found)


def qualified(name: str) -> str:
    """Give a prefixed name as ElementTree has it."""
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if prefix else local
