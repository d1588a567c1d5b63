"""Datastreams with their newest observation and coverage: one row of `latest` each, never a look into the history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from pydantic import TypeAdapter

from api.datastreams.models import Datastream
from api.facilities.queries import NEWEST_COMMIT, newest_commit
from api.http.database import DatabasePool
from api.http.errors import NotFound, shown
from tailings.assess import freshness

MAX_ID: Final = 2**31 - 1
MAX_ID_DIGITS: Final = 10
NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.:")

FACTS: Final = """
SELECT d.id, d.name, d.facility_id AS facility, d.node_id AS node, d.instrument_id AS instrument, d.quantity, d.unit,
       d.formula, d.origin, d.expected_interval_s, d.retired_at,
       l.phenomenon_time, l.result, l.quality, l.tests, l.received_at, l.observation_count, l.first_time,
       date_part('epoch', now() - l.phenomenon_time) AS age_s
FROM datastream d LEFT JOIN latest l ON l.datastream_id = d.id
"""
# The page is cut out before the newest observations are looked up: those of the others would be looked up too.
PAGE: Final = """(
    SELECT * FROM datastream
    WHERE facility_id = %(facility)s AND id > %(after)s
      AND (%(node)s::text IS NULL OR node_id = %(node)s) AND (%(quantity)s::text IS NULL OR quantity = %(quantity)s)
    ORDER BY id LIMIT %(limit)s
)"""
OF_FACILITY: Final = FACTS.replace("FROM datastream d", f"FROM {PAGE} d") + "ORDER BY d.id"
OF_FACILITY_AT_COMMIT: Final = OF_FACILITY.replace("SELECT d.id,", f"SELECT ({NEWEST_COMMIT}), d.id,", 1)
"""One journey brings the rows and the newest commit that is in them."""
SOME: Final = (
    FACTS
    + """
