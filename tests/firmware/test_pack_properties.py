"""Packs of a node against the reference decoder of the wire, for any readings, faults and times."""

import math
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from codec import units
from codec.pack import decode
from firmware.node import pack
from firmware.node.clock import Clock
from firmware.node.outbox import Outbox
from firmware.node.pack import Reading
from wire import topics
from wire.names import RESERVED

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}\.[a-z0-9][a-z0-9-]{0,31}", fullmatch=True).filter(
    lambda name: not name.startswith("fault.")
)
VALUES = st.none() | st.floats() | st.integers(-(2**31), 2**31)
FAULTS = st.lists(
    st.tuples(st.sampled_from(["vw1", "clock"]), st.text(max_size=200)), max_size=2, unique_by=lambda f: f[0]
)


def outbox(oldest_unacked: int, dropped: int) -> Outbox:
    with tempfile.TemporaryDirectory() as folder:
        box = Outbox(folder)
    box.oldest_unacked, box.dropped = oldest_unacked, dropped
    return box


@settings(deadline=None)
@given(
    st.lists(st.tuples(NAMES, VALUES, st.text(max_size=10)), max_size=40, unique_by=lambda reading: reading[0]),
    FAULTS,
    st.integers(1735689600000, 4102444800000),
    st.integers(0, 1000),
)
def test_the_reference_reads_what_the_node_writes(
    given_readings: list[tuple[str, float | None, str]],
    faults: list[tuple[str, str]],
    time_ms: int,
    oldest_unacked: int,
) -> None:
    """Every pack is valid; names, times and values (to nine digits) come back; what is no number is missing."""
    readings = [Reading(name, value, "Hz", reason) for name, value, reason in given_readings]
    stored = bytes(pack.body(pack.UNIX, 1, time_ms, readings, faults))

    found = decode(
        b"".join(pack.dress(stored, "vale:n07:", 2000, outbox(oldest_unacked, oldest_unacked), Clock(1, {})))
    )

    records = [record for record in found.records if record.text is None]
    assert [record.name for record in records] == [name for name, _, _ in given_readings]
    for record, (_, value, _) in zip(records, given_readings, strict=True):
        assert record.time_ms == time_ms
        if value is None or not math.isfinite(value):
            assert record.missing
        else:
            assert record.value is not None
            assert math.isclose(record.value, value, rel_tol=1e-8, abs_tol=1e-300)


def test_void_packs_are_valid() -> None:
    """As the reference reads them."""
    found = decode(b"".join(pack.void("crc", "vale:n07:", 7, outbox(3, 0))))

    assert (found.void, found.seq, found.oldest_unacked) == ("crc", 7, 3)


def test_node_and_wire_agree() -> None:
    """The node's short lists are part of the contract's long ones."""
    assert all(units.is_unit(unit) for unit in pack._REGISTERED)
    assert "boot" in RESERVED
    assert topics.obs("vale", "n07") == "tw/1/vale/n07/obs"
