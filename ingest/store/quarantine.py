"""The quarantine: what was refused, with its reason and bytes; the same bytes for the same reason are one row.

All of it is kept: a batch whose refused part finds no room in the budget of its facility is not acknowledged, so it
stays with its sender (`check_room`), and nothing of it is stored. Many rows go in by one statement: when a whole
stretch of data contradicts what is stored, this is all the work.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from ingest.values import BatchPlace, Connection, RefusedMessage
from runtime.log import log_of
from tailings.assess.quarantine_room import is_nearly_full

tell = log_of(__name__)

WRITE: Final = """
INSERT INTO quarantine AS known
    (facility_id, sender, stage, reason, field, raw, epoch, seq, received_at, fix, bytes, readings, channels, times)
SELECT facility_id, sender, stage, reason, field, raw, epoch, seq, to_timestamp(received_s), fix, bytes, readings,
       string_to_array(channels, ' '), times
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::text[], %s::bigint[],
            %s::float8[], %s::text[], %s::bigint[], %s::integer[], %s::text[], %s::bigint[])
    AS told (facility_id, sender, stage, reason, field, raw, epoch, seq, received_s, fix, bytes, readings, channels,
             times)
ON CONFLICT (facility_id, sender, stage, reason, field, digest) DO UPDATE SET times = known.times + excluded.times"""
KNOWN: Final = """
SELECT told.number FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[]) WITH ORDINALITY
    AS told (facility_id, sender, stage, reason, field, raw, number)
JOIN quarantine q ON (q.facility_id, q.sender, q.stage, q.reason, q.field, q.digest)
                   = (told.facility_id, told.sender, told.stage, told.reason, told.field, sha256(told.raw))"""
LOCK: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"
LOCK_CLASS: Final = 7_413
"""Any number that no other class of locks of this database uses: who looks for room waits for who takes it."""
WAITING_BYTES: Final = "SELECT coalesce(sum(bytes), 0)::bigint FROM quarantine_total WHERE facility_id = %s"
ROW_BYTES: Final = 768
"""What a row takes besides its bytes, with its indexes, about; `quarantine_bytes` of the schema says the same."""
HOLD: Final = """
INSERT INTO quarantine_hold AS known (facility_id, agent_id, epoch, seq, bytes, budget) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (facility_id, agent_id) DO UPDATE SET
    epoch = excluded.epoch, bytes = excluded.bytes, budget = excluded.budget, repeated_at = excluded.repeated_at,
    seq = CASE WHEN known.epoch = excluded.epoch AND known.agent_id IN (SELECT agent_id FROM quarantine_held
               WHERE facility_id = known.facility_id) THEN least(known.seq, excluded.seq) ELSE excluded.seq END,
    since = CASE WHEN known.epoch = excluded.epoch AND known.agent_id IN (SELECT agent_id FROM quarantine_held
               WHERE facility_id = known.facility_id) THEN known.since ELSE excluded.since END