WHERE d.facility_id = %(facility)s AND (d.id = ANY(%(ids)s::int[]) OR d.name = ANY(%(names)s::text[]))
"""
)
# The newest observation as it was known at an instant, with ages as of then; nothing is counted.
KNOWN: Final = """LATERAL (
    SELECT o.phenomenon_time, o.result, o.quality, o.tests, NULL::timestamptz AS received_at,
           NULL::bigint AS observation_count, known.first_known AS first_time
    FROM coverage_as_of(d.id, %(as_of)s) known CROSS JOIN LATERAL
         observation_as_of(d.id, known.last_known, known.last_known + interval '1 us', %(as_of)s) o
) l ON true"""
OF_FACILITY_AS_OF: Final = OF_FACILITY_AT_COMMIT.replace("latest l ON l.datastream_id = d.id", KNOWN).replace(
    "now()", "%(as_of)s"
)
BY_ID: Final = FACTS + "WHERE d.id = %(id)s"
BY_NAME: Final = FACTS + "WHERE d.name = %(name)s"


class NewestDocument(msgspec.Struct, frozen=True, gc=False):
    """`Latest` as it is encoded: its fields in its order, unchecked."""

    time: datetime
    result: float | None
    quality: int | None
    tests: str | None
    received_at: datetime | None
    age_s: float | None


class CoverageDocument(msgspec.Struct, frozen=True, gc=False):
    """`Coverage` as it is encoded."""

    first: datetime | None
    last: datetime | None
    count: int | None


class DatastreamDocument(msgspec.Struct, frozen=True, gc=False):
    """`Datastream` as it is encoded."""

    id: int
    name: str
    facility: str
    node: str
    instrument: str
    quantity: str
    unit: str
    formula: str | None
    origin: str
    expected_interval_s: float | None
    retired_at: datetime | None
    latest: NewestDocument | None
    is_stale: bool
    coverage: CoverageDocument


def _document(
    id: int,
    name: str,
    facility: str,
    node: str,
    instrument: str,
    quantity: str,
    unit: str,
    formula: str | None,
    origin: str,
    expected_interval_s: float | None,
    retired_at: datetime | None,
    time: datetime | None,
    result: float | None,
    quality: int | None,
    tests: str | None,
    received_at: datetime | None,
    count: int | None,
    first: datetime | None,
    age_s: float | None,
) -> DatastreamDocument:
    """Arrange a row of FACTS as the shape `Datastream` has it: plain values, for a list may have thousands."""
    return DatastreamDocument(
        id=id,
        name=name,
        facility=facility,
        node=node,
        instrument=instrument,
        quantity=quantity,
        unit=unit,
        formula=formula,
        origin=origin,
        expected_interval_s=expected_interval_s,
        retired_at=retired_at,
        latest=None if time is None else NewestDocument(time, result, quality, tests, received_at, age_s=age_s),
        is_stale=age_s is not None and freshness.is_stale(age_s, expected_interval_s),
        coverage=CoverageDocument(first, time, count if time or count else 0),
    )


ONE: Final = TypeAdapter(Datastream)


def of_row(*row: Any) -> Datastream:
    """Return the datastream of a row of FACTS."""
    return ONE.validate_python(msgspec.to_builtins(_document(*row), builtin_types=(datetime,)))


async def of_facility(
    database: DatabasePool, facility: str, after: int, limit: int, node: str | None, quantity: str | None
) -> list[Datastream]:
    """Return up to `limit` datastreams of a facility whose id is above `after`, of one node or quantity if given."""
    values = {"facility": facility, "after": after, "limit": limit, "node": node, "quantity": quantity}
    return await database.in_order(of_row, OF_FACILITY, values)


async def documents(
    database: DatabasePool,
    facility: str,
    after: int,
    limit: int,
    node: str | None,
    quantity: str | None,
    as_of: datetime | None = None,
) -> tuple[int, list[DatastreamDocument]]:
    """Return the newest commit, and the same of that commit as documents to be encoded: in a quarter of the time."""
    values = {"facility": facility, "after": after, "limit": limit, "node": node, "quantity": quantity, "as_of": as_of}
    query = OF_FACILITY_AT_COMMIT if as_of is None else OF_FACILITY_AS_OF
    commit, rows = 0, await database.tuples(query, values)
    if not rows:  # none says of which commit: asked before, the list is at least as new
        commit = await newest_commit(database)
        rows = await database.tuples(query, values)
    return rows[0][0] if rows else commit, [_document(*row[1:]) for row in rows]


async def find(database: DatabasePool, ref: str, facility: str | None = None) -> Datastream:
    """Return the datastream with this integer id or full name; raise NotFound.

    facility: the one that it must be of, where the caller was allowed no other.
    """
    id, name = reference(ref)
    found: list[Datastream] = []
    if id is not None:
        found = await database.in_order(of_row, BY_ID, {"id": id})
    elif name is not None:
        found = await database.in_order(of_row, BY_NAME, {"name": name})
    if not found or facility not in (None, found[0].facility):
        raise unknown(ref)
    return found[0]


async def some(database: DatabasePool, facility: str, refs: Iterable[str]) -> list[Datastream]:
    """Return the datastreams of a facility with these integer ids or full names, each once; raise NotFound."""
    wanted = {ref: reference(ref) for ref in refs}
    ids, names = ([pair[place] for pair in wanted.values() if pair[place] is not None] for place in (0, 1))
    rows = await database.in_order(of_row, SOME, {"facility": facility, "ids": ids, "names": names})
    known: dict[tuple[int | None, str | None], Datastream] = {}
    for row in rows:
        known |= {(row.id, None): row, (None, row.name): row}
    for ref, pair in wanted.items():
        if pair not in known:
            raise unknown(ref)
    return list({known[pair].id: known[pair] for pair in wanted.values()}.values())


def reference(ref: str) -> tuple[int | None, str | None]:
    """Return what a reference can be: an id, a full name, or neither."""
    if ref.isascii() and ref.isdigit() and len(ref) <= MAX_ID_DIGITS and int(ref) <= MAX_ID:
        return int(ref), None
    return None, ref if ref and NAME_CHARACTERS.issuperset(ref) else None


def unknown(ref: str) -> NotFound:
    """Return the error for a datastream that does not exist, or that the caller may not know of."""
    return NotFound(
        f"There is no datastream {shown(ref)} that you may read; give its integer id or its full name, for example "
        "vale:n07:vw1.level. /api/v1/facilities/{facility}/datastreams lists them.",
        "datastream",
    )
