"""The manifest of a facility's archive: every part with its SHA-256, replaced as a whole."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from ingest.archive.months import Month
from runtime.atomic_write import write_whole

NAME: Final = "manifest.json"
BLOCK_BYTES: Final = 1 << 20


class ArchiveDamaged(Exception):
    """A file of the archive is not what the manifest says; a person must bring it back from a copy."""


class ArchivePart(msgspec.Struct, frozen=True, order=True):
    """One file. `content` is the digest of its rows (see contents.py)."""

    month: str
    part: int
    file: str
    sha256: str
    content: str
    rows: int

    @property
    def span(self) -> Month:
        return Month(self.month)


class ArchiveManifest(msgspec.Struct, frozen=True):
    """All parts of one facility, in order of month and part."""

    facility: str
    parts: list[ArchivePart]
    format: int = 1

    def of(self, month: Month) -> list[ArchivePart]:
        """The parts of one month, in order."""
        return [part for part in self.parts if part.month == month.name]


def folder_of(archive: Path, facility: str) -> Path:
    """Return where the archive keeps a facility."""
    return archive / facility


def read_manifest(archive: Path, facility: str) -> ArchiveManifest:
    """Return the manifest, an empty one when there is no archive yet; raise ArchiveDamaged."""
    file = folder_of(archive, facility) / NAME
    if not file.exists():
        return ArchiveManifest(facility, [])
    try:
        found = msgspec.json.decode(file.read_bytes(), type=ArchiveManifest)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ArchiveDamaged(f"{file}: {error}") from error
    if found.facility != facility:
        raise ArchiveDamaged(f"{file} is of the facility {found.facility!r}, not {facility!r}")
    return found


def add_part(archive: Path, manifest: ArchiveManifest, part: ArchivePart) -> ArchiveManifest:
    """Write the manifest with one part more, and return it."""
    grown = msgspec.structs.replace(manifest, parts=sorted([*manifest.parts, part]))
    text = msgspec.json.format(msgspec.json.encode(grown), indent=1)
    write_whole(folder_of(archive, manifest.facility) / NAME, text)
    return grown


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with file.open("rb") as data:
        while block := data.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
