"""A data set as DCAT-AP in JSON-LD, which the portals of the European Union harvest.

Source: DCAT-AP 3.0 (SEMIC), the mandatory and recommended properties of Dataset, Distribution and Agent.
"""

from typing import Any, Final

from tailings.dataset.description import DatasetDescription, told
from tailings.instants import rfc3339

THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
"""Of the vocabulary of data themes: environment."""
THEME_LABEL: Final = {"@value": "Environment", "@language": "en"}
"""As the vocabulary has it."""
ZIP: Final = "http://publications.europa.eu/resource/authority/file-type/ZIP"
MEDIA_ZIP: Final = "http://www.iana.org/assignments/media-types/application/zip"
RESOURCE: Final = "rdfs:Resource"
"""The shapes of SEMIC ask for the class of whatever has an address, which without inference must be said."""
NUTS: Final = "http://data.europa.eu/nuts/code/{}"
CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}


def document(one: DatasetDescription, download: str = "", sha256: str = "", size: int | None = None) -> dict[str, Any]:
    """Return the document; download, sha256, size: of the ZIP, where it is published."""
    publisher = {"@id": f"{one.identifier}#creator", "@type": "foaf:Agent", "foaf:name": one.creator}
    return {"@context": CONTEXT} | told(
        {
            "@id": one.identifier,
            "@type": "dcat:Dataset",
            "dct:title": _text(one, one.title),
            "dct:description": _text(one, one.description),
            "dct:identifier": one.identifier,
            "dcat:version": one.version,
            "dct:issued": _time(rfc3339(one.known_at)),
            "dct:publisher": publisher,
            "dct:creator": {"@id": publisher["@id"]},
            "dcat:theme": {"@id": THEME, "@type": "skos:Concept", "skos:prefLabel": THEME_LABEL},
            "dcat:keyword": [{"@value": word} for word in sorted({series.quantity for series in one.series})],
            "dcat:landingPage": {"@id": one.page, "@type": "foaf:Document"} if one.page else None,
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": _time(rfc3339(one.start)),
                "dcat:endDate": _time(rfc3339(one.stop)),
            },
            "dct:spatial": _places(one),
            "dcat:distribution": _distribution(one, download, sha256, size) if download else None,
        }
    )


def _distribution(one: DatasetDescription, download: str, sha256: str, size: int | None) -> dict[str, Any]:
    licence = one.licence_address
    return told(
        {
            "@id": download,
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": one.page or download, "@type": RESOURCE},
            "dcat:downloadURL": {"@id": download, "@type": RESOURCE},
            "dcat:mediaType": {"@id": MEDIA_ZIP, "@type": "dct:MediaType"},
            "dct:format": {"@id": ZIP, "@type": "dct:MediaTypeOrExtent"},
            "dcat:byteSize": None if size is None else {"@value": str(size), "@type": "xsd:nonNegativeInteger"},
            "spdx:checksum": checksum(sha256) if sha256 else None,
            "dct:license": {"@id": licence, "@type": "dct:LicenseDocument"} if licence else None,
        }
    )


def checksum(sha256: str) -> dict[str, Any]:
    """The SHA-256 of a file [hexadecimal]."""
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
        "spdx:checksumValue": {"@value": sha256, "@type": "xsd:hexBinary"},
    }


def _places(one: DatasetDescription) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if one.region:
        found.append({"@id": NUTS.format(one.region), "@type": "dct:Location"})
    if one.lon is not None:
        point = {"@value": f"POINT({one.lon} {one.lat})", "@type": "geosparql:wktLiteral"}
        found.append({"@type": "dct:Location", "dcat:centroid": point})
    return found


def _text(one: DatasetDescription, text: str) -> dict[str, str]:
    return {"@value": text, "@language": one.language}


def _time(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:dateTime"}
