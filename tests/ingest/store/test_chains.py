"""Tests of chains: a batch that differs is never a repeat, and an ack names what it acknowledges."""

import random
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from codec import batch, batch_ack, chain
from codec.batch import Batch, PackRecord
from codec.batch_ack import BatchAck
from codec.chain import Link
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.forward.budget import Budget
from edge_agent.forward.forward import Forwarder
from ingest import revisions
from ingest.receive.decode import decode
from ingest.store import Store, StoredGroup, ack_of, entry, newest_acks
from ingest.store.chains import Chains, Links, link_of, place_of, sections
from ingest.store.page import LedgerEntry
from ingest.values import Ack, Arrival, Connection, Delivery
from tests.ingest.batches import AGENT, EPOCH, FACILITY, START_S, arrival, message, pack, reading
from tests.ingest.waiting import until_one_waits
from tests.servers import TestDatabase
from wire import topics

KEY = (FACILITY, f"_edge/{AGENT}", EPOCH)
OPEN = "SELECT reason, field, seq, raw, times FROM quarantine WHERE sender = '_edge/gw1' ORDER BY seq"


class Card:
    """The buffer of a gateway, as far as the centre sees it; a copy goes on by itself."""

    def __init__(self, written: tuple[tuple[Link, bytes], ...] = ()) -> None:
        self._written = list(written)

    def copy(self) -> "Card":
        return Card(tuple(self._written))

    def write(self, *values: float) -> None:
        for value in values:
            seq = len(self._written)
            before = self._written[-1][0].own if self._written else EPOCH
            rows, packs = [reading(START_S + seq + value / 1e4, value)], [pack(round(value))]
            body = batch.encode(Batch(FACILITY, AGENT, EPOCH, seq, 0, observations=rows, packs=packs))
            self._written.append((Link(before, chain.grow(before, body)), body))

    def own(self, seq: int) -> str:
        return self._written[seq][0].own

    def batch(self, seq: int, oldest_unacked: int = 0) -> bytes:
        link, body = self._written[seq]
        return batch.put_head(body, FACILITY, AGENT, EPOCH, seq, oldest_unacked=oldest_unacked, link=link)


@pytest.fixture
def card() -> Card:
    """One with batches 0 to 9."""
    made = Card()
    made.write(*range(10))
    return made


def other(card: Card, image: int, count: int) -> Card:
    """An image of the card from when it had so many batches, with `count` other ones behind them."""
    made = Card(tuple(card._written[:image]))
    made.write(*range(100, 100 + count))
    return made


def write(store: Store, connection: Connection, *payloads: bytes) -> StoredGroup:
    """Store messages as one group, prepared as ingest does."""
    arrivals = [arrival(payload) for payload in payloads]
    prepared = store.prepare(arrivals)
    with connection.transaction():
        stored = store.write(connection, arrivals, prepared)
    store.committed(stored)
    return stored


def test_an_ack_names_the_batch_that_it_covers(store: Store, connection: Connection, card: Card) -> None:
    """In the answer to the batches, to their repeats, to a hello, and after a connect."""
    told = Ack(FACILITY, AGENT, EPOCH, 2, card.own(2))
    three = [card.batch(seq) for seq in range(3)]

    assert write(store, connection, *three).acks == [told]
    assert write(store, connection, three[0]).acks == [told]
    assert ack_of(connection, FACILITY, AGENT, EPOCH) == told and newest_acks(connection) == [told]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_batch_that_differs_is_kept_in_quarantine(
    store: Store, connection: Connection, card: Card, at_once: bool
) -> None:
    """Batches 5 and 6 of an image are no repeats of 5 and 6: in quarantine, told by the ack, not in the ledger."""
    image = other(card, 5, 2)
    write(store, connection, *[card.batch(seq) for seq in range(10)])

    sent = [image.batch(4), image.batch(5), image.batch(6)]
    groups = [sent] if at_once else [[one] for one in sent]
    acks = [write(store, connection, *group).acks[-1] for group in groups]

    assert acks[-1] == Ack(FACILITY, AGENT, EPOCH, 9, card.own(9), differs=6)
    assert connection.execute(OPEN).fetchall() == [
        ("content-differs", "seq", seq, image.batch(seq), 1) for seq in (5, 6)
    ]
    states = "SELECT sender, stored, duplicate FROM sequence_state ORDER BY sender"
    assert connection.execute(states).fetchall() == [("_edge/gw1", 10, 1), ("n07", 10, 0)]


