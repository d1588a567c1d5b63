"""Tests of the ledger's rows: locked, written back, and equal to the pages."""

import random
import threading
from datetime import UTC, date, datetime

import psycopg

from codec.batch import PackRecord
from ingest.store import Store, ledger
from ingest.values import Ack, Connection
from tests.ingest.batches import AGENT, EPOCH, FACILITY, arrival, message, pack
from tests.servers import TestDatabase
from wire.sequence import SequenceState

DAY = date(2025, 11, 25)
NODE = (FACILITY, "n07", "0badcafe")
OTHER = (FACILITY, "n07", "11111111")
SUM = "sent - stored - quarantined - dropped - unreadable - lost - pending"
DAYS = "sum(stored), sum(quarantined), sum(dropped), sum(unreadable), sum(lost), sum(late), sum(duplicate)"


def test_a_page_comes_back_as_it_was_written(connection: Connection) -> None:
    """Sequence state, counters and ack survive from one transaction to the next."""
    with connection.transaction():
        pages = ledger.open_pages(connection, [NODE])
        pages[NODE].receive(3, 1, DAY, is_late=True)
        pages[NODE].receive(3, 1, DAY)
        ledger.write_pages(connection, pages, DAY)
    with connection.transaction():
        page = ledger.open_pages(connection, [NODE])[NODE]

    assert page.sequence_state is not None
    assert page.sequence_state.state()[:4] == [1, 3, 1, [[1, 2]]]
    assert (page.late, page.repeats, page.through) == (1, 1, 0)


def test_two_transactions_take_turns(connection: Connection, vale: TestDatabase) -> None:
    """A sequence state that one process has open is waited for by the other, which then sees what was written."""
    seen: list[int] = []

    def second() -> None:
        with psycopg.connect(vale.conninfo("tailwatch_ingest")) as other:
            seen.append(ledger.open_pages(other, [NODE, OTHER])[NODE].through)

    with connection.transaction():
        pages = ledger.open_pages(connection, [OTHER, NODE])
        waiting = threading.Thread(target=second)
        waiting.start()
        pages[NODE].receive(0, 0, DAY)
        ledger.write_pages(connection, pages, DAY)
        assert seen == []
    waiting.join(60)

    assert seen == [0]


def test_the_ledger_adds_up_after_random_batches(store: Store, connection: Connection) -> None:
    """By epoch the words sum to `sent`; by day they sum to the epoch, all but what is pending."""
    chance = random.Random(3)
    for seq in range(60):
        packs = [
            pack(number, chance.randint(0, number), 1_764_000_000 + 86_400 * chance.randint(0, 3), status)
            for number in (chance.randint(0, 80) for _ in range(5))
            for status in [chance.choice(["stored", "stored", "void", "quarantined"])]
        ]
        with connection.transaction():
            store.write(connection, [arrival(message(chance.randint(0, seq), packs=packs))])

    assert connection.execute(f"SELECT DISTINCT {SUM} FROM ledger_epoch".encode()).fetchall() == [(0,)]
    words = "stored, quarantined, dropped, unreadable, lost, late, duplicate"
    by_epoch = connection.execute(f"SELECT sender, {words} FROM ledger_epoch ORDER BY sender".encode()).fetchall()
    by_day = connection.execute(f"SELECT sender, {DAYS} FROM ledger_day GROUP BY sender ORDER BY sender".encode())
    assert by_day.fetchall() == by_epoch


def test_a_real_loss_is_never_named_dropped(store: Store, connection: Connection) -> None:
    """What a gateway acknowledged and lost with its disk is lost, however much its node had dropped before.

    By hand: 0 to 63 arrive, unacknowledged; the node drops 0 to 99, so 64 to 99 (36) are dropped, and says so with 100.
    101 to 120 are acknowledged by a gateway that dies with them: 20 lost. By totals alone it was 56 dropped, 0 lost.
    """

    def told(seq: int, oldest_unacked: int, dropped: int | None) -> PackRecord:
        return pack(seq, oldest_unacked)._replace(dropped=dropped)

    words = "SELECT sent, stored, dropped, lost, pending FROM ledger_epoch WHERE sender = 'n07'"
    groups = [[told(seq, 0, None) for seq in range(64)], [told(100, 100, 100)], [told(121, 121, 100)]]
    for seq, packs in enumerate(groups):
        arrivals = [arrival(message(seq, packs=packs))]
        with connection.transaction():
            store.write(connection, arrivals, store.prepare(arrivals))

    assert connection.execute(words).fetchall() == [(122, 66, 36, 20, 0)]


def test_the_newest_sequence_state_gives_the_ack(connection: Connection) -> None:
    """Of two epochs of an agent the one begun last is told; sequence states of nodes are not."""
    agent = f"_edge/{AGENT}"
    for key in ((FACILITY, agent, EPOCH), (FACILITY, agent, "22222222"), NODE):
        with connection.transaction():
            pages = ledger.open_pages(connection, [key])
            pages[key].receive(0, 0, datetime.now(UTC).date())
            ledger.write_pages(connection, pages, DAY)

    assert ledger.newest_acks(connection) == [Ack(FACILITY, AGENT, "22222222", 0)]
    assert ledger.newest_epoch(connection, FACILITY, agent) == "22222222"
    assert ledger.newest_epoch(connection, FACILITY, "n99") is None


def test_what_was_settled_before_is_named(connection: Connection) -> None:
    """An epoch first heard of with kept 7 has 7 packs before this ledger, also when ranges were folded later.

    docs/wire.md, "Ack": a sender's kept passes what is acknowledged or dropped. By hand: 7 + stored 3, void 1 and
    missing 1 folded make first 12.
    """
    with connection.transaction():
        pages = ledger.open_pages(connection, [NODE, OTHER])
        pages[NODE].receive(9, 7, DAY)
        pages[OTHER].sequence_state = SequenceState.from_state([12, 20, 15, [], [], 0, [3, 1, 1]])
        ledger.write_pages(connection, pages, DAY)

    words = "SELECT epoch, before_ledger, sent, stored, pending FROM ledger_epoch ORDER BY epoch"
    assert connection.execute(words).fetchall() == [("0badcafe", 7, 3, 1, 2), ("11111111", 7, 14, 12, 0)]

    with connection.transaction():
        pages = ledger.open_pages(connection, [NODE])
        pages[NODE].receive(3, 3, DAY)  # 4, 5 and 6 are still before this ledger, as are 0, 1 and 2
        ledger.write_pages(connection, pages, DAY)
    assert connection.execute(words).fetchone() == ("0badcafe", 6, 4, 2, 2)
