"""Tests of decoding: whatever the broker hands out becomes an arrival."""

import gc
import tracemalloc
import zlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.receive.decode import decode, refuse
from ingest.values import Arrival, Delivery
from tests.ingest.batches import EPOCH, START_S, arrival, delivery, message, reading
from wire.limits import MAX_BATCH_BYTES

GOOD = message(7, [reading(START_S)], oldest_unacked=3)
IN_CBOR = message(7, [reading(START_S)], oldest_unacked=3, is_cbor=True)


def numbers(found: Arrival) -> tuple[str, int, int] | None:
    """Epoch, seq and oldest unacked of a head."""
    return None if found.head is None else (found.head.epoch, found.head.seq, found.head.oldest_unacked)


LONG_B: Final = 20_000
PLACES: Final = {
    "a name": (b"n07:vw1.frequency", b"n07:%s.frequency"),
    "a unit": (b'"v":2831.4', b'"u":"%s","v":2831.4'),
    "tests": (b'"q":2', b'"q":3,"qt":"%s"'),
    "a base": (b'"vale:"', b'"%s:"'),
    "an epoch": (b'"vs":"' + EPOCH.encode(), b'"vs":"%s'),
    "no batch": (b"[", b"x%s"),
    "too much": (b"[", b"[" + b" " * MAX_BATCH_BYTES + b"%s"),
}
"""Where a batch has a long text, and what stands there instead."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("topic", ["tw/1/vale/_edge/gw1/batch", "tw/1/vale"])
def test_what_is_refused_is_kept_by_nobody(place: str, topic: str) -> None:
    """A gateway that sends long texts for ever fills no memory: none stays known, or in what an error leaves behind."""
    usual, long = PLACES[place]
    sent = [GOOD.replace(usual, long % (b"%06d" % number + b"a" * LONG_B), 1) for number in range(5)]
    assert all(decode(Delivery(topic, one, START_S, print)).batch is None for one in sent[:2])
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for one in sent[2:]:
            decode(Delivery(topic, one, START_S, print))
        kept_b, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()

    assert kept_b < LONG_B


def test_a_batch_is_an_arrival_of_its_sender() -> None:
    """Sender, place in the sequence and rows are those of topic and content."""
    found = arrival(GOOD)

    assert (found.facility, found.sender, numbers(found)) == ("vale", "_edge/gw1", (EPOCH, 7, 3))
    assert (found.row_count, found.refused) == (1, ())


@pytest.mark.parametrize(
    ("payload", "reason", "head"),
    [
        (b"", "empty", None),
        (b"not json", "not-json", None),
        (GOOD[:-10], "truncated", (EPOCH, 7, 3)),
        (GOOD.replace(b"1764000000", b"60"), "relative-time", (EPOCH, 7, 3)),
        (GOOD.replace(b'"vale:"', b'"other:"'), "wrong-topic", (EPOCH, 7, 3)),
        (GOOD.replace(b"_edge.gw1", b"_edge.gw2"), "wrong-topic", (EPOCH, 7, 3)),
        (GOOD.replace(b'kept","v":3', b'kept","v":8'), "kept-above-seq", None),
        (zlib.compress(GOOD)[:-4], "truncated", (EPOCH, 7, 3)),
        (zlib.compress(GOOD[:-1] + b" " * 10_000_000), "too-long", (EPOCH, 7, 3)),
        (zlib.compress(GOOD.replace(b'"vale:"', b'"other:"')), "wrong-topic", (EPOCH, 7, 3)),
        (b"xyz", "not-zlib", None),
        (IN_CBOR[:-10], "truncated", (EPOCH, 7, 3)),
        (zlib.compress(IN_CBOR + b" "), "trailing", (EPOCH, 7, 3)),
        (IN_CBOR.replace(b'"vale:"', b'"dale:"'), "wrong-topic", (EPOCH, 7, 3)),
        (IN_CBOR[:1], "truncated", None),
        (IN_CBOR.replace(b"\xd8\x56", b"\xd8\x52"), "typed-array", (EPOCH, 7, 3)),
    ],
)
def test_what_is_no_batch_is_kept_whole(payload: bytes, reason: str, head: tuple[str, int, int] | None) -> None:
    """A bad batch keeps its bytes and its reason, and its place in the sequence when that can be read."""
    found = arrival(payload)

    assert (found.batch, numbers(found), found.sender) == (None, head, "_edge/gw1")
    assert [(one.reason, one.raw, one.stage) for one in found.refused] == [(reason, payload, "ingest")]


def test_a_topic_out_of_the_table_is_nobodys() -> None:
    """A topic that no access list lets through belongs to no facility and raises nothing."""
    found = decode(Delivery("tw/1/VALE/_edge/gw1/batch", GOOD, 0.0, lambda: None))

    assert (found.facility, found.refused[0].reason) == ("?", "topic")


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_any_bytes_are_an_arrival(noise: bytes, at: int) -> None:
    """Noise anywhere in a batch never raises: it is a batch, or it is refused with a reason."""
    found = decode(delivery(GOOD[:at] + noise + GOOD[at:]))

    assert (found.batch is None) == bool(found.refused)


def test_refusing_keeps_the_place() -> None:
    """A good batch that the database will not have keeps head and bytes."""
    found = refuse(arrival(GOOD), GOOD, "not-storable", "", "fix")

    assert (numbers(found), found.batch, found.refused[0].raw) == ((EPOCH, 7, 3), None, GOOD)
    assert (found.refused[0].epoch, found.refused[0].seq) == (EPOCH, 7)
