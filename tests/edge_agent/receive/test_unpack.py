"""Unpacking: what may be stored, what is refused, and that no bytes whatever raise."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.receive.unpack import PackHead, PackRules, Unpacked, unpack
from tests.edge_agent.world import EPOCH, RECEIVED_MS, T0_S, clock_at, delivery, facility, pack_bytes

EARLIEST_MS = 1_556_665_200_000  # 2019-05-01 in Lisbon
RULES = PackRules(facility(), EARLIEST_MS, clock_at(lambda: RECEIVED_MS))


def unpacked(payload: bytes, node: str = "n07") -> Unpacked:
    return unpack(delivery(payload, node), RULES)


def test_a_good_pack_gives_its_records() -> None:
    """Head, time and readings, missing ones with their reason."""
    found = unpacked(pack_bytes(7, {"vw1.frequency": 2831.4, "vw1.thermistor": "missing:timeout"}, oldest_unacked=3))

    assert (found.head, found.fault, found.refused) == (PackHead(EPOCH, 7, 3), None, ())
    assert [(r.name, r.value, r.missing) for r in found.records] == [
        ("vw1.frequency", 2831.4, None),
        ("vw1.thermistor", None, "timeout"),
    ]
    assert found.records[0].time_ms == T0_S * 1000


@pytest.mark.parametrize(
    ("payload", "reason", "field"),
    [
        (pack_bytes(1, {"vw1.frequency": 1.0}, node="n02"), "wrong-topic", "bn"),
        (pack_bytes(1, {"vw1.frequency": 1.0}, time_s=3600), "relative-time", "bt"),
        (pack_bytes(1, {"vw1.frequency": 1.0}, time_s=1_000_000_000), "before-facility", "bt"),
        (pack_bytes(1, {"vw1.frequency": 1.0}, time_s=T0_S + 90_000), "clock-ahead", "bt"),
        (
            pack_bytes(
                1, {"vw1.frequency": 1.0}, time_s=None, extra=({"n": "boot", "v": 2}, {"n": "uptime", "v": 9.5})
            ),
            "no-time",
            "bt",
        ),
        (pack_bytes(1, {"vw1.frequency": 1.0})[:-3], "truncated", "payload"),
    ],
)
def test_a_pack_that_is_refused_whole_still_has_its_head(payload: bytes, reason: str, field: str) -> None:
    """So it counts as received, and the ack goes on."""
    found = unpacked(payload)

    assert found.fault is not None
    assert (found.fault.reason, found.fault.field) == (reason, field)
    assert found.head == PackHead(EPOCH, 1, 0)
    assert found.records == ()


@pytest.mark.parametrize(
    ("name", "unit", "reason"),
    [
        ("vw9.frequency", None, "unknown-datastream"),
        ("vw1.pressure", None, "unknown-datastream"),
        ("vw1.thermistor", "V", "unit-mismatch"),
    ],
)
def test_a_single_bad_record_does_not_take_the_others_along(name: str, unit: str | None, reason: str) -> None:
    """The datastream is not there, is derived, or has another unit: only that reading goes to quarantine."""
    bad = {"n": name, "v": 3.0} | ({"u": unit} if unit else {})

    found = unpacked(pack_bytes(1, {"vw1.frequency": 2831.4}, extra=(bad,)))

    assert [record.name for record in found.records] == ["vw1.frequency"]
    assert [(record.reason, record.field) for record in found.refused] == [(reason, name)]
    assert json.loads(found.refused[0].raw)["value"] == 3.0


def test_the_unit_may_be_spelled_as_senml_or_ucum() -> None:
    """Ohm is the same in both; a record without a unit has that of facility.toml."""
    found = unpacked(pack_bytes(1, {"vw1.frequency": 1.0}, extra=({"n": "vw1.thermistor", "u": "Ohm", "v": 4821},)))

    assert len(found.records) == 2


def test_a_pack_that_was_too_long_is_told_so() -> None:
    """The receiver cuts it at 8,192 bytes; that must not read as a truncated pack."""
    whole = delivery(pack_bytes(1, {"vw1.frequency": 1.0})[:60])
    cut = type(whole)(whole.node, whole.payload, 1_000_000, whole.content_type, RECEIVED_MS, whole.acknowledge)

    assert getattr(unpack(cut, RULES).fault, "reason", None) == "too-long"


def test_a_repeat_has_the_same_checksum_whatever_its_time_and_kept() -> None:
    """Both may change between two sendings of one pack (wire.md section 4, rule 1); a value may not."""
    first = unpacked(pack_bytes(5, {"vw1.frequency": 2831.4}))
    again = unpacked(pack_bytes(5, {"vw1.frequency": 2831.4}, oldest_unacked=4, time_s=T0_S + 1))
    other = unpacked(pack_bytes(5, {"vw1.frequency": 2831.5}))

    assert first.crc == again.crc
    assert first.crc != other.crc


@given(st.binary(max_size=300) | st.integers(0, 200).map(lambda cut: pack_bytes(1, {"vw1.frequency": 1.0})[:cut]))
def test_any_bytes_give_a_verdict(payload: bytes) -> None:
    """Nothing that a sender may write stops the worker."""
    found = unpacked(payload)

    assert found.fault is not None or found.head is not None


def test_a_gateway_without_a_clock_judges_no_pack() -> None:
    """Before the facility existed its own clock is certainly wrong: the pack is kept, and nobody guesses its time."""
    lost = clock_at(lambda: 1000)
    lost.begin(EARLIEST_MS, 0)
    found = unpack(delivery(pack_bytes(1, {"vw1.frequency": 1.0})), PackRules(facility(), EARLIEST_MS, lost))

    assert found.fault is not None and found.fault.reason == "gateway-clock"
    assert (found.head, found.records) == (PackHead(EPOCH, 1, 0), ())


@pytest.mark.parametrize(("ahead_s", "reason"), [(300, None), (301, "clock-ahead")])
def test_a_clock_may_be_ahead_by_five_minutes(ahead_s: int, reason: str | None) -> None:
    """What is dated further ahead would stand as the newest before everything real (the limit of wire.limits)."""
    found = unpacked(pack_bytes(1, {"vw1.frequency": 1.0}, time_s=RECEIVED_MS // 1000 + ahead_s))

    assert (found.fault and found.fault.reason) == reason