@pytest.mark.parametrize("before", [0, 1])
def test_what_another_process_stored_first_is_compared(
    store: Store, connection: Connection, card: Card, vale: TestDatabase, before: int
) -> None:
    """Its transaction began the epoch, or went on in it, and is not committed when this one looks for the chain."""
    image, stored = other(card, before, 1), list[StoredGroup]()
    write(store, connection, *map(card.batch, range(before)))
    first = [arrival(card.batch(before))]
    ingest = vale.conninfo("tailwatch_ingest")
    with psycopg.connect(ingest) as beside:
        elsewhere = Store(3600, revisions.take_verdicts)
        elsewhere.greet(beside)
        beside.commit()
        with connection.transaction():
            store.write(connection, first, store.prepare(first))
            waiting = threading.Thread(target=lambda: stored.append(write(elsewhere, beside, image.batch(before))))
            waiting.start()
            until_one_waits(ingest)
        waiting.join(60)

    assert stored[0].acks == [Ack(FACILITY, AGENT, EPOCH, before, card.own(before), differs=before)]


@pytest.mark.parametrize("in_order", [True, False])
def test_two_histories_are_never_joined(store: Store, connection: Connection, card: Card, in_order: bool) -> None:
    """The image wrote up to 12 meanwhile. Its batches from 10 on have new numbers, and still do not follow on 9."""
    image = other(card, 5, 8)
    write(store, connection, *[card.batch(seq) for seq in range(10)])

    seqs = (10, 11, 12) if in_order else (12, 11, 10)
    acks = [write(store, connection, image.batch(seq)).acks[-1] for seq in seqs]

    assert {(ack.through, ack.chain) for ack in acks} == {(9, card.own(9))}
    assert [ack.differs for ack in acks if ack.differs is not None] == [10]


def test_a_batch_beside_a_gap_does_not_close_it_with_another_history(
    store: Store, connection: Connection, card: Card
) -> None:
    """Of the card before 6 arrived and 5 did not; 5 of the image is not what stood before 6."""
    image = other(card, 5, 1)
    write(store, connection, *[card.batch(seq) for seq in (0, 1, 2, 3, 4, 6)])

    assert write(store, connection, image.batch(5)).acks == [Ack(FACILITY, AGENT, EPOCH, 4, card.own(4), differs=5)]
    assert write(store, connection, card.batch(5)).acks == [Ack(FACILITY, AGENT, EPOCH, 6, card.own(6))]


def test_repeats_in_one_group_are_repeats(store: Store, connection: Connection, card: Card) -> None:
    """The control: whatever comes twice, in any order and with another `kept`, differs from nothing."""
    chance = random.Random(1)
    for _ in range(10):
        write(store, connection, *[card.batch(chance.randrange(10), chance.choice([0])) for _ in range(5)])
    final = write(store, connection, *[card.batch(seq) for seq in range(10)])

    assert final.acks == [Ack(FACILITY, AGENT, EPOCH, 9, card.own(9))]
    assert connection.execute(OPEN).fetchall() == []


def test_a_centre_that_lost_batches_goes_on_with_the_next_one(store: Store, connection: Connection, card: Card) -> None:
    """A centre put back to an older backup: 3 to 6 are freed and never come; 7 says so by its `kept`."""
    write(store, connection, *[card.batch(seq) for seq in range(3)])

    assert write(store, connection, card.batch(7, 7)).acks == [Ack(FACILITY, AGENT, EPOCH, 7, card.own(7))]


def test_a_batch_of_an_agent_without_chains_is_compared_by_its_content(store: Store, connection: Connection) -> None:
    """Its ack has the members of protocol 1; another content under its number is in quarantine all the same."""
    first, again = message(0, [reading(START_S)]), message(0, [reading(START_S)], oldest_unacked=0)
    told = write(store, connection, first, again).acks

    assert told == [Ack(FACILITY, AGENT, EPOCH, 0)]
    assert write(store, connection, message(0, [reading(START_S, 1.5)])).acks[0].differs == 0
    assert [row[0] for row in connection.execute(OPEN)] == ["content-differs"]


def test_a_broken_batch_is_known_too(store: Store, connection: Connection, card: Card) -> None:
    """A batch that cannot be read has a place and a number; the next one follows on it."""
    broken = card.batch(0).replace(b'"q":2', b'"q":7')
    write(store, connection, broken)

    assert write(store, connection, card.batch(1)).acks == [Ack(FACILITY, AGENT, EPOCH, 1, card.own(1))]


