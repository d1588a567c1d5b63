"""Facilities of registers as INSPIRE's Mineral Resources (MR core 4.0), in GML 3.2.1.

Mapping: a facility with a place is a MiningFeatureOccurrence, whose specification is its record here. The core has no
type for mining waste: of MiningFeature it has Mine and MiningActivity, and a tailings facility is neither; MiningWaste
stands in draft extensions alone (MineralResourcesExtension.xsd 2.0, mine.xsd of EarthResourceML 2.0rc1), which no
schema in force imports. So what a facility holds is not said in this file; it stands in the record that it refers to.
Read in MineralResourcesCore.xsd (schemas/mr-core/4.0) and those drafts in github.com/INSPIRE-MIF/application-schemas.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote
from xml.etree.ElementTree import Element

from tailings.inspire import child, data_set, point, qualified, written
from tailings.register.exports import ExportedFacility

SCHEMA: Final = "https://inspire.ec.europa.eu/schemas/mr-core/4.0/MineralResourcesCore.xsd"
PLACE: Final = ("longitude", "latitude")


def document(rows: Iterable[ExportedFacility], address: str) -> bytes:
    """A spatial data set; who has no place, or stands in no register any more, is left out. address: as for EF."""
    root = data_set("mr-core", SCHEMA, "registers", address)
    placed = (one for one in rows if PLACE[0] in one.values and not one.is_gone)
    for number, one in enumerate(placed, 1):
        _occurrence(child(root, "base:member"), one, number, address)
    return written(root)


def _occurrence(parent: Element, one: ExportedFacility, number: int, address: str) -> None:
    name, id = str(one.values["name"]), str(one.values["id"])
    of = child(parent, "mr-core:MiningFeatureOccurrence", {"gml:id": f"occurrence-{number}"})
    child(of, "gml:description").text = f"{one.title}, {one.day}, {one.licence}"
    child(of, "gml:identifier", {"codeSpace": f"{address}/registers/{one.register}"}).text = id
    child(of, "gml:name").text = name
    lon, lat = (float(one.values[key]) for key in PLACE)
    point(child(of, "mr-core:shape"), f"place-{number}", lon, lat)
    record = f"{address}/api/v1/registers/entries?register={one.register}&search={quote(id)}"
    child(of, "mr-core:specification", {"xlink:href": record}).set(qualified("xlink:title"), name)
