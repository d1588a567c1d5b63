"""The audit chain, counted anew: each row's digest must follow from its columns and the row before.

This is a second implementation of `audit_digest` (ingest/migrations/0001_audit.sql), so a database that was changed
together with its functions is found too. Who cuts rows off the end and sets the head back is found only by a head that
was kept elsewhere: give it as `known`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from tailwatch.owner import Connection

BEGINNING: Final = bytes(32)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS: Final = "SELECT number, at, actor, action, subject, detail, previous, digest FROM audit"
ALL: Final = COLUMNS + " ORDER BY number"
NEWEST: Final = COLUMNS + " ORDER BY number DESC LIMIT %s"
PROOFS: Final = """
SELECT number, facility_id, version, plan, made_at, document, previous, digest FROM sight_proof ORDER BY number"""
PROVED: Final = """
SELECT (detail::jsonb ->> 'number')::bigint, detail::jsonb ->> 'digest' FROM audit
WHERE action = 'sight.proved' ORDER BY number"""
FETCHED: Final = 1_000


class AuditRow(NamedTuple):
    """One row of the audit log."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    previous: bytes
    digest: bytes


class ChainHead(NamedTuple):
    """Where a chain ends: print it, keep it elsewhere, and compare later."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"

    @classmethod
    def parse(cls, text: str) -> "ChainHead":
        """Read what `str` wrote; raise ValueError."""
        number, _, digest = text.partition(":")
        return cls(int(number), bytes.fromhex(digest))


class ChainBroken(Exception):
    """The audit log is not what was written; the sentence names the first row at fault."""


def digest_of(row: AuditRow) -> bytes:
    """Return the digest that the row must have."""
    at_us = (row.at - EPOCH) // timedelta(microseconds=1)
    lines = "\n".join((str(row.number), str(at_us), row.actor, row.action, row.subject, row.detail))
    return hashlib.sha256(row.previous + lines.encode()).digest()


def follow(rows: Iterable[AuditRow], known: ChainHead | None = None) -> ChainHead:
    """Go through the chain from its beginning and return its head; raise ChainBroken at the first row at fault."""
    head = ChainHead(0, BEGINNING)
    for row in rows:
        if row.number != head.number + 1:
            raise ChainBroken(f"row {head.number + 1} is missing: after {head.number} comes {row.number}")
        if row.previous != head.digest:
            raise ChainBroken(f"row {row.number} does not follow from row {head.number}")
        if digest_of(row) != row.digest:
            raise ChainBroken(f"row {row.number} was changed: its digest does not fit its content")
        head = ChainHead(row.number, row.digest)
        if known is not None and known.number == head.number and known != head:
            raise ChainBroken(f"row {row.number} is not the one that was there when {known.number} was written down")
    if known is not None and known.number > head.number:
        raise ChainBroken(f"the chain ends at {head.number}; {known.number} rows were there once")
    return head


def verify(connection: Connection, known: ChainHead | None = None) -> ChainHead:
    """Check the whole audit log of a database and its head; raise ChainBroken."""
    with connection.cursor("audit") as cursor:
        cursor.itersize = FETCHED
        cursor.execute(ALL)
        head = follow((_row(row) for row in cursor), known)
    kept = connection.execute("SELECT number, digest FROM audit_head").fetchone()
    if kept != tuple(head):
        raise ChainBroken(f"the chain ends at {head.number}, its head says {kept[0] if kept else 'nothing'}")
    return head


def verify_proofs(connection: Connection, kept: ChainHead | None = None) -> int:
    """Check the chain of the proofs of sight, each against the one before and against the audit log; return how many.

    This is a second implementation of `sight_digest` (ingest/migrations/0013_sight.sql). kept: a proof that must be
    among them, as the record of a year names it. Raises ChainBroken.
    """
    written = iter(connection.execute(PROVED).fetchall())
    is_kept = kept is None
    before, known = BEGINNING, 0
    with connection.cursor("proofs") as cursor:
        cursor.itersize = FETCHED
        for number, *columns, made_at, document, previous, digest in cursor.execute(PROOFS):
            known += 1
            at_us = (made_at - EPOCH) // timedelta(microseconds=1)
            lines = "\n".join(map(str, (number, *columns, at_us, document)))
            if number != known or bytes(previous) != before:
                raise ChainBroken(f"proof {known} of sight is missing, or does not follow from the one before")
            if hashlib.sha256(before + lines.encode()).digest() != bytes(digest):
                raise ChainBroken(f"proof {number} was changed: its digest does not fit its content")
            before = bytes(digest)
            is_kept |= kept == (number, before)
            if next(written, None) != (number, before.hex()):
                raise ChainBroken(f"proof {number} of sight is not the one that the audit log says was made")
    if (missing := next(written, None)) is not None:
        raise ChainBroken(f"proof {missing[0]} of sight is missing: the audit log says that it was made")
    if not is_kept:
        raise ChainBroken(f"no proof of sight is {kept}: it was changed, or is missing")
    return known


def newest(connection: Connection, count: int) -> Iterator[AuditRow]:
    """Give the newest rows, the oldest of them first."""
    rows = connection.execute(NEWEST, (count,)).fetchall()
    yield from (_row(row) for row in reversed(rows))


def _row(row: tuple[Any, ...]) -> AuditRow:
    return AuditRow._make((*row[:6], bytes(row[6]), bytes(row[7])))