class Centre:
    """Ingest's rules on pages in memory: what it stored, and the acks that are on their way."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str, str], LedgerEntry] = {}
        self.links: Links = {}
        self.stored: set[int] = set()
        self.refused: set[int] = set()

    def take(self, payloads: Sequence[bytes]) -> list[bytes]:
        """Take a group; return its acks."""
        arrivals = [decode(Delivery(topics.batch(FACILITY, AGENT), one, time.time(), _nothing)) for one in payloads]
        for key in entry.keys(arrivals):
            self.pages.setdefault(key, LedgerEntry())
        chains = Chains(sections(arrivals), self.links)
        ahead = entry.runs(arrivals, 3600.0)
        fresh = entry.enter(arrivals, self.pages, chains, 3600.0, ahead)
        for one in fresh:
            (key, seq), link = place_of(one), link_of(one)
            self.links.setdefault(key, {})[seq] = link
        self.stored |= _values(fresh)
        self.refused |= _values(chains.differing)
        differs = {one.head.epoch: one.head.seq for one in chains.differing if one.head}
        return [
            self.ack(epoch, differs.get(epoch)) for epoch in sorted({one.head.epoch for one in arrivals if one.head})
        ]

    def ack(self, epoch: str, differs: int | None = None) -> bytes:
        key = (FACILITY, f"_edge/{AGENT}", epoch)
        through = self.pages[key].through
        link = self.links.get(key, {}).get(through)
        return batch_ack.encode(BatchAck(epoch, through, None if link is None else link.own, differs))


def _values(arrivals: Sequence[Arrival]) -> set[int]:
    return {found.seq for one in arrivals if one.batch for found in one.batch.packs}


def _nothing() -> None:
    return None


def _body(number: int) -> bytes:
    one = PackRecord("n07", START_S * 1000, "0badcafe", number, 0, status="stored", dropped=None, at_s=START_S, late=0)
    return batch.encode(Batch(FACILITY, AGENT, EPOCH, 0, 0, packs=[one]))


@pytest.mark.parametrize("seed", range(12))
def test_no_walk_loses_what_the_card_in_use_has_written(tmp_path: Path, seed: int) -> None:
    """Batches and acks are lost, repeated, late and out of order; images are made and put back. In the end the centre
    has all that the card in use ever wrote, its time before the image included. Buffer, forwarder and rules of ingest
    are the real ones."""
    chance, centre, now_s = random.Random(seed), Centre(), 0.0
    number, history, image, restores = 0, set[int](), set[int](), 0
    buffer, lines = Buffer(tmp_path / "0.sqlite", 100_000_000), list[str]()
    flying: list[bytes] = []
    acks: list[bytes] = []

    def publish(topic: str, payload: bytes, qos: int, retain: bool) -> bool:
        flying.append(payload)
        return True

    def forwarder() -> Forwarder:
        budget = Budget(None, buffer, lambda: 1)
        log = lambda level, event, **_: lines.append(event)  # noqa: E731
        return Forwarder(FACILITY, AGENT, buffer, publish, log, resend_after_s=5.0, budget=budget, now_ms=lambda: 1)

    uplink, session = forwarder(), 1
    shutil.copy(tmp_path / "0.sqlite", tmp_path / "image.sqlite")

    def step(write: float, lose: float) -> None:
        nonlocal number, now_s
        now_s += 1.0
        if chance.random() < write:
            count = chance.choice([1, 1, 1, 5, 70])
            buffer.commit(GroupCommit(batches=tuple(_body(number + at) for at in range(count))))
            history.update(range(number, number + count))
            number += count
        uplink.free(now_s)
        uplink.send(session, True, now_s)
        chance.shuffle(flying) if chance.random() < 0.3 else None
        taken = [flying.pop(0) for _ in range(min(len(flying), chance.randrange(30)))]
        taken = [one for one in taken if chance.random() >= lose]
        if taken:
            acks.extend(centre.take(taken + taken[: chance.randrange(2)]))
        while acks and chance.random() < 0.7:
            one = acks.pop(0)
            if chance.random() >= lose:
                uplink.heard(one)

    for at in range(250):
        step(0.4, 0.1)
        if chance.random() < 0.03:
            buffer.close()
            shutil.copy(tmp_path / f"{restores}.sqlite", tmp_path / "image.sqlite")
            buffer, image = Buffer(tmp_path / f"{restores}.sqlite", 100_000_000), set(history)
            uplink, session = forwarder(), session + 1
        elif chance.random() < 0.03:
            buffer.close()
            restores += 1
            shutil.copy(tmp_path / "image.sqlite", tmp_path / f"{restores}.sqlite")
            buffer, history = Buffer(tmp_path / f"{restores}.sqlite", 100_000_000), set(image)
            number += 1000 * at  # what it writes from now on is other data
            uplink, session = forwarder(), session + 1
    for _ in range(3000):
        if buffer.next_seq == buffer.oldest_unacked and history <= centre.stored:
            break
        step(0.0, 0.0)

    assert restores > 1 and buffer.next_seq == buffer.oldest_unacked
    assert history - centre.stored == set(), "lost"
