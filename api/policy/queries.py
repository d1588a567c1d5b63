"""Records that people keep of policies and learning, and what was frozen: read, and written by functions alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from api.http.database import DatabasePool
from api.http.errors import BadParameter, WhoAreYou

Kind = Literal["policy-instrument", "practice", "learning-event", "organisation"]
MAX_RECORDS: Final = 2_000
MAX_FREEZES: Final = 200
NEWEST: Final = """
SELECT * FROM (
    SELECT DISTINCT ON (kind, id) kind, id, version, document, is_public, is_withdrawn, written_at FROM policy_record
    WHERE kind = ANY(%(kinds)s) AND (%(id)s::text IS NULL OR id = %(id)s) ORDER BY kind, id, version DESC
) newest
WHERE NOT is_withdrawn AND (is_public OR %(sees_all)s) ORDER BY kind, id LIMIT %(limit)s
"""
WRITE: Final = """
SELECT * FROM write_policy_record(%(secret)s, %(kind)s, %(id)s, %(version)s, %(document)s, %(is_public)s,
    %(is_withdrawn)s)
"""
FREEZES: Final = """
SELECT f.id AS number, f.moment, f.as_of, f.frozen_at, f.instrument_version, f.scope = 'public' AS is_public,
    encode(f.sha256, 'hex') AS sha256
FROM policy_freeze f WHERE f.instrument_id = %(instrument)s AND (f.scope = 'public' OR %(sees_all)s)
ORDER BY f.id DESC LIMIT %(limit)s
"""
FROZEN: Final = """
SELECT f.instrument_id AS instrument, f.document, f.scope = 'public' AS is_public FROM policy_freeze f
WHERE f.id = %(number)s AND (f.scope = 'public' OR %(sees_all)s)
"""
FREEZE: Final = """
SELECT id, state FROM freeze_policy(%(secret)s, %(instrument)s, %(version)s, %(moment)s, %(as_of)s, %(scope)s,
    %(document)s)
"""


class PolicyRecord(NamedTuple):
    """A record, its newest version."""

    kind: Kind
    id: str
    version: int
    document: dict[str, Any]
    is_public: bool
    is_withdrawn: bool
    written_at: datetime


class WritingOutcome(NamedTuple):
    """What became of a version."""

    version: int
    state: str


class FreezeRow(NamedTuple):
    """A freeze in short."""

    number: int
    moment: Literal["before", "after"]
    as_of: datetime
    frozen_at: datetime
    instrument_version: int
    is_public: bool
    sha256: str


class FrozenDocument(NamedTuple):
    """What was frozen."""

    instrument: str
    document: bytes
    is_public: bool


class FreezeOutcome(NamedTuple):
    """What became of a freeze."""

    id: int | None
    state: str


async def newest(database: DatabasePool, kinds: Sequence[Kind], sees_all: bool) -> list[PolicyRecord]:
    """Return the newest version of each record that may be read, by kind and id."""
    asked = {"kinds": list(kinds), "id": None, "sees_all": sees_all, "limit": MAX_RECORDS}
    return await database.rows(PolicyRecord, NEWEST, asked)


async def one(database: DatabasePool, kind: Kind, id: str, sees_all: bool) -> PolicyRecord | None:
    """Return the newest version of a record."""
    return await database.row(PolicyRecord, NEWEST, {"kinds": [kind], "id": id, "sees_all": sees_all, "limit": 1})


async def write(database: DatabasePool, secret: str, kind: Kind, values: dict[str, Any]) -> int:
    """Keep a version in the name of who holds the secret, and return its number.

    Raises WhoAreYou where session or key just ended, BadParameter where somebody else wrote since.
    """
    asked = {**values, "secret": secret, "kind": kind, "document": Jsonb(values["document"])}
    try:
        found = await database.write(WritingOutcome, WRITE, asked)
    except (psycopg.DataError, UnicodeEncodeError) as error:
        raise BadParameter("The record holds a character that cannot be stored.", "document") from error
    assert found is not None  # the function always gives a row
    if found.state == "nobody":
        raise WhoAreYou("This session or key has just ended; log in, or send another key.")
    if found.state == "changed":
        raise BadParameter(
            f"Version {found.version} is newer than what you looked at: look again, then write.", "version"
        )
    return found.version


async def freezes(database: DatabasePool, instrument: str, sees_all: bool) -> list[FreezeRow]:
    """Return what was frozen of an instrument, the newest first."""
    asked = {"instrument": instrument, "sees_all": sees_all, "limit": MAX_FREEZES}
    return await database.rows(FreezeRow, FREEZES, asked)


async def frozen(database: DatabasePool, number: int, sees_all: bool) -> FrozenDocument | None:
    """Return the document of a freeze."""
    return await database.row(FrozenDocument, FROZEN, {"number": number, "sees_all": sees_all})


async def freeze(database: DatabasePool, values: dict[str, Any]) -> int:
    """Keep a freeze in the name of who holds the secret; raise WhoAreYou where session or key just ended."""
    found = await database.write(FreezeOutcome, FREEZE, values)
    if found is None or found.id is None:
        raise WhoAreYou("This session or key has just ended; log in, or send another key.")
    return found.id
