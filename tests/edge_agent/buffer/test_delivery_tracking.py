"""Delivery tracking: new, repeated, replaced and conflicting packs, also across a restart."""

from pathlib import Path

import pytest

from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.buffer.delivery_tracking import DeliveryTracking, newest_acks
from edge_agent.receive.acks import Ack
from edge_agent.receive.unpack import PackRules, Unpacked, unpack
from tests.edge_agent.world import EPOCH, RECEIVED_MS, T0_S, clock_at, delivery, facility, pack_bytes
from wire import BadPack

RULES = PackRules(facility(), 0, clock_at(lambda: RECEIVED_MS))
LIMIT_BYTES = 10_000_000


def pack(seq: int, value: float = 1.0, oldest_unacked: int = 0, void: bool = False, time_s: int = T0_S) -> Unpacked:
    extra = ({"n": "void", "vs": "crc"},) if void else ()
    readings: dict[str, float | str] = {} if void else {"vw1.frequency": value}
    return unpack(
        delivery(
            pack_bytes(seq, readings, oldest_unacked=oldest_unacked, time_s=None if void else time_s, extra=extra)
        ),
        RULES,
    )


@pytest.fixture
def buffer(tmp_path: Path) -> Buffer:
    return Buffer(tmp_path / "buffer.sqlite", LIMIT_BYTES)


def settle(tracking: DeliveryTracking, buffer: Buffer) -> tuple[Ack, ...]:
    settled = tracking.settle()
    buffer.commit(GroupCommit(sequence_states=settled.sequence_states, crcs=settled.crcs, repeats=settled.repeats))
    return settled.acks


def test_a_repeat_is_counted_and_acked_again(buffer: Buffer) -> None:
    """It is not stored a second time, not even by an agent that was restarted in between."""
    first = DeliveryTracking(buffer)
    assert first.enter(pack(0))
    settle(first, buffer)
    restarted = DeliveryTracking(buffer)

    assert not restarted.enter(pack(0))
    assert settle(restarted, buffer) == (Ack("n07", EPOCH, 0, T0_S),)
    assert buffer.repeats("n07") == 1


def test_a_gap_stops_the_ack_until_kept_passes_it(buffer: Buffer) -> None:
    """A pack that is missing is waited for; one that the node dropped is not (wire.md section 4)."""
    tracking = DeliveryTracking(buffer)
    tracking.enter(pack(0))
    tracking.enter(pack(2))
    assert settle(tracking, buffer) == (Ack("n07", EPOCH, 0, T0_S),)

    tracking.enter(pack(3, oldest_unacked=2))

    assert settle(tracking, buffer) == (Ack("n07", EPOCH, 3, T0_S),)


def test_a_real_pack_replaces_a_void_one(buffer: Buffer) -> None:
    """But a void pack never replaces a real one, and is no conflict with it."""
    tracking = DeliveryTracking(buffer)

    assert tracking.enter(pack(0, void=True))
    assert tracking.enter(pack(0))
    assert not tracking.enter(pack(0, void=True))


def test_the_same_seq_with_other_content_is_told_once(buffer: Buffer) -> None:
    """The first stays; the second is a conflict, also after a restart, but not with each further repeat."""
    tracking = DeliveryTracking(buffer)
    tracking.enter(pack(0, value=1.0))
    settle(tracking, buffer)
    restarted = DeliveryTracking(buffer)

    with pytest.raises(BadPack, match="content-differs"):
        restarted.enter(pack(0, value=2.0))
    assert not restarted.enter(pack(0, value=2.0))


def test_the_newest_sequence_state_of_each_node_is_acked_after_a_connect(buffer: Buffer) -> None:
    """An outbox made anew is a new epoch; the old one's ack would mean nothing to the node."""
    tracking = DeliveryTracking(buffer)
    tracking.enter(pack(0))
    settle(tracking, buffer)
    other = unpack(delivery(pack_bytes(5, {"vw1.frequency": 1.0}, oldest_unacked=5, epoch="00000001")), RULES)
    tracking.enter(other)
    settle(tracking, buffer)

    assert newest_acks(buffer) == [Ack("n07", "00000001", 5, T0_S)]


def test_an_ack_names_the_time_of_the_pack_that_was_stored_first(buffer: Buffer) -> None:
    """Also after a restart; another pack under its number changes nothing."""
    tracking = DeliveryTracking(buffer)
    tracking.enter(pack(0))
    tracking.enter(pack(1, time_s=T0_S + 60))
    settle(tracking, buffer)
    restarted = DeliveryTracking(buffer)
    with pytest.raises(BadPack, match="content-differs"):
        restarted.enter(pack(1, value=2.0, time_s=T0_S + 90))

    told = settle(restarted, buffer)

    assert list(told) == newest_acks(buffer) == [Ack("n07", EPOCH, 1, T0_S + 60)]


def test_the_same_readings_of_another_time_are_no_repeat(buffer: Buffer) -> None:
    """A steady instrument of a node that was put back to an older image measures the same again; that is not lost."""
    tracking = DeliveryTracking(buffer)
    tracking.enter(pack(0))
    settle(tracking, buffer)

    with pytest.raises(BadPack, match="content-differs"):
        tracking.enter(pack(0, time_s=T0_S + 90))
