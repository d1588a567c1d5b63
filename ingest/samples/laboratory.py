"""What assays and water samples share: a laboratory file goes in once, under a lock, and what became of it is told."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from ingest.values import Connection
from runtime import limited_child
from tailings.laboratory import BadTable, CellFault
from tailings.laboratory.earlier import RevisedSample
from tailings.mapped_tables import tables
from tailings.mapped_tables.tables import TableForm

LOCK_CLASS: Final = 7_412
LOCK: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"
ZONE: Final = "SELECT document->>'timezone' FROM facility WHERE id = %s"
READER: Final = f"{tables.__name__}:{tables.encoded.__name__}"
MAX_FAULTS: Final = 500
"""Faults that an outcome tells; their number is whole."""


class UnknownFacility(LookupError):
    """There is no facility of this id; the sentence says so."""


class Taken(msgspec.Struct, frozen=True):
    """What became of a file: new samples, further revisions, samples that were known as they are, and faults.

    revisions: which were stored with other contents, and what differs; notes: what is taken and worth a look.
    """

    file: int
    added: int
    revised: int
    unchanged: int
    faults: tuple[CellFault, ...]
    revisions: tuple[RevisedSample, ...] = ()
    notes: tuple[CellFault, ...] = ()


@contextmanager
def one_at_a_time(connection: Connection, facility: str) -> Iterator[str]:
    """A transaction in which no other file of this facility goes in; gives the facility's time zone.

    Raises UnknownFacility.
    """
    with connection.transaction():
        connection.execute(LOCK, (LOCK_CLASS, facility))
        row = connection.execute(ZONE, (facility,)).fetchone()
        if row is None:
            raise UnknownFacility(f"there is no facility {facility!r} in this database")
        yield str(row[0])


def digest(content: bytes) -> str:
    """The SHA-256 by which a file is known again."""
    return hashlib.sha256(content).hexdigest()


def content_of(base64_text: str) -> bytes:
    """The bytes of a file that came in a command; raises BadTable."""
    try:
        return base64.b64decode(base64_text, validate=True)
    except ValueError as error:  # binascii.Error is one; of what is not ASCII it is another
        raise BadTable(f"content: is no base64 ({error}).") from error


def cells_of(content: bytes, form: TableForm = tables.FOUND, reader: str = READER) -> list[list[str]]:
    """The cells of a file that a stranger sent, read in a process with limits; raises BadTable."""
    try:
        return tables.decoded(limited_child.run(reader, tables.asked(content, form)))
    except limited_child.TooCostly as error:
        raise BadTable(f"the file cannot be read: {error}") from error


def outcome(told: msgspec.Struct) -> dict[str, Any]:
    """What became of a file, or would, as the outcome of a command: all counts, and the first of each list."""
    found: dict[str, Any] = msgspec.to_builtins(told)
    counts = {f"{name[:-1]}_count": len(one) for name, one in found.items() if isinstance(one, tuple | list)}
    return {name: one[:MAX_FAULTS] if isinstance(one, tuple | list) else one for name, one in found.items()} | counts


def lines(faults: Sequence[CellFault], file: str = "") -> Iterator[str]:
    """The faults as a person at a terminal reads them, who asked for one file or more."""
    return (" ".join(filter(None, (file, "row", str(one.row), one.column))) + f": {one.fault}" for one in faults)
