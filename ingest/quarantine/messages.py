"""Quarantined messages as they are stored, and the readings that can be read in their bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from codec import pack
from codec.batch import BatchObservation
from ingest.revisions import RevisionRefused
from ingest.store import refused_readings
from ingest.values import Connection
from tailings import units
from tailings.facility import Facility
from wire import BadPack, reasons
from wire import quality as flag

COLUMNS: Final = (
    "id, facility_id, sender, epoch, seq, received_at, reason, field, fix, raw, bytes, stage, state, times, "
    "readings, channels"
)
FIND: Final = f"SELECT {COLUMNS} FROM quarantine WHERE id = %s FOR UPDATE"
LIST: Final = f"""
SELECT {COLUMNS} FROM quarantine WHERE facility_id = %s AND (state = 'open' OR %s) ORDER BY id DESC LIMIT %s"""
HELD: Final = "SELECT agent_id, since, bytes, budget FROM quarantine_held WHERE facility_id = %s ORDER BY agent_id"
MS: Final = 1000


class QuarantinedMessage(msgspec.Struct, frozen=True):
    """One message of the quarantine."""

    id: int
    facility: str
    sender: str
    epoch: str | None
    seq: int | None
    received_at: datetime
    reason: str
    field: str
    fix: str
    raw: bytes
    size_bytes: int
    stage: str
    state: str
    times: int
    readings: int
    channels: list[str]

    @property
    def is_batch(self) -> bool:
        """Whether it is a whole batch of a gateway that could not be read or stored."""
        return self.stage == "ingest" and not self.readings


class Held(msgspec.Struct, frozen=True):
    """A gateway whose batches are held back: since when, what the first would add, and the budget then [bytes]."""

    agent: str
    since: datetime
    size_bytes: int
    budget_bytes: int


def find(connection: Connection, number: int) -> QuarantinedMessage:
    """Return a message, locked until the end of the transaction; raise RevisionRefused when there is none such."""
    row = connection.execute(FIND, (number,)).fetchone()
    if row is None:
        raise RevisionRefused(f"there is no quarantined message {number}")
    return QuarantinedMessage(*row)


def listed(connection: Connection, facility: str, count: int, is_all: bool) -> list[QuarantinedMessage]:
    """Return the newest messages, the open ones unless all are wanted."""
    return [QuarantinedMessage(*row) for row in connection.execute(LIST, (facility, is_all, count))]


def held(connection: Connection, facility: str) -> list[Held]:
    """Return the gateways whose batches are held back because their refused part finds no room."""
    return [Held(*row) for row in connection.execute(HELD, (facility,))]


def readings(message: QuarantinedMessage, at_ms: int | None = None) -> list[BatchObservation]:
    """Return the observations in a message; `at_ms` is the time of a pack that has none, or of the first reading of one
    whose time nobody believes.

    Raises RevisionRefused when its bytes cannot be read, or were cut.
    """
    if len(message.raw) < message.size_bytes:
        raise RevisionRefused(f"of message {message.id} only the first {len(message.raw)} bytes were kept")
    if message.is_batch:
        raise RevisionRefused(f"message {message.id} is a whole batch of a gateway: it can only be tried again")
    try:
        found = refused_readings.observations_of(message.raw) if message.readings else _of_pack(message, at_ms)
    except BadPack as bad:
        raise RevisionRefused(f"message {message.id} still cannot be read: {bad}") from bad
    if not found:
        raise RevisionRefused(f"message {message.id} holds no readings")
    if at_ms is None or message.reason not in reasons.DOUBTED_TIME:
        return found
    return moved(found, at_ms - min(one.time_ms for one in found))


def moved(found: Sequence[BatchObservation], by_ms: int) -> list[BatchObservation]:
    """Return the same readings, each so much later."""
    return [one._replace(time_ms=one.time_ms + by_ms) for one in found]


def wanted_unit(one: BatchObservation, facility: Facility) -> str | None:
    """The unit that the facility file has for a raw reading that came in another one; None where it is right."""
    datastream = facility.datastreams.get(one.name)
    if datastream is None or not datastream.is_raw or one.unit is None:
        return None
    return None if one.unit in units.spellings(datastream.unit) else datastream.unit


def unit_fault(one: BatchObservation, facility: Facility) -> str | None:
    """The same as a sentence."""
    wanted = wanted_unit(one, facility)
    return None if wanted is None else f"{one.name} is in {one.unit} there, and in {wanted} in the facility file"


def _of_pack(message: QuarantinedMessage, at_ms: int | None) -> list[BatchObservation]:
    found = pack.decode(message.raw, pack.content_type_of(message.raw))
    if found.facility != message.facility or found.node != message.sender:
        raise RevisionRefused(f"message {message.id} says {found.base}, but came from {message.sender}")
    if found.time_s is None and at_ms is None:
        raise RevisionRefused(f"message {message.id} has no time; place it at one")
    if found.time_s is not None and at_ms is not None and message.reason not in reasons.DOUBTED_TIME:
        raise RevisionRefused(f"message {message.id} has a time of its own; try it again instead of placing it")
    return [
        BatchObservation(
            f"{found.node}:{one.name}",
            one.time_ms or at_ms or 0,
            one.value,
            flag.MISSING if one.value is None else flag.NOT_EVALUATED,
            None,
            cfg=None,
            unit=one.unit,
            missing=one.missing,
        )
        for one in found.records
        if one.text is None
    ]
