"""A facility as INSPIRE's Environmental Monitoring Facilities: what of ours is which of its types and properties.

It is a mapping for who serves INSPIRE from a store of its own, and no GML. Source: INSPIRE data specification
D2.8.II/III.7 "Environmental Monitoring Facilities" 3.1, types EnvironmentalMonitoringFacility and ObservingCapability.
"""

from typing import Any

from tailings.dataset.description import DatasetDescription, told
from tailings.instants import rfc3339


def document(one: DatasetDescription) -> dict[str, Any]:
    """Return inspire-ef.json."""
    capabilities = [
        told(
            {
                "type": "ObservingCapability",
                "observedProperty": series.definition or series.quantity,
                "name": series.name,
                "unit": series.unit,
                "procedure": series.formula or "measured",
                "observingTime": {"beginPosition": rfc3339(one.start), "endPosition": rfc3339(one.stop)},
                "onlineResource": series.file,
            }
        )
        for series in one.series
    ]
    point = {"type": "Point", "coordinates": [one.lon, one.lat]}
    return told(
        {
            "type": "EnvironmentalMonitoringFacility",
            "inspireId": {"localId": one.facility, "namespace": one.identifier, "versionId": one.version},
            "name": one.facility_name,
            "representativePoint": point if one.lon is not None else None,
            "responsibleParty": one.creator,
            "administrativeUnit": one.region,
            "observingCapability": capabilities,
        }
    )
