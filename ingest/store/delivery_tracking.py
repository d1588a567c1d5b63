"""The moment of taking over: a group is stored, then its acks go out and its deliveries are settled, never before."""

from collections.abc import Callable, Sequence
from typing import Final

import psycopg

from ingest.database import DatabaseLink
from ingest.receive.decode import refuse
from ingest.receive.gather import Group
from ingest.store import Prepared, QuarantineFull, Store, StoredGroup
from ingest.values import Ack
from runtime.log import log_of

tell = log_of(__name__)

REASON: Final = "not-storable"
FIX: Final = "tell the makers of Tailwatch: a batch that its own checks let pass was refused by the database"


def take(
    line: DatabaseLink,
    store: Store,
    group: Group,
    publish: Callable[[Sequence[Ack]], None],
    prepared: Prepared | None = None,
) -> None:
    """Store a group, publish its acks and acknowledge it. Raises Stopped when the program ends before that."""
    for stored in _store(line, store, group, prepared):
        publish(stored.acks)
    for delivery, _ in group:
        delivery.acknowledge()


def _store(line: DatabaseLink, store: Store, group: Group, prepared: Prepared | None = None) -> list[StoredGroup]:
    """Store all in one transaction; when the database refuses a value, one by one, and the bad one in quarantine.

    What finds no room in quarantine is left out: no ack covers it, so its sender keeps it and sends it again. The last
    ack says why, to an agent that states chains; one of before them would not read it.
    """
    arrivals = [arrival for _, arrival in group]
    try:
        stored = line.transact(lambda connection: store.write(connection, arrivals, prepared))
    except QuarantineFull as full:
        holds, held = full.holds, {one.place for one in full.holds}
        rest = [(delivery, arrival) for delivery, arrival in group if arrival.place not in held]
        stored_rest = _store(line, store, rest) if rest else []
        acks = line.confirm(lambda connection: store.hold(connection, holds))
        reads = {arrival.sender for arrival in arrivals if arrival.head and arrival.head.link.before is not None}
        told = [ack for ack in acks if f"_edge/{ack.agent}" in reads]
        return [*stored_rest, StoredGroup(told, [], 0, 0)]
    except psycopg.DataError as error:
        if len(group) > 1:
            return [stored for one in group for stored in _store(line, store, [one])]
        delivery, arrival = group[0]
        if arrival.batch is None:
            raise
        tell("ERROR", "batch-not-storable", facility=arrival.facility, agent=arrival.agent, error=error)
        return _store(line, store, [(delivery, refuse(arrival, delivery.payload, REASON, "", FIX))])
    store.committed(stored)
    return [stored]
