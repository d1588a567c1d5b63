"""Channels that come and that the facility file does not declare: how much of each waits, its newest value, its lines.

A line for the file is made of what is known: the kind of the instrument where the file has it, else the kinds that send
a channel of this name; the unit is the sender's own, for another one would be refused again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import psycopg

from api.http.database import DatabasePool
from api.quarantine.models import UndeclaredChannel
from codec import batch
from codec.batch import BatchObservation
from tailings import instruments, units
from wire import BadPack

Connection = psycopg.Connection[tuple[Any, ...]]

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


class WaitingChannel(NamedTuple):
    """A channel that is not declared, one of its senders, in how many messages it waits, and the newest of them."""

    channel: str
    sender: str
    messages: int
    newest: int


async def of_facility(database: DatabasePool, facility: str) -> list[UndeclaredChannel]:
    """Return the channels that wait for a declaration, by name; of more than MAX_CHANNELS the first."""
    rows = await database.in_order(WaitingChannel, OF_FACILITY, _values(facility))
    if not rows:
        return []
    documents = await database.tuples(NEWEST, _ids(rows))
    known = await database.tuples(DRIVERS, {"facility": facility})
    return list(_channels(rows, documents, known))


def by_connection(connection: Connection, facility: str) -> list[UndeclaredChannel]:
    """Return the same to a program that has a connection of its own, as a command at the terminal."""
    rows = waiting(connection, facility)
    documents = connection.execute(NEWEST, _ids(rows)).fetchall()
    known = connection.execute(DRIVERS, {"facility": facility}).fetchall()
    return list(_channels(rows, documents, known))


def waiting(connection: Connection, facility: str) -> list[WaitingChannel]:
    """Return which channels these are, without looking into their messages."""
    return [WaitingChannel(*row) for row in connection.execute(OF_FACILITY, _values(facility)).fetchall()]


def _values(facility: str) -> dict[str, object]:
    return {"facility": facility, "reason": REASON, "limit": MAX_CHANNELS}


def _ids(rows: Sequence[WaitingChannel]) -> dict[str, object]:
    return {"ids": sorted({row.newest for row in rows})}


def _channels(
    rows: Sequence[WaitingChannel], documents: Iterable[Sequence[Any]], known: Iterable[Sequence[Any]]
) -> Iterator[UndeclaredChannel]:
    newest = {id: _newest(raw) for id, raw in documents}
    drivers = {one[0]: one[1] for one in known}
    for row in rows:
        yield _channel(row, newest[row.newest].get(row.channel), drivers)


def _newest(raw: bytes) -> dict[str, BatchObservation]:
    """The last reading of each channel in a document of refused readings; none of one that cannot be read."""
    try:
        found = batch.decode(raw).observations
    except BadPack:
        return {}
    return {one.name: one for one in sorted(found, key=lambda one: one.time_ms)}


def _channel(row: WaitingChannel, newest: BatchObservation | None, drivers: Mapping[str, str]) -> UndeclaredChannel:
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