RETURNING since = repeated_at"""
HELD: Final = """
SELECT facility_id, agent_id, epoch, seq FROM quarantine_hold
WHERE (facility_id, agent_id) IN (SELECT * FROM unnest(%s::text[], %s::text[])) ORDER BY 1, 2"""
MOST_ITEMS: Final = 1000
MOST_BYTES: Final = 1 << 20
"""Of one statement, about: an item may have 256 kB of its own."""

NEXT: Final = "retry or settle what waits, or raise quarantine_bytes; beyond it gateways keep their batches"

Key = tuple[str, str, str, str, str, bytes]
"""Facility, sender, stage, reason, field, raw."""


class Hold(msgspec.Struct, frozen=True):
    """A batch that is held back, what it would add to quarantine, and what its facility may have there [bytes]."""

    place: BatchPlace
    bytes: int
    budget: int


class QuarantineFull(Exception):
    """These batches do not fit: nothing of them may be stored. The transaction is to be begun again without them."""

    def __init__(self, holds: Sequence[Hold]) -> None:
        super().__init__(", ".join(f"{one.place.facility}/{one.place.agent} {one.place.seq}" for one in holds))
        self.holds = list(holds)


def check_room(connection: Connection, refused: Sequence[RefusedMessage], budget: int) -> None:
    """Raise QuarantineFull with the batches whose refused part finds no room; `budget`: bytes that may wait a facility.

    Batches are looked at in the order of arrival; one that does not fit keeps out none that does.
    """
    by_facility: dict[str, list[RefusedMessage]] = {}
    for one in refused:
        by_facility.setdefault(one.facility, []).append(one)
    holds: list[Hold] = []
    for facility, some in sorted(by_facility.items()):
        connection.execute(LOCK, (LOCK_CLASS, facility))
        row = connection.execute(WAITING_BYTES, (facility,)).fetchone()
        assert row is not None
        waiting, fresh = row[0], sum(map(_size, some))
        if fresh > budget - waiting:
            holds += _without_room(connection, some, budget - waiting, budget)
        elif is_nearly_full(waiting + fresh, budget) and not is_nearly_full(waiting, budget):
            tell(
                "WARNING", "quarantine-nearly-full", facility=facility, bytes=waiting + fresh, budget=budget, next=NEXT
            )
    if holds:
        raise QuarantineFull(holds)


def hold(connection: Connection, holds: Iterable[Hold]) -> list[Hold]:
    """Note which agents are held back, from which batch on; return those that were not before."""
    fresh = []
    for one in _lowest(holds):
        row = connection.execute(HOLD, (*one.place, one.bytes, one.budget)).fetchone()
        if row == (True,):
            fresh.append(one)
    return fresh


def held_places(connection: Connection, holds: Iterable[Hold]) -> list[BatchPlace]:
    """The batch from which on each of these agents is held back."""
    agents = sorted({one.place[:2] for one in holds})
    return [
        BatchPlace(*row) for row in connection.execute(HELD, [list(column) for column in zip(*agents, strict=True)])
    ]


def _lowest(holds: Iterable[Hold]) -> list[Hold]:
    first: dict[tuple[str, str], Hold] = {}
    for one in holds:
        known = first.setdefault(one.place[:2], one)
        if one.place.epoch == known.place.epoch and one.place.seq < known.place.seq:
            first[one.place[:2]] = one
    return [one for _, one in sorted(first.items())]


def write(connection: Connection, refused: Iterable[RefusedMessage]) -> None:
    """Add what was refused, in the order of the key so that two processes do not deadlock; repeats are counted."""
    items: dict[Key, RefusedMessage] = {}
    times: dict[Key, int] = {}
    for one in refused:
        key = _key(one)
        items.setdefault(key, one)
        times[key] = times.get(key, 0) + 1
    for keys in _parts(sorted(items)):
        rows = [(*key, *_rest(items[key]), times[key]) for key in keys]
        connection.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])


def _without_room(connection: Connection, refused: Sequence[RefusedMessage], room: int, budget: int) -> Iterator[Hold]:
    """The batches of one facility that do not fit; what is in quarantine already needs no room."""
    known: set[Key] = set()
    for keys in _parts(sorted({_key(one) for one in refused})):
        found = connection.execute(KNOWN, [list(column) for column in zip(*keys, strict=True)]).fetchall()
        known |= {keys[number - 1] for (number,) in found}
    sizes: dict[BatchPlace | None, int] = {}
    for one in refused:
        sizes[one.place] = sizes.get(one.place, 0) + (0 if _key(one) in known else _size(one))
    for place, size in sizes.items():
        if size <= max(room, 0):
            room -= size
        elif place is not None:
            yield Hold(place, size, budget)


def _size(one: RefusedMessage) -> int:
    return len(one.raw) + ROW_BYTES


def _key(one: RefusedMessage) -> Key:
    facility, sender, reason, field = map(_storable, (one.facility, one.sender, one.reason, one.field))
    return facility, sender, one.stage, reason, field, one.raw


def _rest(one: RefusedMessage) -> tuple[object, ...]:
    told = one.epoch, one.seq, one.received_s, _storable(one.fix), one.size_bytes
    return *told, one.readings, " ".join(one.channels)


def _parts(keys: Iterable[Key]) -> Iterator[list[Key]]:
    part: list[Key] = []
    size_bytes = 0
    for key in keys:
        part.append(key)
        size_bytes += len(key[-1])
        if len(part) >= MOST_ITEMS or size_bytes >= MOST_BYTES:
            yield part
            part, size_bytes = [], 0
    if part:
        yield part


def _storable(text: str) -> str:
    """PostgreSQL's text cannot hold a NUL."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
