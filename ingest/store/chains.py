"""Chains: what content stands under which number of an agent's batches, so that no other is taken for a repeat.

A batch differs from what is here when another one is stored under its number, or when the batch next to it was written
before or after another one (`codec.chain`). Then two buffers have written under one epoch: the agent's card was put
back to an older image. Such a batch is not entered; it goes to quarantine, and the ack tells the agent, which sends its
content again in another epoch.

Rows are read and written under the lock of their sequence state. Kept are the newest MAX_CHAIN of an epoch, and some
more until they are forgotten. Of what is older nothing can be compared here; there the agent compares, for each ack
names the newest batch by its number.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from psycopg import Cursor

from codec.chain import Link
from ingest.store.ledger import Key
from ingest.values import Ack, Arrival, Connection, RefusedMessage
from runtime.log import log_of
from wire.limits import MAX_BATCH_BYTES, MAX_CHAIN
from wire.reasons import FIXES

tell = log_of(__name__)

FORGET_EVERY: Final = 256
"""Batches: each time a statement, which a commit of a few rows would feel."""
REASON: Final = "content-differs"
READ: Final = """
SELECT facility_id, sender, epoch, seq, before, own
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
    AS asked (facility_id, sender, epoch, first, last)
JOIN batch_chain b USING (facility_id, sender, epoch) WHERE b.seq BETWEEN asked.first AND asked.last"""
WRITE: Final = """
INSERT INTO batch_chain (facility_id, sender, epoch, seq, before, own)
SELECT %s, %s, %s, * FROM unnest(%s::bigint[], %s::text[], %s::text[])"""
FORGET: Final = "DELETE FROM batch_chain WHERE facility_id = %s AND sender = %s AND epoch = %s AND seq < %s"

Place = tuple[Key, int]
"""A sequence state and a seq in it."""


class Chains:
    """The links beside the batches of one group, open for one transaction."""

    def __init__(self, known: dict[Place, Link] | None = None) -> None:
        self._known = known or {}
        self._new: dict[Place, Link] = {}
        self.differing: list[Arrival] = []

    def are_whole(self, arrivals: Sequence[Arrival]) -> bool:
        """Whether all of these, one after the other, are what follows on what is here; then they are entered."""
        new: dict[Place, Link] = {}
        for arrival in arrivals:
            place = place_of(arrival)
            if place is None:
                continue
            link = link_of(arrival)
            if self._contradicts(place, link, new):
                return False
            new[place] = link
        self._new.update(new)
        return True

    def differs(self, arrival: Arrival) -> bool:
        """Whether another batch stands under the number of this one, or beside it; it is told, and put aside."""
        place = place_of(arrival)
        if place is None or not self._contradicts(place, link_of(arrival), self._new):
            return False
        self.differing.append(arrival)
        tell(
            "ERROR",
            "batch-differs",
            facility=arrival.facility,
            agent=arrival.agent,
            epoch=place[0][2],
            seq=place[1],
            why="the gateway was put back to an older image, or two have one identity",
            next="it is in quarantine; the gateway sends its content again in another epoch",
        )
        return True

    def add(self, arrival: Arrival) -> None:
        """Enter a batch that is new."""
        place = place_of(arrival)
        if place is not None:
            self._new.setdefault(place, link_of(arrival))

    @property
    def links(self) -> dict[Place, Link]:
        """The links that were here and those that were entered."""
        return {**self._known, **self._new}

    def refused(self) -> list[RefusedMessage]:
        """What differs, for quarantine."""
        return [_refused(arrival) for arrival in self.differing]

    def write(self, connection: Connection) -> None:
        """Write what is new; forget what is older than the newest MAX_CHAIN of its epoch."""
        rows: dict[Key, list[tuple[int, str | None, str]]] = {}
        for place, link in self._new.items():
            if place not in self._known:
                rows.setdefault(place[0], []).append((place[1], *link))
        for key, some in sorted(rows.items()):
            connection.execute(WRITE, (*key, *(list(column) for column in zip(*some, strict=True))))
            for seq, _, _ in some:
                if seq % FORGET_EVERY == 0:
                    connection.execute(FORGET, (*key, seq - MAX_CHAIN))

    def complete(self, connection: Connection, acks: Iterable[Ack]) -> list[Ack]:
        """The acks with the numbers of the batches that they name, and with what differs of this group."""
        told = list(acks)
        keys = [(ack.facility, f"_edge/{ack.agent}", ack.epoch) for ack in told]
        places = [(key, ack.through) for key, ack in zip(keys, told, strict=True)]
        known = self.links
        known |= read(connection, [place for place in places if place not in known])
        differs = {place[0]: place[1] for place in map(place_of, self.differing) if place is not None}
        return [
            Ack(
                ack.facility,
                ack.agent,
                ack.epoch,
                ack.through,
                chain=stated(known.get(place)),
                differs=differs.get(place[0]),
            )
            for ack, place in zip(told, places, strict=True)
        ]

    def _contradicts(self, place: Place, link: Link, new: dict[Place, Link]) -> bool:
        key, seq = place
        here = new.get(place) or self._known.get(place)
        if here is not None:
            return here.own != link.own
        if link.before is None:
            return False
        before = new.get((key, seq - 1)) or self._known.get((key, seq - 1))
        after = new.get((key, seq + 1)) or self._known.get((key, seq + 1))
        follows = before is None or before.before is None or before.own == link.before
        return not follows or (after is not None and after.before not in (None, link.own))


def stated(link: Link | None) -> str | None:
    """The number that an ack names: none to an agent that states none itself."""
    return None if link is None or link.before is None else link.own


def ask(connection: Connection, arrivals: Sequence[Arrival]) -> Cursor[Any]:
    """Ask for the links at and beside the batches of these; their sequence states must be locked by then."""
    return _ask(connection, {place for place in map(place_of, arrivals) if place is not None}, beside=1)


def chains_of(found: Cursor[Any]) -> Chains:
    """The links that `ask` found."""
    return Chains(_links(found))


def read(connection: Connection, places: Collection[Place]) -> dict[Place, Link]:
    """The links that are stored at these places."""
    return _links(_ask(connection, places)) if places else {}


def _ask(connection: Connection, places: Collection[Place], beside: int = 0) -> Cursor[Any]:
    """Ask for these places, and for so many beside each: by stretches, for batches come one after the other."""
    by_key: dict[Key, list[int]] = {}
    for key, seq in sorted(places):
        by_key.setdefault(key, []).append(seq)
    rows: list[tuple[str, str, str, int, int]] = []
    for key, seqs in by_key.items():
        first = last = seqs[0]
        for seq in seqs[1:]:
            if seq > last + 1 + 2 * beside:
                rows.append((*key, first - beside, last + beside))
                first = seq
            last = seq
        rows.append((*key, first - beside, last + beside))
    return connection.execute(READ, [list(column) for column in zip(*rows, strict=True)] or [[]] * 5)


def _links(found: Cursor[Any]) -> dict[Place, Link]:
    return {((facility, sender, epoch), seq): Link(before, own) for facility, sender, epoch, seq, before, own in found}


def place_of(arrival: Arrival) -> Place | None:
    """Where a batch stands; None where its head could not be read."""
    head = arrival.head
    return None if head is None else ((arrival.facility, arrival.sender, head.epoch), head.seq)


def link_of(arrival: Arrival) -> Link:
    """The link of a batch with a head."""
    assert arrival.head is not None
    return arrival.head.link


def _refused(arrival: Arrival) -> RefusedMessage:
    head = arrival.head
    return RefusedMessage(
        facility=arrival.facility,
        sender=arrival.sender,
        received_s=arrival.received_s,
        reason=REASON,
        field="seq",
        fix=FIXES[REASON],
        raw=arrival.payload[:MAX_BATCH_BYTES],
        size_bytes=len(arrival.payload),
        epoch=head.epoch if head else None,
        seq=head.seq if head else None,
    )
