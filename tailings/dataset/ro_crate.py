"""An RO-Crate of a package: its files as linked data.

Source: RO-Crate Metadata Specification 1.2 (w3id.org/ro/crate/1.2), root data entity, data entities, contextual
entities.
"""

from typing import Any, Final

from tailings.dataset.description import DatasetDescription, DescribedFile, DescribedSeries, told
from tailings.dataset.schema_org import variable
from tailings.instants import rfc3339

METADATA: Final = "ro-crate-metadata.json"
CONTEXT: Final = "https://w3id.org/ro/crate/1.2/context"
PROFILE: Final = "https://w3id.org/ro/crate/1.2"
CREATOR, PLACE, LICENCE = "#creator", "#place", "#licence"


def document(one: DatasetDescription) -> dict[str, Any]:
    """Return ro-crate-metadata.json."""
    licence = one.licence_address or LICENCE
    root = told(
        {
            "@id": "./",
            "@type": "Dataset",
            "name": one.title,
            "description": one.description,
            "identifier": one.identifier,
            "version": one.version,
            "datePublished": rfc3339(one.known_at),
            "license": {"@id": licence},
            "author": {"@id": CREATOR},
            "publisher": {"@id": CREATOR},
            "inLanguage": one.language,
            "temporalCoverage": one.span,
            "contentLocation": {"@id": PLACE} if one.lon is not None else None,
            "variableMeasured": [{"@id": f"#{series.name}"} for series in one.series],
            "hasPart": [{"@id": file.path} for file in one.files],
        }
    )
    head = {"@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": PROFILE}, "about": {"@id": "./"}}
    graph = [head, root, *map(_file, one.files), *map(_variable, one.series), *_around(one, licence)]
    return {"@context": CONTEXT, "@graph": graph}


def _file(file: DescribedFile) -> dict[str, Any]:
    series = file.series
    return told(
        {
            "@id": file.path,
            "@type": "File",
            "name": file.path if series is None else series.name,
            "encodingFormat": file.media_type,
            "contentSize": str(file.bytes),
            "sha256": file.sha256,
            "about": {"@id": f"#{series.name}"} if series is not None else None,
        }
    )


def _variable(series: DescribedSeries) -> dict[str, Any]:
    return {"@id": f"#{series.name}"} | variable(series)


def _around(one: DatasetDescription, licence: str) -> list[dict[str, Any]]:
    """The entities that the others refer to."""
    found: list[dict[str, Any]] = [
        {"@id": CREATOR, "@type": "Organization", "name": one.creator},
        told(
            {"@id": licence, "@type": "CreativeWork", "name": one.licence or "LICENSE.txt", "url": one.licence_address}
        ),
    ]
    if one.lon is not None:
        point = {"@id": "#point", "@type": "GeoCoordinates", "name": one.facility_name}
        found.append(point | {"longitude": one.lon, "latitude": one.lat})
        found.append({"@id": PLACE, "@type": "Place", "name": one.facility_name, "geo": {"@id": "#point"}})
    return found
