"""A data set as schema.org's Dataset in JSON-LD, which search engines for data read on its landing page.

Source: schema.org/Dataset; the properties that Google Dataset Search names as required and recommended (secondary).
"""

from typing import Any

from tailings.dataset.description import DatasetDescription, DescribedSeries, told
from tailings.instants import rfc3339


def document(one: DatasetDescription, download: str = "", size: int | None = None) -> dict[str, Any]:
    """Return the document; download: address of the ZIP, "" where it is not published."""
    place: dict[str, Any] | None = None
    if one.lon is not None:
        point = {"@type": "GeoCoordinates", "latitude": one.lat, "longitude": one.lon}
        place = {"@type": "Place", "name": one.facility_name, "geo": point}
    distribution = told(
        {
            "@type": "DataDownload",
            "encodingFormat": "application/zip",
            "contentUrl": download,
            "contentSize": None if size is None else str(size),
        }
    )
    return {"@context": "https://schema.org/"} | told(
        {
            "@type": "Dataset",
            "@id": one.identifier,
            "name": one.title,
            "description": one.description,
            "identifier": [one.identifier]
            if one.identifier == one.content_address
            else [one.page, one.content_address],
            "url": one.page,
            "version": one.version,
            "datePublished": rfc3339(one.known_at),
            "license": one.licence_address,
            "creator": {"@type": "Organization", "name": one.creator},
            "publisher": {"@type": "Organization", "name": one.creator},
            "inLanguage": one.language,
            "isAccessibleForFree": True,
            "temporalCoverage": one.span,
            "spatialCoverage": place,
            "keywords": sorted({series.quantity for series in one.series}),
            "variableMeasured": [variable(series) for series in one.series],
            "distribution": distribution if download else None,
        }
    )


def variable(series: DescribedSeries) -> dict[str, Any]:
    """Return a datastream as a measured variable, for pages and for crates."""
    return told(
        {
            "@type": "PropertyValue",
            "name": series.name,
            "alternateName": series.quantity,
            "propertyID": series.definition,
            "unitText": series.unit,
            "measurementTechnique": series.formula,
        }
    )
