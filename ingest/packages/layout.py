"""What stands where in a package, and the values that its parts share."""

import datetime as dt
from typing import Final

import msgspec

FORMAT: Final = 1
ABOUT: Final = "package.json"
MADE: Final = "made.json"
README: Final = "README.md"
LICENCE: Final = "LICENSE.txt"
MANIFEST: Final = "manifest-sha256.txt"
"""Of what the package holds: the content hash is the SHA-256 of this file."""
TAGS: Final = "tagmanifest-sha256.txt"
"""Of what describes it: those files name the content hash, so they cannot stand in the manifest."""
CALIBRATIONS: Final = "calibrations.json"
PLANS: Final = "plans.json"
ANNOTATIONS: Final = "annotations.json"
STUDY: Final = "study/study.toml"
STUDY_ABOUT: Final = "study/about.json"
STUDY_SAMPLES: Final = "study/samples.json"
STUDY_RESULT: Final = "study/result.json"
DATA, BEFORE, AFTER = "data", "before", "after"
"""Folders of readings: those of the span, and the raw ones around it that formulas and filters look at."""
COLUMNS: Final = ("phenomenon_time", "result", "quality", "tests", "version")
HEADER: Final = (",".join(COLUMNS) + "\n").encode()
VERSION_DIGITS: Final = 16


class PackageDraft(msgspec.Struct, frozen=True):
    """What a package is of: [start, stop) of one facility as it was known at an instant. The same gives the same."""

    facility: str
    start: dt.datetime
    stop: dt.datetime
    known_at: dt.datetime
    language: str = "en"


class PackageSpan(msgspec.Struct, frozen=True):
    """[start, stop) of one facility, and the language of the words in the package."""

    facility: str
    start: dt.datetime
    stop: dt.datetime
    language: str


class Made(msgspec.Struct, frozen=True):
    """made.json: as of when a package is known and which release made it; no part of its content."""

    known_at: dt.datetime
    release: str


class PackagedLocation(msgspec.Struct, frozen=True):
    """The point that stands for a facility on the map."""

    lon: float
    lat: float


class PackagedFacility(msgspec.Struct, frozen=True):
    """What a package tells of its facility, as the newest facility file in it has it."""

    name: str
    operator: str | None
    licence: str | None
    location: PackagedLocation | None
    crs: str | None
    vertical_datum: str | None
    region: str | None
    timezone: str | None
    consequence_class: str | None
    sample_data: str | None


class PackagedDatastream(msgspec.Struct, frozen=True):
    """One datastream as package.json tells it; rows: of the span. formula: None where it is raw."""

    name: str
    quantity: str
    unit: str
    formula: str | None
    origin: str
    definition: str | None
    expected_interval_s: float | None
    rows: int


class PackagedVersion(msgspec.Struct, frozen=True):
    """One version of the facility file, and since when it was in force."""

    version: int
    hash: str
    applied_at: dt.datetime
    file: str


class About(msgspec.Struct, frozen=True):
    """package.json: what the package holds, by which formulas, and what it lacks.

    before_s, after_s: how far around the span raw
    readings are taken along. released: [from, to] of which observations had left the database for the archive.
    """

    format: int
    span: PackageSpan
    facility: PackagedFacility
    functions: str
    relative: float
    before_s: float
    after_s: float
    versions: list[PackagedVersion]
    datastreams: list[PackagedDatastream]
    released: list[tuple[dt.datetime, dt.datetime]]
    study: int | None


class PackageRefused(Exception):
    """No package can be made of what was asked for; the sentence says what to change."""


class BadPackage(Exception):
    """A file that is no package, or one that cannot be read on; the sentence names file, reason and fix."""


def series_file(folder: str, name: str) -> str:
    """Return where the readings of a datastream (n07:vw1.frequency) stand."""
    node, _, channel = name.partition(":")
    return f"{folder}/{node}/{channel}.csv"


def facility_file(version: int) -> str:
    """Return where a version of the facility file stands."""
    return f"facility/version-{version}.toml"


def json_of(value: object) -> bytes:
    """Return a document as JSON that is written the same each time and can be read by eye."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n"
