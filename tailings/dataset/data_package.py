"""A Frictionless data package: each file of readings with its columns, units and flags, its hash and its bytes.

Source: Data Package v1 (specs.frictionlessdata.io), Table Schema and Tabular Data Resource.
"""

from typing import Any, Final

from tailings import file_metadata
from tailings.dataset.description import DatasetDescription, DescribedFile, told
from tailings.instants import rfc3339
from wire import quality

PROFILE: Final = "tabular-data-resource"
TYPES: Final[dict[str, dict[str, Any]]] = {
    "phenomenon_time": {"type": "datetime", "format": "any", "constraints": {"required": True, "unique": True}},
    "result": {"type": "number"},
    "quality": {
        "type": "integer",
        "constraints": {"required": True, "enum": [flag for flag, _ in quality.FLAGS]},
        "rdfType": "http://purl.org/dc/terms/conformsTo",
    },
    "tests": {"type": "string"},
    "version": {"type": "integer"},
}


def document(one: DatasetDescription) -> dict[str, Any]:
    """Return datapackage.json."""
    licences = [told({"name": one.licence, "path": one.licence_address})] if one.licence else []
    return told(
        {
            "profile": "data-package",
            "name": f"{one.facility}-{one.version}",
            "id": one.identifier,
            "title": one.title,
            "description": one.description,
            "version": one.version,
            "created": rfc3339(one.known_at),
            "homepage": one.page,
            "licenses": licences,
            "contributors": [{"title": one.creator, "role": "author"}],
            "units": file_metadata.UNITS,
            "quality": {"scheme": file_metadata.SCHEME, "flags": file_metadata.FLAGS},
            "resources": [_resource(one, file) for file in one.files],
        }
    )


def _resource(one: DatasetDescription, file: DescribedFile) -> dict[str, Any]:
    name = "".join(sign if sign.isalnum() else "-" for sign in file.path.lower()).strip("-")
    base = {
        "name": name,
        "path": file.path,
        "mediatype": file.media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.series is None:
        return base
    fields = [{"name": column, "description": what, **TYPES[column]} for column, what in one.columns]
    unit = {"unit": file.series.unit, "rdfType": file.series.definition}
    fields = [told(field | unit) if field["name"] == "result" else field for field in fields]
    return base | {
        "profile": PROFILE,
        "title": file.series.name,
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {"fields": fields, "primaryKey": ["phenomenon_time"], "missingValues": [""]},
    }
