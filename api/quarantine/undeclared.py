"""Channels that come and that the facility file does not declare: how much of each waits, its newest value, its lines.

A line for the file is made of what is known: the kind of the instrument where the file has it, else the kinds that send
a channel of this name; the unit is the sender's own, for another one would be refused again.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool
from api.quarantine.models import UndeclaredChannel
from codec import batch
from codec.batch import BatchObservation
from tailings import instruments, units
from wire import BadPack

REASON: Final = "unknown-datastream"
MAX_CHANNELS: Final = 200
OF_FACILITY: Final = """
WITH waiting AS (
    SELECT sender, unnest(channels) AS channel, id FROM quarantine
    WHERE facility_id = %(facility)s AND reason = %(reason)s AND state = 'open'
)
SELECT channel, min(sender) AS sender, count(*) AS messages, max(id) AS newest FROM waiting
GROUP BY channel ORDER BY channel LIMIT %(limit)s
"""
NEWEST: Final = "SELECT id, raw FROM quarantine WHERE id = ANY(%(ids)s)"
DRIVERS: Final = """
SELECT node_id || ':' || id AS instrument, driver FROM instrument WHERE facility_id = %(facility)s
"""


class Row(NamedTuple):
    channel: str
    sender: str
    messages: int
    newest: int


class Document(NamedTuple):
    id: int
    raw: bytes


class Driver(NamedTuple):
    instrument: str
    driver: str


async def of_facility(database: DatabasePool, facility: str) -> list[UndeclaredChannel]:
    """Return the channels that wait for a declaration, by name; of more than MAX_CHANNELS the first."""
    values = {"facility": facility, "reason": REASON, "limit": MAX_CHANNELS}
    rows = await database.rows(Row, OF_FACILITY, values)
    if not rows:
        return []
    documents = await database.rows(Document, NEWEST, {"ids": sorted({row.newest for row in rows})})
    newest = {one.id: _newest(one.raw) for one in documents}
    known = await database.rows(Driver, DRIVERS, {"facility": facility})
    drivers = {one.instrument: one.driver for one in known}
    return [_channel(row, newest[row.newest].get(row.channel), drivers) for row in rows]


def _newest(raw: bytes) -> dict[str, BatchObservation]:
    """The last reading of each channel in a document of refused readings; none of one that cannot be read."""
    try:
        found = batch.decode(raw).observations
    except BadPack:
        return {}
    return {one.name: one for one in sorted(found, key=lambda one: one.time_ms)}


def _channel(row: Row, newest: BatchObservation | None, drivers: Mapping[str, str]) -> UndeclaredChannel:
    unit = None if newest is None else newest.unit
    return UndeclaredChannel(
        channel=row.channel,
        sender=row.sender,
        messages=row.messages,
        time=None if newest is None else datetime.fromtimestamp(newest.time_ms / 1000, UTC),
        value=None if newest is None else newest.value,
        unit=unit,
        lines="\n".join(_lines(row.channel, unit, drivers)),
    )


def _lines(channel: str, unit: str | None, drivers: Mapping[str, str]) -> Iterator[str]:
    """What to put into the facility file; of what is not known a word to be replaced stands there."""
    instrument, _, own = channel.rpartition(".")
    driver = drivers.get(instrument)
    fitting = [name for name in instruments.names() if own in getattr(instruments.get(name), "NODE_CHANNELS", ())]
    if driver is None:
        yield f'[instruments."{instrument}"]'
        yield f'driver = "{fitting[0]}"' if len(fitting) == 1 else f'driver = "?"  # {", ".join(fitting) or "?"}'
    kind = driver or (fitting[0] if fitting else None)
    quantity = None if kind is None else instruments.get(kind).CHANNELS.get(own)
    yield f'[datastreams."{channel}"]'
    yield f'quantity = "{quantity or "?"}"'
    yield f'unit = "{units.symbol_of(unit or "") or unit or "?"}"'
