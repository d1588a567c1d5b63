"""Tests of the export for INSPIRE: the order of elements is that of the schema, and what is not known is nil.

The orders below are copied from EnvironmentalMonitoringFacilities.xsd (EF 4.0) and BaseTypes.xsd (3.3) of
github.com/INSPIRE-MIF/application-schemas: those that must stand there are marked, the others may be left out. The
file of this test was valid by these schemas and OGC's (lxml, 2026-11-30); they are in no package, so no test validates.
"""

from xml.etree import ElementTree

from tailings import inspire
from tailings.inspire import NAMESPACES, MonitoredFacility, ObservedSeries

PRESSURE = "http://qudt.org/vocab/quantitykind/Pressure"
SERIES = [
    ObservedSeries("vale:n1:vw1.pressure", "pressure", PRESSURE, is_derived=False, since="2026-01-01T00:00:00Z"),
    ObservedSeries("vale:n1:vw1.level", "water-level", "http://qudt.org/vocab/quantitykind/Height", is_derived=True),
]
ORDER = {
    "EnvironmentalMonitoringFacility": "inspireId! thematicId name additionalDescription mediaMonitored! "
    "legalBackground responsibleParty geometry onlineResource purpose observingCapability broader narrower supersedes "
    "supersededBy "
    "reportedTo hasObservation involvedIn representativePoint measurementRegime! mobile! resultAcquisitionSource "
    "specialisedEMFType operationalActivityPeriod! relatedTo belongsTo",
    "ObservingCapability": "observingTime! processType! resultNature! onlineResource procedure! featureOfInterest "
    "observedProperty!",
    "SpatialDataSet": "identifier! metadata! member",
    "Identifier": "localId! namespace! versionId",
}


def made() -> ElementTree.Element:
    """A facility with two series, and one of which nothing is known, read again."""
    facilities = [
        MonitoredFacility("vale", "Vale & Sino", -7.5, 38.2, SERIES),
        MonitoredFacility("sul", "Sul", None, None, []),
    ]
    return ElementTree.fromstring(inspire.document(facilities, "https://dam.example.org"))


def test_elements_stand_in_the_order_of_the_schema() -> None:
    """Each that must be there is, none stands before one that it follows, and none is unknown."""
    for of in made().iter():
        order = ORDER.get(of.tag.partition("}")[2], "").split()
        places = [name.rstrip("!") for name in order]
        found = [child.tag.partition("}")[2] for child in of] if order else []

        assert [places.index(name) for name in found] == sorted(places.index(name) for name in found)
        assert {name[:-1] for name in order if name.endswith("!")} <= set(found)


def test_ids_are_the_only_ones_of_their_kind() -> None:
    """gml:id is an ID of XML: once in a file."""
    ids = [one.get(f"{{{NAMESPACES['gml']}}}id") for one in made().iter()]
    found = [one for one in ids if one]

    assert len(found) == len(set(found)) == 7


def test_what_is_measured_and_where_is_said() -> None:
    """Latitude first, as EPSG:4258 has it; a measured and a derived series with their quantities; water and waste."""
    first = made().find(".//ef:EnvironmentalMonitoringFacility", NAMESPACES)
    assert first is not None
    href = f"{{{NAMESPACES['xlink']}}}href"

    assert first.findtext(".//gml:pos", namespaces=NAMESPACES) == "38.2000000 -7.5000000"
    media = [str(one.get(href)).rpartition("/")[2] for one in first.findall("ef:mediaMonitored", NAMESPACES)]
    natures = [str(one.get(href)).rpartition("/")[2] for one in first.iter(f"{{{NAMESPACES['ef']}}}resultNature")]
    assert (media, natures) == (["waste", "water"], ["primary", "processed"])
