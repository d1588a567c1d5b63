"""Tests of registers for INSPIRE: elements stand in the order of the schema, and no type is invented that it has not.

The orders are copied from MineralResourcesCore.xsd (MR core 4.0), BaseTypes.xsd (3.3) and gml.xsd (3.2.1). The file of
this test was valid by these (lxml, 2026-11-30; of GeoSciML's utilities two elements that it does not use were given as
empty ones), and without its shape it was not. The schemas are in no package and name no licence: no test validates.
"""

from typing import Final
from xml.etree import ElementTree

from tailings.inspire import NAMESPACES
from tailings.register import inspire_mr
from tailings.register.exports import ExportedFacility
from tailings.register.values import Values

OCCURRENCE: Final = ["description", "identifier", "name", "shape", "specification"]
"""Of AbstractGMLType and MiningFeatureOccurrenceType, in this order."""
MR: Final = f"{{{NAMESPACES['mr-core']}}}"
GML: Final = f"{{{NAMESPACES['gml']}}}"


def row(values: Values, is_gone: bool = False) -> ExportedFacility:
    """A row of a register."""
    return ExportedFacility("sigbm", "SIGBM", "2026-01-01", "CC BY 4.0", values, is_gone=is_gone)


def made() -> ElementTree.Element:
    """One with a place, one without, one that is gone, and one with signs that mean something in XML and addresses."""
    return ElementTree.fromstring(
        inspire_mr.document(
            [
                row({"id": "BR-1", "name": "Sul", "longitude": -43.1, "latitude": -20.2}),
                row({"id": "BR-2", "name": "No place"}),
                row({"id": "BR-3", "name": "Gone", "longitude": -43.1, "latitude": -20.2}, is_gone=True),
                row({"id": "BR/4 x&y", "name": "A <b> & c", "longitude": -43.3, "latitude": -20.4}),
            ],
            "https://tw.example.org",
        )
    )


def test_each_facility_with_a_place_is_an_occurrence_as_the_schema_has_it() -> None:
    """Its children in order, and nothing else; ids once in a file; latitude first, as EPSG:4258 has it."""
    found = made().findall(f".//{MR}MiningFeatureOccurrence")
    ids = [one.get(f"{GML}id") for one in made().iter() if one.get(f"{GML}id")]

    assert [[child.tag.partition("}")[2] for child in one] for one in found] == [OCCURRENCE, OCCURRENCE]
    assert len(ids) == len(set(ids)) == 5
    assert [one.findtext(f".//{GML}pos") for one in found] == ["-20.2000000 -43.1000000", "-20.4000000 -43.3000000"]


def test_its_record_is_referred_to_and_no_type_of_waste_is_invented() -> None:
    """Register, day and licence stand with it; Mine and MiningActivity, which it is not, do not."""
    root = made()
    last = root.findall(f".//{MR}MiningFeatureOccurrence")[-1]
    href = last.find(f"{MR}specification").get(f"{{{NAMESPACES['xlink']}}}href")  # type: ignore[union-attr]

    assert href == "https://tw.example.org/api/v1/registers/entries?register=sigbm&search=BR/4%20x%26y"
    assert last.findtext(f"{GML}name") == "A <b> & c"
    assert last.findtext(f"{GML}description") == "SIGBM, 2026-01-01, CC BY 4.0"
    assert {one.tag for one in root.iter() if one.tag.startswith(MR)} == {
        f"{MR}{name}" for name in ("MiningFeatureOccurrence", "shape", "specification")
    }
