"""The record of a drill as a file: signed by the seal of the installation in which it was held, checked before it is
taken into the one that watches the dam."""

from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from api.statements import sealed_archive
from api.statements.seal import Seal
from api.statements.sealed_archive import BadArchive
from ingest.drills import EndedDrill

DATA: Final = "drill.json"
FILE: Final = "drill-{id}.zip"


class BadRecord(ValueError):
    """A file that is not the record of a drill as it was sealed; the sentence says why."""


class SealedRecord(NamedTuple):
    """A drill whose bytes are those that were sealed; certificate: SHA-256 of that of the seal."""

    drill: EndedDrill
    certificate: str


def write(folder: Path, number: int, drill: EndedDrill, seal: Seal) -> Path:
    """Write the record of a drill under a seal; return its file."""
    file = folder / FILE.format(id=number)
    data = msgspec.json.format(msgspec.json.encode(drill), indent=2)
    file.write_bytes(sealed_archive.archive({DATA: data}, seal))
    return file


def read(content: bytes) -> SealedRecord:
    """Read a record; raise BadRecord where a byte is not as it was sealed, or the drill is not over."""
    try:
        found = sealed_archive.opened(content, DATA)
    except BadArchive as error:
        raise BadRecord(f"it is no record of a drill: {error}") from error
    if found.changed:
        raise BadRecord(f"{found.changed[0].name} is not as it was sealed: take the file from where the drill was held")
    if not found.is_signed:
        raise BadRecord("nobody has sealed it: take the file that `tailwatch drill hold` wrote")
    if not found.is_valid:
        raise BadRecord("its signature is not that of its seal: take the file from where the drill was held")
    try:
        drill = msgspec.json.decode(found.files[DATA], type=EndedDrill)
    except msgspec.MsgspecError as error:
        raise BadRecord(f"{DATA} is no record that this release reads: {error}") from error
    if drill.record.ended_at is None:
        raise BadRecord("the drill is not over: bring its record when it is")
    return SealedRecord(drill, found.certificate)
