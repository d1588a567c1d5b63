"""Chains: what content stands under which number of an agent's batches, so that no other is taken for a repeat.

A batch differs from what is here when another one is stored under its number, or when the batch next to it was written
before or after another one (`codec.chain`). Then two buffers have written under one epoch: the agent's card was put
back to an older image. Such a batch is not entered; it goes to quarantine, and the ack tells the agent, which sends its
content again in another epoch.

Batches that one transaction stores, each following on the one before, are one row. Rows are read and written under the
lock of their sequence state. Kept are the newest MAX_CHAIN of an epoch, and some
more until they are forgotten. Of what is older nothing can be compared here; there the agent compares, for each ack
names the newest batch by its number.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from codec.chain import Link
from ingest.store import ledger
from ingest.store.ledger import Key, StoredChain, Stretch
from ingest.values import Ack, Arrival, Connection, RefusedMessage
from runtime.log import log_of
from wire.limits import MAX_BATCH_BYTES, MAX_CHAIN
from wire.reasons import FIXES

tell = log_of(__name__)

DIGITS: Final = 8
"""Of a number in the column `own`, where they stand one behind the other."""
FORGET_EVERY: Final = 256
"""Batches: each time a statement, which a commit of a few rows would feel."""
REASON: Final = "content-differs"
WRITE: Final = """
INSERT INTO batch_chain (facility_id, sender, epoch, first, before, own) VALUES (%s, %s, %s, %s, %s, %s)"""
FORGET: Final = f"""
DELETE FROM batch_chain WHERE facility_id = %s AND sender = %s AND epoch = %s
AND first < %s AND first + length(own) / {DIGITS} <= %s"""

Place = tuple[Key, int]
"""A sequence state and a seq in it."""
Links = dict[Key, dict[int, Link]]


class ChainSection(NamedTuple):
    """Batches `first` and on of one sequence state, each of them following on the one before it.

    `before` is the number of the batch before the first, None where the agent states no chain; `own` are theirs.
    """

    key: Key
    first: int
    before: str | None
    own: list[str]

    @property
    def end(self) -> int:
        """The seq behind the last."""
        return self.first + len(self.own)

    def link(self, seq: int) -> Link:
        """The link of one of them."""
        at = seq - self.first
        return Link(self.own[at - 1] if at and self.before is not None else self.before, self.own[at])


class Chains:
    """The links beside the batches of one group, open for one transaction: `group` are the sections of the group."""

    def __init__(self, group: Sequence[ChainSection] = (), known: Links | None = None) -> None:
        self._group = group
        self._known = known or {}
        self._followed: Sequence[ChainSection] = ()
        self._new: Links = {}
        self.differing: list[Arrival] = []

    def follow(self) -> bool:
        """Enter the whole group where each sequence state has one section and it follows on what is here, else nothing;
        return whether it did.
        """
        if len({section.key for section in self._group}) < len(self._group):
            return False
        if not all(self._is_next(section) for section in self._group):
            return False
        self._followed = self._group
        return True

    def differs(self, arrival: Arrival) -> bool:
        """Whether another batch stands under the number of this one, or beside it; it is told, and put aside."""
        place = place_of(arrival)
        if place is None or not self._contradicts(place, link_of(arrival)):
            return False
        self.differing.append(arrival)
        tell(
            "ERROR",
            "batch-differs",
            facility=arrival.facility,
            agent=arrival.agent,
            epoch=place[0][2],
            seq=place[1],
            reason="the gateway was put back to an older image, or two have one identity",
            next="it is in quarantine; the gateway sends its content again in another epoch",
        )
        return True

    def add(self, arrival: Arrival) -> None:
        """Enter a batch that is new."""
        place = place_of(arrival)
        if place is not None:
            self._new.setdefault(place[0], {}).setdefault(place[1], link_of(arrival))

    def refused(self) -> list[RefusedMessage]:
        """What differs, for quarantine."""
        return [_refused(arrival) for arrival in self.differing]

    def write(self, connection: Connection) -> None:
        """Write what is new; forget what is older than the newest MAX_CHAIN of its epoch."""
        new = _cut(
            (key, seq, link)
            for key, links in sorted(self._new.items())
            for seq, link in sorted(links.items())
            if seq not in self._known.get(key, {})
        )
        for section in [*self._followed, *new]:
            connection.execute(WRITE, (*section.key, section.first, section.before, "".join(section.own)))
            if section.end // FORGET_EVERY > section.first // FORGET_EVERY:
                oldest = section.end - MAX_CHAIN
                connection.execute(FORGET, (*section.key, oldest, oldest))

    def complete(self, connection: Connection, acks: Iterable[Ack]) -> list[Ack]:
        """The acks with the numbers of the batches that they name, and with what differs of this group."""
        told = list(acks)
        places = [((ack.facility, f"_edge/{ack.agent}", ack.epoch), ack.through) for ack in told]
        found = [self._find(*place) for place in places]
        absent = read(connection, [place for place, link in zip(places, found, strict=True) if link is None])
        differs = {place[0]: place[1] for place in map(place_of, self.differing) if place is not None}
        return [
            Ack(
                ack.facility,
                ack.agent,
                ack.epoch,
                ack.through,
                chain=stated(link or absent.get(key, {}).get(seq)),
                differs=differs.get(key),
            )
            for ack, link, (key, seq) in zip(told, found, places, strict=True)
        ]

    def _find(self, key: Key, seq: int) -> Link | None:
        for section in self._followed:
            if section.key == key and section.first <= seq < section.end:
                return section.link(seq)
        return self._new.get(key, {}).get(seq) or self._known.get(key, {}).get(seq)

    def _is_next(self, section: ChainSection) -> bool:
        known = self._known.get(section.key, {})
        if max(known, default=-1) >= section.first:
            return False
        return _follows(section.before, known.get(section.first - 1))

    def _contradicts(self, place: Place, link: Link) -> bool:
        key, seq = place
        here = self._find(key, seq)
        if here is not None:
            return here.own != link.own
        after = None if link.before is None else self._find(key, seq + 1)
        follows = _follows(link.before, self._find(key, seq - 1))
        return not follows or (after is not None and after.before not in (None, link.own))


def _follows(before: str | None, link: Link | None) -> bool:
    """Whether a batch that names `before` may stand behind this one; None: it names none, or nothing is there."""
    return before is None or link is None or link.before is None or link.own == before


def sections(arrivals: Iterable[Arrival]) -> list[ChainSection]:
    """The batches of these arrivals, in their order, as few sections."""
    heads = [(arrival.facility, arrival.sender, head) for arrival in arrivals if (head := arrival.head) is not None]
    return _cut(((facility, sender, head.epoch), head.seq, head.link) for facility, sender, head in heads)


def _cut(placed: Iterable[tuple[Key, int, Link]]) -> list[ChainSection]:
    found: list[ChainSection] = []
    last: dict[Key, ChainSection] = {}
    for key, seq, (before, own) in placed:
        section = last.get(key)
        if (
            section is not None
            and seq == section.end
            and before == (None if section.before is None else section.own[-1])
        ):
            section.own.append(own)
        else:
            last[key] = section = ChainSection(key, seq, before, [own])
            found.append(section)
    return found


def stated(link: Link | None) -> str | None:
    """The number that an ack names: none to an agent that states none itself."""
    return None if link is None or link.before is None else link.own


def stretches(group: Iterable[ChainSection]) -> list[Stretch]:
    """Where the batches at and beside these stand."""
    return [(section.key, section.first - 1, section.end) for section in group]


def chains_of(group: Sequence[ChainSection], stored: Iterable[StoredChain]) -> Chains:
    """The links beside these, as they are stored at their `stretches`."""
    return Chains(group, _links(stored))


def read(connection: Connection, places: Collection[Place]) -> Links:
    """The links that are stored at these places, whose sequence states are open."""
    if not places:
        return {}
    _, stored = ledger.open_with_chains(
        connection, [key for key, _ in places], [(key, seq, seq) for key, seq in places]
    )
    return _links(stored)


def _links(stored: Iterable[StoredChain]) -> Links:
    links: Links = {}
    for key, low, high, first, before, own in stored:
        of_state = links.setdefault(key, {})
        for seq in range(max(low, first), min(high + 1, first + len(own) // DIGITS)):
            at = DIGITS * (seq - first)
            earlier = own[at - DIGITS : at] if at and before is not None else before
            of_state[seq] = Link(earlier, own[at : at + DIGITS])
    return links


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
