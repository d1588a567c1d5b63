"""Quarantined messages as they are stored, and the readings that can be read in their bytes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from codec import batch, pack
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from wire import BadPack, reasons
from wire import quality as flag

COLUMNS: Final = "id, facility_id, sender, received_at, reason, field, fix, raw, bytes, stage, state, times"
FIND: Final = f"SELECT {COLUMNS} FROM quarantine WHERE id = %s FOR UPDATE"
LIST: Final = f"""
SELECT {COLUMNS} FROM quarantine WHERE facility_id = %s AND (state = 'open' OR %s) ORDER BY id DESC LIMIT %s"""
NOT_KEPT: Final = """
SELECT sender, day, not_stored, not_stored_bytes FROM quarantine_day WHERE facility_id = %s AND not_stored > 0
ORDER BY day DESC, sender LIMIT %s"""
ANY_HEAD: Final = ("x", "00000000", 0, 0)
"""Stands for agent, epoch, seq and kept, which the records of a refused reading do not have."""
MS: Final = 1000


class QuarantinedMessage(msgspec.Struct, frozen=True):
    """One message of the quarantine."""

    id: int
    facility: str
    sender: str
    received_at: datetime
    reason: str
    field: str
    fix: str
    raw: bytes
    size_bytes: int
    stage: str
    state: str
    times: int


class QuarantinedReading(msgspec.Struct, frozen=True):
    """One observation in it: name without facility (`n07:vw1.frequency`), Unix ms, None for a failed read."""

    name: str
    time_ms: int
    result: float | None
    quality: int
    tests: str | None
    cfg: int | None


class Single(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading as an edge agent refuses it."""

    name: str
    time_ms: int
    value: float | None
    missing: str | None = None


def find(connection: Connection, number: int) -> QuarantinedMessage:
    """Return a message, locked until the end of the transaction; raise RevisionRefused when there is none such."""
    row = connection.execute(FIND, (number,)).fetchone()
    if row is None:
        raise RevisionRefused(f"there is no quarantined message {number}")
    return QuarantinedMessage(*row)


def listed(connection: Connection, facility: str, count: int, is_all: bool) -> list[QuarantinedMessage]:
    """Return the newest messages, the open ones unless all are wanted."""
    return [QuarantinedMessage(*row) for row in connection.execute(LIST, (facility, is_all, count))]


def not_kept(connection: Connection, facility: str, count: int) -> list[tuple[str, date, int, int]]:
    """Return sender, day, messages and bytes that were refused and not kept, the newest day first."""
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(NOT_KEPT, (facility, count))]


def readings(message: QuarantinedMessage, at_ms: int | None = None) -> list[QuarantinedReading]:
    """Return the observations in a message; `at_ms` is the time of a pack that has none, or of the first reading of one
    whose time nobody believes.

    Raises RevisionRefused when its bytes cannot be read, or were cut.
    """
    if len(message.raw) < message.size_bytes:
        raise RevisionRefused(f"of message {message.id} only the first {len(message.raw)} bytes were kept")
    try:
        if message.stage != "edge":
            found = _of_batch(message)
        elif message.raw.startswith(b"{"):
            found = _of_reading(message)
        else:
            found = _of_pack(message, at_ms)
    except BadPack as bad:
        raise RevisionRefused(f"message {message.id} still cannot be read: {bad}") from bad
    if not found:
        raise RevisionRefused(f"message {message.id} holds no readings")
    if at_ms is None or message.reason not in reasons.DOUBTED_TIME:
        return found
    return moved(found, at_ms - min(one.time_ms for one in found))


def moved(found: Sequence[QuarantinedReading], by_ms: int) -> list[QuarantinedReading]:
    """Return the same readings, each so much later."""
    return [msgspec.structs.replace(one, time_ms=one.time_ms + by_ms) for one in found]


def _of_pack(message: QuarantinedMessage, at_ms: int | None) -> list[QuarantinedReading]:
    found = pack.decode(message.raw, pack.content_type_of(message.raw))
    if found.facility != message.facility or found.node != message.sender:
        raise RevisionRefused(f"message {message.id} says {found.base}, but came from {message.sender}")
    if found.time_s is None and at_ms is None:
        raise RevisionRefused(f"message {message.id} has no time; place it at one")
    if found.time_s is not None and at_ms is not None and message.reason not in reasons.DOUBTED_TIME:
        raise RevisionRefused(f"message {message.id} has a time of its own; try it again instead of placing it")
    return [
        QuarantinedReading(
            f"{found.node}:{one.name}",
            one.time_ms or at_ms or 0,
            one.value,
            flag.MISSING if one.value is None else flag.NOT_EVALUATED,
            None,
            cfg=None,
        )
        for one in found.records
        if one.text is None
    ]


def _of_reading(message: QuarantinedMessage) -> list[QuarantinedReading]:
    """One reading of a sender without packs: what an edge agent has of a polled instrument or a radio device."""
    try:
        one = msgspec.json.decode(message.raw, type=Single)
    except msgspec.MsgspecError as error:
        raise BadPack("payload", "not-a-record", str(error)) from error
    if one.name.partition(":")[0] != message.sender:
        raise RevisionRefused(f"message {message.id} says {one.name}, but came from {message.sender}")
    return [
        QuarantinedReading(
            one.name, one.time_ms, one.value, flag.MISSING if one.value is None else flag.NOT_EVALUATED, None, cfg=None
        )
    ]


def _of_batch(message: QuarantinedMessage) -> list[QuarantinedReading]:
    if not message.raw.startswith(b"[") or not message.raw.endswith(b"]") or message.sender.startswith("_edge/"):
        raise RevisionRefused(f"message {message.id} is a whole batch that could not be read: {message.reason}")
    found = batch.decode(batch.put_head(message.raw[1:-1], message.facility, *ANY_HEAD))
    return [
        QuarantinedReading(one.name, one.time_ms, one.value, one.quality, one.tests, cfg=one.cfg)
        for one in found.observations
    ]
