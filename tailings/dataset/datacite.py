"""What DataCite asks of who registers a DOI; the DOI itself is left out: its prefix is the registrant's.

Source: DataCite Metadata Schema 4.6, mandatory properties 2 to 5 and 10, and its JSON form (secondary).
"""

from typing import Any

from tailings.dataset.description import DatasetDescription, told
from tailings.instants import rfc3339


def document(one: DatasetDescription, size: int | None = None) -> dict[str, Any]:
    """Return datacite.json."""
    licence = {"rightsUri": one.licence_address, "rightsIdentifier": one.licence, "rightsIdentifierScheme": "SPDX"}
    point = {"pointLongitude": one.lon, "pointLatitude": one.lat}
    place = told({"geoLocationPlace": one.facility_name, "geoLocationPoint": point if one.lon is not None else None})
    return told(
        {
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
            "titles": [{"title": one.title, "lang": one.language}],
            "creators": [{"name": one.creator, "nameType": "Organizational"}],
            "publisher": {"name": one.creator},
            "publicationYear": str(one.known_at.year),
            "version": one.version,
            "language": one.language,
            "url": one.page,
            "dates": [
                {"date": rfc3339(one.known_at), "dateType": "Created"},
                {"date": one.span, "dateType": "Collected"},
            ],
            "descriptions": [{"description": one.description, "descriptionType": "Abstract", "lang": one.language}],
            "subjects": [{"subject": word} for word in sorted({series.quantity for series in one.series})],
            "alternateIdentifiers": [
                {"alternateIdentifier": one.content_address, "alternateIdentifierType": "RFC 6920"},
            ],
            "formats": ["application/zip"],
            "sizes": [] if size is None else [f"{size} bytes"],
            "rightsList": [licence] if one.licence else [],
            "geoLocations": [place],
        }
    )
