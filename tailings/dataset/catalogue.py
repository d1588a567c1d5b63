"""A catalogue of data sets as DCAT-AP in JSON-LD: what each is, whose, under which licence, where its files are.

Source: DCAT-AP 3.0 (SEMIC), the mandatory and recommended properties of Catalogue, Dataset and Distribution.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from tailings.dataset.dcat_ap import CONTEXT, NUTS, RESOURCE, THEME, THEME_LABEL, checksum
from tailings.dataset.description import LICENCES, told
from tailings.instants import rfc3339

SPDX: Final = re.compile(r"[A-Z][A-Za-z0-9]*(-[A-Za-z0-9.+]+)+")
MEDIA: Final = "http://www.iana.org/assignments/media-types/{}"
LANGUAGE: Final = "en"


class CataloguedFile(Struct, frozen=True):
    """A file of a data set; media_type: as IANA has it; licence: SPDX or words, "" where none is stated.

    sha256: of a file that stays as it is, hexadecimal; "": of one that is made anew.
    """

    address: str
    media_type: str
    licence: str = ""
    sha256: str = ""


class CataloguedSet(Struct, frozen=True):
    """A data set; what is "" or None is not known. page: what a person reads of it."""

    address: str
    title: str
    description: str
    publisher: str
    files: tuple[CataloguedFile, ...]
    issued: dt.datetime | None = None
    day: dt.date | None = None
    """Of what it shows."""
    keywords: tuple[str, ...] = ()
    page: str = ""
    region: str = ""
    place: tuple[float, float] | None = None
    box: tuple[float, float, float, float] | None = None


def document(
    address: str, title: str, description: str, publisher: str, sets: Iterable[CataloguedSet]
) -> dict[str, Any]:
    """Return the catalogue."""
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": _text(title),
        "dct:description": _text(description),
        "dct:publisher": _agent(publisher),
        "dcat:themeTaxonomy": {
            "@id": THEME.rpartition("/")[0],
            "@type": "skos:ConceptScheme",
            "dct:title": _text("Data theme"),
        },
        "dcat:dataset": [_set(one) for one in sets],
    }


def _set(one: CataloguedSet) -> dict[str, Any]:
    return told(
        {
            "@id": one.address,
            "@type": "dcat:Dataset",
            "dct:title": _text(one.title),
            "dct:description": _text(one.description),
            "dct:identifier": one.address,
            "dct:issued": _time(rfc3339(one.issued)) if one.issued else None,
            "dct:publisher": _agent(one.publisher) if one.publisher else None,
            "dcat:theme": {"@id": THEME, "@type": "skos:Concept", "skos:prefLabel": THEME_LABEL},
            "dcat:keyword": [{"@value": word} for word in one.keywords],
            "dcat:landingPage": {"@id": one.page, "@type": "foaf:Document"} if one.page else None,
            "dct:temporal": _at(one.day) if one.day else None,
            "dct:spatial": _places(one),
            "dcat:distribution": [_file(file) for file in one.files],
        }
    )


def _file(one: CataloguedFile) -> dict[str, Any]:
    return told(
        {
            "@id": f"{one.address}#file",
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": one.address, "@type": RESOURCE},
            "dcat:mediaType": {"@id": MEDIA.format(one.media_type), "@type": "dct:MediaType"},
            "spdx:checksum": checksum(one.sha256) if one.sha256 else None,
            "dct:license": _licence(one.licence) if one.licence else None,
        }
    )


def _licence(words: str) -> dict[str, Any]:
    """By its address where it is a name of SPDX; else by the words of who publishes it."""
    label = {"@type": "dct:LicenseDocument", "rdfs:label": {"@value": words}}
    return {"@id": LICENCES.format(words)} | label if SPDX.fullmatch(words) else label


def _places(one: CataloguedSet) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if one.region:
        found.append({"@id": NUTS.format(one.region), "@type": "dct:Location"})
    if one.place is not None:
        found.append({"@type": "dct:Location", "dcat:centroid": _shape(f"POINT({one.place[0]} {one.place[1]})")})
    if one.box is not None:
        west, south, east, north = one.box
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        found.append({"@type": "dct:Location", "dcat:bbox": _shape(f"POLYGON(({ring}))")})
    return found


def _shape(words: str) -> dict[str, str]:
    return {"@value": words, "@type": "geosparql:wktLiteral"}


def _at(day: dt.date) -> dict[str, Any]:
    """The day that it shows."""
    end = {"@value": day.isoformat(), "@type": "xsd:date"}
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": end, "dcat:endDate": end}


def _agent(name: str) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": name}


def _text(words: str) -> dict[str, str]:
    return {"@value": words, "@language": LANGUAGE}


def _time(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:dateTime"}
