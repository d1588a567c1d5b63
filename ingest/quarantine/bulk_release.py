"""Releasing: what was refused for one reason comes back at once, each reading moved by how wrong its clock was.

A clock that was wrong for a night leaves thousands of messages, and one number puts all of them right. They are stored
in order of arrival, some at a time, each time as a revision that can be undone; derived values are made anew at the
end. A message that contradicts what is stored, or would still lie ahead of the centre's clock or before the facility,
is left open and named with the reason.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from codec.batch import BatchObservation
from ingest import rederive, revisions
from ingest.quarantine import placed_readings
from ingest.quarantine.decisions import latest_ms
from ingest.quarantine.messages import COLUMNS, MS, QuarantinedMessage, moved, readings, unit_fault
from ingest.quarantine.taken_places import TakenPlaces
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import Facility

MOST_AT_ONCE: Final = 1_000
MAX_NAMED: Final = 100
ONE_MS: Final = timedelta(milliseconds=1)
CHOSEN: Final = """
facility_id = %(facility)s AND reason = %(reason)s AND state = 'open'
AND (%(sender)s::text IS NULL OR sender = %(sender)s)
AND (%(start)s::timestamptz IS NULL OR arrived_at >= %(start)s)
AND (%(stop)s::timestamptz IS NULL OR arrived_at < %(stop)s)"""
COUNT: Final = f"SELECT count(*) FROM quarantine WHERE {CHOSEN}"
NEXT: Final = (
    f"SELECT {COLUMNS} FROM quarantine WHERE {CHOSEN} AND id > %(after)s ORDER BY id LIMIT %(most)s FOR UPDATE"
)
IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s AND formula IS NULL"
PLACED: Final = "UPDATE quarantine SET state = 'placed' WHERE id = ANY (%s)"
DECIDED: Final = """
INSERT INTO quarantine_decision (quarantine_id, state, author, reason, revision_id)
SELECT id, 'placed', %s, %s, %s FROM unnest(%s::bigint[]) AS id ORDER BY id"""

Tell = Callable[[float], None]


class Chosen(msgspec.Struct, frozen=True):
    """Which messages: those that wait for one reason, of all senders or one, that arrived here in [start, stop)."""

    facility: str
    reason: str
    sender: str | None = None
    start: datetime | None = None
    stop: datetime | None = None


class ReleaseOutcome(msgspec.Struct, frozen=True):
    """What came of it: messages and readings that are stored now, the revisions, and by message why it was left."""

    messages: int = 0
    readings: int = 0
    revisions: tuple[int, ...] = ()
    left: tuple[tuple[int, str], ...] = ()


class StorableBounds(msgspec.Struct, frozen=True):
    """What a reading must fit to be stored: raw datastreams by their name without the facility, times in Unix ms."""

    facility: Facility
    ids: dict[str, int]
    earliest_ms: int
    latest_ms: int


def release(
    connection: Connection, chosen: Chosen, ahead_s: float, author: str, reason: str, tell: Tell = lambda share: None
) -> ReleaseOutcome:
    """Store all chosen messages inside the open transaction; `ahead_s`: how far their clock was ahead, below 0: behind.

    Raises RevisionRefused when there is none such.
    """
    facility = rederive.stored_facility(connection, chosen.facility)
    asked = msgspec.structs.asdict(chosen)
    row = connection.execute(COUNT, asked).fetchone()
    total = row[0] if row else 0
    if not total:
        raise RevisionRefused(f"nothing waits in {chosen.facility} that was refused as {chosen.reason!r} and is chosen")
    bounds, done, after, seen = _bounds(connection, facility), ReleaseOutcome(), 0, 0
    span: list[int] = []
    while rows := connection.execute(NEXT, {**asked, "after": after, "most": MOST_AT_ONCE}).fetchall():
        part = _Part([QuarantinedMessage(*one) for one in rows], bounds, -round(ahead_s * MS))
        done = _joined(done, part.store(connection, facility.id, author, reason))
        span += [one.time_ms for one in part.taken]
        span = [min(span), max(span)] if span else []
        after, seen = rows[-1][0], seen + len(rows)
        tell(seen / total)
    if span:
        first, last = (datetime.fromtimestamp(end / MS, UTC) for end in span)
        rederive.around(connection, facility.id, first, last + ONE_MS, author, reason=reason)
    return done


def _bounds(connection: Connection, facility: Facility) -> StorableBounds:
    ids = {name.partition(":")[2]: id for name, id in connection.execute(IDS, (facility.id,))}
    first = datetime.combine(facility.commissioned, datetime.min.time(), ZoneInfo(facility.timezone))
    return StorableBounds(facility, ids, round(first.timestamp() * MS), latest_ms())


def _joined(one: ReleaseOutcome, more: ReleaseOutcome) -> ReleaseOutcome:
    left = (*one.left, *more.left)[:MAX_NAMED]
    return ReleaseOutcome(
        one.messages + more.messages, one.readings + more.readings, (*one.revisions, *more.revisions), left
    )


class _Part:
    """Some messages on their way: their raw readings by place, and why others are left."""

    def __init__(self, messages: Sequence[QuarantinedMessage], bounds: StorableBounds, by_ms: int) -> None:
        self.taken: list[BatchObservation] = []
        self._messages, self._bounds, self._by_ms = messages, bounds, by_ms
        self._left: dict[int, str] = {}
        self._placed: list[int] = []

    def store(self, connection: Connection, facility: str, author: str, reason: str) -> ReleaseOutcome:
        """Store what can be stored, as one revision."""
        found = {one.id: read for one in self._messages if (read := self._read(one)) is not None}
        places = TakenPlaces(connection, [one for read in found.values() for one in read], self._bounds.ids)
        fresh = [one for id, read in found.items() for one in self._take(id, read, places)]
        placed = None
        if fresh:
            placed = placed_readings.write(connection, facility, author, reason, fresh, ids=self._bounds.ids)
        number = None if placed is None else placed.revision
        connection.execute(PLACED, (self._placed,))
        connection.execute(DECIDED, (author, reason, number, self._placed))
        if placed is not None:
            revisions.touch(connection, facility, placed.replaced)
        revisions_made = () if number is None else (number,)
        return ReleaseOutcome(len(self._placed), len(self.taken), revisions_made, tuple(self._left.items()))

    def _read(self, message: QuarantinedMessage) -> list[BatchObservation] | None:
        """The raw readings of a message at their right times; None where it is left, for a reason that is noted."""
        try:
            found = moved(readings(message), self._by_ms)
        except RevisionRefused as refused:
            self._left[message.id] = str(refused)
            return None
        found = [one for one in found if one.cfg is None]  # derived ones are made anew
        for one in found:
            if one.name not in self._bounds.ids:
                self._left[message.id] = f"{message.facility} has no raw datastream {one.name!r}"
            elif one.time_ms > self._bounds.latest_ms:
                self._left[message.id] = "it still lies ahead of the centre's clock"
            elif one.time_ms < self._bounds.earliest_ms:
                self._left[message.id] = "it would lie before the facility"
            elif fault := unit_fault(one, self._bounds.facility):
                self._left[message.id] = fault
        return None if message.id in self._left else found

    def _take(self, id: int, found: Sequence[BatchObservation], places: TakenPlaces) -> list[BatchObservation]:
        """Take a message whole, or leave it where another value stands at one of its places; return what is fresh."""
        for one in found:
            if places.other(one):
                self._left[id] = f"{one.name} has another value at this time already; the first stays"
                return []
        self.taken += found
        self._placed.append(id)
        return [one for one in found if places.take(one)]
