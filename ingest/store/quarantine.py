"""The quarantine: what was refused, with its reason and bytes; the same bytes for the same reason are one row.

Many rows go in by one statement: when a whole stretch of data contradicts what is stored, this is all the work. What a
sender may put in a day is limited, and what goes beyond is counted; but not readings that only wait for their right
time: these are measured data, and no more of them come than would otherwise be stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from ingest.values import Connection, RefusedMessage
from runtime.log import log_of
from wire.reasons import DOUBTED_TIME

tell = log_of(__name__)

WRITE: Final = """
INSERT INTO quarantine AS known
    (facility_id, sender, stage, reason, field, raw, epoch, seq, received_at, fix, bytes, times)
SELECT facility_id, sender, stage, reason, field, raw, epoch, seq, to_timestamp(received_s), fix, bytes, times
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::text[], %s::bigint[],
            %s::float8[], %s::text[], %s::bigint[], %s::bigint[])
    AS told (facility_id, sender, stage, reason, field, raw, epoch, seq, received_s, fix, bytes, times)
ON CONFLICT (facility_id, sender, stage, reason, field, digest) DO UPDATE SET times = known.times + excluded.times"""
KNOWN: Final = """
SELECT told.number FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[]) WITH ORDINALITY
    AS told (facility_id, sender, stage, reason, field, raw, number)
JOIN quarantine q ON (q.facility_id, q.sender, q.stage, q.reason, q.field, q.digest)
                   = (told.facility_id, told.sender, told.stage, told.reason, told.field, sha256(told.raw))"""
OPEN_DAY: Final = """
INSERT INTO quarantine_day (facility_id, sender, day) VALUES (%s, %s, (now() AT TIME ZONE 'UTC')::date)
ON CONFLICT (facility_id, sender, day) DO UPDATE SET stored = quarantine_day.stored
RETURNING day, stored, stored_bytes, not_stored"""
COUNT: Final = """
UPDATE quarantine_day SET stored = stored + %s, stored_bytes = stored_bytes + %s, not_stored = not_stored + %s,
    not_stored_bytes = not_stored_bytes + %s WHERE facility_id = %s AND sender = %s AND day = %s"""
MOST_ITEMS: Final = 1000
MOST_BYTES: Final = 1 << 20
"""Of one statement, about: an item may have 256 kB of its own."""

Key = tuple[str, str, str, str, str, bytes]
"""Facility, sender, stage, reason, field, raw."""
REASON: Final = 3


class DailyBudget(msgspec.Struct, frozen=True):
    """What of one sender is kept a day (UTC): so many messages, and so many bytes of them."""

    messages: int = 10_000
    bytes: int = 64 << 20


USUAL: Final = DailyBudget()


class Room(msgspec.Struct):
    """What a sender may still put in on a day, and what came of its messages."""

    day: date
    messages: int
    bytes: int
    kept: int = 0
    kept_bytes: int = 0
    not_kept: int = 0
    not_kept_bytes: int = 0
    is_told: bool = False

    def take(self, size_bytes: int, times: int) -> bool:
        """Take a message in that came so often, if there is room for it."""
        if self.kept >= self.messages or self.kept_bytes + size_bytes > self.bytes:
            self.not_kept += times
            self.not_kept_bytes += times * size_bytes
            return False
        self.kept += 1
        self.kept_bytes += size_bytes
        return True


def write(connection: Connection, refused: Iterable[RefusedMessage], limits: DailyBudget = USUAL) -> None:
    """Add what was refused, in the order of the key so that two processes do not deadlock.

    Of a sender that is over its limit of the day a message is not kept but counted; a repeated one is always counted.
    """
    items: dict[Key, RefusedMessage] = {}
    times: dict[Key, int] = {}
    for one in refused:
        facility, sender, reason, field = map(_storable, (one.facility, one.sender, one.reason, one.field))
        key = (facility, sender, one.stage, reason, field, one.raw)
        items.setdefault(key, one)
        times[key] = times.get(key, 0) + 1
    if not items:
        return
    rooms = {sender: _room(connection, *sender, limits) for sender in sorted({key[:2] for key in items})}
    for keys in _parts(sorted(items)):
        known = _known(connection, keys)
        kept = [
            key
            for key in keys
            if key in known or key[REASON] in DOUBTED_TIME or rooms[key[:2]].take(len(key[-1]), times[key])
        ]
        if kept:
            rows = [(*key, *_rest(items[key]), times[key]) for key in kept]
            connection.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])
    for (facility, sender), room in rooms.items():
        if room.not_kept and not room.is_told:
            tell("ERROR", "quarantine-full", facility=facility, sender=sender, next="what else comes today is counted")
        connection.execute(
            COUNT, (room.kept, room.kept_bytes, room.not_kept, room.not_kept_bytes, facility, sender, room.day)
        )


def _room(connection: Connection, facility: str, sender: str, limits: DailyBudget) -> Room:
    row = connection.execute(OPEN_DAY, (facility, sender)).fetchone()
    assert row is not None
    day, kept, kept_bytes, not_kept = row
    return Room(day, limits.messages - kept, limits.bytes - kept_bytes, is_told=not_kept > 0)


def _known(connection: Connection, keys: Sequence[Key]) -> set[Key]:
    found = connection.execute(KNOWN, [list(column) for column in zip(*keys, strict=True)]).fetchall()
    return {keys[number - 1] for (number,) in found}


def _rest(one: RefusedMessage) -> tuple[object, ...]:
    return one.epoch, one.seq, one.received_s, _storable(one.fix), one.size_bytes


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
