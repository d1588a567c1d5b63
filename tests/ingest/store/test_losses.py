"""Tests of losses: what a gateway may still bring is pending, and what it can bring no more is lost at once."""

from datetime import date

from ingest.store import Store, losses
from ingest.values import Connection
from tests.ingest.batches import arrival, message, pack
from wire import limits

OTHER_EPOCH = "22222222"


def put(store: Store, connection: Connection, payload: bytes, agent: str = "gw1") -> None:
    """Store one batch as ingest does."""
    with connection.transaction():
        stored = store.write(connection, [arrival(payload, agent)])
    store.committed(stored)


def counts(connection: Connection, sender: str = "n07") -> tuple[object, ...]:
    """Stored, pending and lost of a sender, and lost by its days."""
    question = (
        "SELECT sum(stored), sum(pending), sum(lost), (SELECT coalesce(sum(lost), 0) FROM ledger_day d"
        " WHERE d.sender = e.sender) FROM ledger_epoch e WHERE sender = %s GROUP BY sender"
    )
    (row,) = connection.execute(question, (sender,)).fetchall()
    return row


def test_what_a_missing_batch_may_bring_is_pending(store: Store, connection: Connection) -> None:
    """Batch 1 overtakes batch 0: its packs 3 to 5 tell that 0 to 2 are acknowledged, and batch 0 brings them."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(seq, 4) for seq in (4, 5)]))
    meanwhile = counts(connection)
    put(store, connection, message(1, packs=[pack(seq, 1) for seq in (1, 2, 3)]))

    assert meanwhile == (3, 3, 0, 0)
    assert counts(connection) == (6, 0, 0, 0)


def test_a_real_loss_is_told_when_the_gateway_has_no_gap(store: Store, connection: Connection) -> None:
    """Of the packs that were missing the batch brings one: the others are lost, also where it brings none at all."""
    put(store, connection, message(0, packs=[pack(0), pack(0, node="n01")]))
    put(store, connection, message(2, packs=[pack(4, 4), pack(4, 4, node="n01")]))
    meanwhile = counts(connection), counts(connection, "n01")
    put(store, connection, message(1, packs=[pack(1, 1)]))

    assert meanwhile == ((2, 3, 0, 0), (2, 3, 0, 0))
    assert (counts(connection), counts(connection, "n01")) == ((3, 0, 2, 2), (2, 0, 3, 3))


def test_a_loss_without_a_gap_of_the_gateway_is_told_at_once(store: Store, connection: Connection) -> None:
    """Nothing is missing of the gateway: what is missing of the node it never had."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(1, packs=[pack(4, 4)]))

    assert counts(connection) == (2, 0, 3, 3)


def test_a_loss_that_was_told_stays_told(store: Store, connection: Connection) -> None:
    """A later gap of the gateway takes nothing back, and holds only what became missing since."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(1, packs=[pack(4, 4)]))
    put(store, connection, message(3, packs=[pack(7, 7)]))

    assert counts(connection) == (3, 2, 3, 3)


def test_a_gateway_that_begins_another_epoch_decides(store: Store, connection: Connection) -> None:
    """Its buffer is gone with what was missing; another gateway's batches, complete as they are, decide nothing."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(4, 4)]))
    put(store, connection, message(0, packs=[pack(5, 5)], agent="gw2"), agent="gw2")
    meanwhile = counts(connection)
    put(store, connection, message(0, epoch=OTHER_EPOCH))

    assert meanwhile == (3, 3, 0, 0)
    assert counts(connection) == (3, 0, 3, 3)


def test_a_batch_that_its_gateway_has_given_up_decides(store: Store, connection: Connection) -> None:
    """The gateway's kept passes the missing batch: nobody brings it any more."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(4, 4)]))
    put(store, connection, message(3, oldest_unacked=3))

    assert counts(connection) == (2, 0, 3, 3)


def test_a_jump_of_the_gateway_holds_nothing_back(store: Store, connection: Connection) -> None:
    """A broken counter of a gateway leaves no batch that could bring anything, so losses are told."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(limits.MAX_SEQ, packs=[pack(4, 4)]))

    assert counts(connection) == (2, 0, 3, 3)


def test_what_a_retired_gateway_may_still_bring_is_lost(store: Store, connection: Connection) -> None:
    """A person says that it is gone for ever; should it come back after all, what it brings is lost no more."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(4, 4)]))
    with connection.transaction():
        retired = losses.retire(connection, "vale", "gw1", date(2026, 5, 4))
    meanwhile = counts(connection)
    put(store, connection, message(1, packs=[pack(seq, 1) for seq in (1, 2, 3)]))

    assert (retired, meanwhile) == ({"n07": 3}, (2, 0, 3, 3))
    assert counts(connection) == (5, 0, 0, 0)


def test_another_gateway_holds_what_it_held(store: Store, connection: Connection) -> None:
    """Only what the retired one may bring is settled."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(4, 4)]))

    with connection.transaction():
        assert losses.retire(connection, "vale", "gw2", date(2026, 5, 4)) == {}
    assert counts(connection) == (2, 3, 0, 0)


def test_two_gateways_may_bring_it(store: Store, connection: Connection) -> None:
    """A node that changed its gateway: gw1 has batch 1 missing with packs 1 to 3, then gw2 has one missing and brings
    it, without them. They are on the way until gw1 brings them, or is retired."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(4, 4)]))
    for seq, packs in ((0, [pack(5, 5)]), (2, [pack(6, 5)])):
        put(store, connection, message(seq, packs=packs, epoch=OTHER_EPOCH, agent="gw2"), "gw2")
    both = counts(connection)
    put(store, connection, message(1, epoch=OTHER_EPOCH, agent="gw2"), "gw2")
    one = counts(connection)
    put(store, connection, message(1, packs=[pack(1, 1), pack(2, 1)]))

    assert (both, one) == ((4, 3, 0, 0), (4, 3, 0, 0))
    assert counts(connection) == (6, 0, 1, 1)


def test_of_two_gateways_one_is_retired(store: Store, connection: Connection) -> None:
    """gw1 and gw2 may both bring packs 1 to 3; gw1 is retired: gw2 still may, and when it is too they are lost."""
    put(store, connection, message(0, packs=[pack(0)]))
    put(store, connection, message(2, packs=[pack(4, 4)]))
    for seq, packs in ((0, [pack(5, 5)]), (2, [pack(6, 5)])):
        put(store, connection, message(seq, packs=packs, epoch=OTHER_EPOCH, agent="gw2"), "gw2")
    told = []
    for agent in ("gw1", "gw2"):
        with connection.transaction():
            told.append((losses.retire(connection, "vale", agent, date(2026, 5, 4)), counts(connection)))

    assert told == [({}, (4, 3, 0, 0)), ({"n07": 3}, (4, 0, 3, 3))]
