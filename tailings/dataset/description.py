"""What is said of a data set, whatever the format that says it."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Final

import msgspec

from tailings.instants import rfc3339

LICENCES: Final = "https://spdx.org/licenses/{}"
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "md": "text/markdown",
    "toml": "application/toml",
    "py": "text/x-python",
    "cff": "application/yaml",
    "txt": "text/plain",
}
UNKNOWN: Final = "application/octet-stream"


class DescribedSeries(msgspec.Struct, frozen=True):
    """One datastream: its name, quantity, UCUM unit, the URI that defines the quantity, and its file."""

    name: str
    quantity: str
    unit: str
    definition: str | None
    formula: str | None
    rows: int
    file: str


class DescribedFile(msgspec.Struct, frozen=True):
    """One file of it; series: where it holds readings."""

    path: str
    sha256: str
    bytes: int
    series: DescribedSeries | None = None

    @property
    def media_type(self) -> str:
        """Its media type, by the end of its name."""
        return MEDIA_TYPES.get(self.path.rpartition(".")[2], UNKNOWN)


class DatasetDescription(msgspec.Struct, frozen=True):
    """A data set of one facility. creator: who operates it, else its name; licence: SPDX, "" where none is stated.

    page: address of its landing page, "" where it has none. Times are UTC.
    """

    title: str
    description: str
    language: str
    facility: str
    facility_name: str
    creator: str
    licence: str
    version: str
    content_sha256: str
    start: dt.datetime
    stop: dt.datetime
    known_at: dt.datetime
    release: str
    columns: tuple[tuple[str, str], ...]
    series: tuple[DescribedSeries, ...]
    files: tuple[DescribedFile, ...]
    lon: float | None = None
    lat: float | None = None
    region: str | None = None
    page: str = ""

    def at(self, page: str) -> DatasetDescription:
        """The same with the address of its landing page."""
        return msgspec.structs.replace(self, page=page)

    @property
    def licence_address(self) -> str | None:
        """Where the licence can be read."""
        return LICENCES.format(self.licence) if self.licence else None

    @property
    def content_address(self) -> str:
        """The name of the content by its hash (RFC 6920): the same wherever it is kept."""
        digits = base64.urlsafe_b64encode(bytes.fromhex(self.content_sha256)).decode().rstrip("=")
        return f"ni:///sha-256;{digits}"

    @property
    def identifier(self) -> str:
        """By what it is cited until it has a DOI."""
        return self.page or self.content_address

    @property
    def span(self) -> str:
        """From when to when, as an interval of ISO 8601."""
        return f"{rfc3339(self.start)}/{rfc3339(self.stop)}"


def told(values: dict[str, object]) -> dict[str, object]:
    """Return what is known: a document leaves out what it does not know."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
