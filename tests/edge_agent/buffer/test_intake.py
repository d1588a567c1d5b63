"""Intake: what becomes of the packs and rows of one group."""

from pathlib import Path

import numpy as np
import pytest

from codec import batch
from edge_agent.buffer.buffer import Buffer
from edge_agent.buffer.delivery_tracking import DeliveryTracking
from edge_agent.buffer.intake import Intake
from edge_agent.process.derive import Derivation
from edge_agent.process.quality import judge
from edge_agent.receive.acks import Ack
from edge_agent.receive.unpack import PackRules, unpack
from edge_agent.values import (
    Delivery,
    FilePosition,
    Reading,
    ReadingsDelivery,
    RefusedRow,
    RowsDelivery,
    UplinkCount,
)
from tests.edge_agent.world import EPOCH, RECEIVED_MS, T0_S, clock_at, decoded, delivery, facility, pack_bytes

VALE = facility()
RULES = PackRules(VALE, 0, clock_at(lambda: RECEIVED_MS))


class Desk:
    """An intake on a buffer of its own; `take` commits and returns what the centre would read."""

    def __init__(self, file: Path) -> None:
        self.buffer = Buffer(file, 100_000_000)
        self.lines: list[str] = []
        derivation = Derivation(VALE, judge, self.buffer.recent)
        self.intake = Intake(
            VALE,
            "gw1",
            DeliveryTracking(self.buffer),
            lambda it: unpack(it, RULES),
            RULES.check_times,
            derive=derivation.run,
            now_ms=lambda: RECEIVED_MS,
            log=self.log,
            watch=lambda judged, verdicts, now_ms: ([], ()),
        )

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(f"{level} {event} {fields}")

    def take(self, *deliveries: Delivery) -> tuple[batch.Batch, tuple[Ack, ...]]:
        change, acks = self.intake.change(deliveries)
        self.buffer.commit(change)
        found = [decoded(body) for body in change.batches]
        assert len(found) == 1
        return found[0], acks


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "buffer.sqlite")


def statuses(found: batch.Batch) -> list[tuple[int, str]]:
    return [(pack.seq, pack.status) for pack in found.packs]


def test_good_and_bad_packs_of_a_group_do_not_touch_each_other(desk: Desk) -> None:
    """The good ones are stored around the bad one, which counts as received: the ack passes it."""
    packs = [pack_bytes(seq, {"vw1.frequency": 2800.0 + seq}, time_s=T0_S + seq) for seq in range(3)]
    packs[1] = packs[1].replace(b'"v":2801', b'"v":#')

    found, acks = desk.take(*map(delivery, packs))

    assert statuses(found) == [(0, "stored"), (1, "quarantined"), (2, "stored")]
    assert acks == (Ack("n07", EPOCH, 2, T0_S + 2),)
    assert [(one.reason, one.seq, one.raw) for one in found.quarantine] == [("not-json", 1, packs[1])]
    assert desk.buffer.quarantine_counts() == {("n07", "not-json"): 1}


def test_what_has_no_head_is_kept_but_moves_no_ack(desk: Desk) -> None:
    """Nobody can say which pack it was."""
    found, acks = desk.take(delivery(b"\x00rubbish"))

    assert (statuses(found), acks) == ([], ())
    assert found.quarantine[0].raw == b"\x00rubbish"
    assert found.quarantine[0].seq is None


def test_a_repeat_in_the_same_group_is_stored_once(desk: Desk) -> None:
    """Two copies of a pack side by side are one pack and one repeat."""
    payload = pack_bytes(0, {"battery.voltage": 3.3})

    found, acks = desk.take(delivery(payload), delivery(payload))

    assert len(found.observations) == 1
    assert found.repeats == [("n07", 1)]
    assert acks == (Ack("n07", EPOCH, 0, T0_S),)


def test_a_conflict_goes_to_quarantine_and_is_not_a_second_pack(desk: Desk) -> None:
    """The same seq with another value: the first stays."""
    desk.take(delivery(pack_bytes(0, {"battery.voltage": 3.3})))

    found, _ = desk.take(delivery(pack_bytes(0, {"battery.voltage": 3.4})))

    assert (found.observations, found.packs, found.repeats) == ([], [], [("n07", 1)])
    assert [one.reason for one in found.quarantine] == ["content-differs"]


def test_two_values_at_one_instant_in_a_group_are_a_conflict(desk: Desk) -> None:
    """Two packs claim the same time: the first value stays, the second is shown to a person."""
    found, _ = desk.take(*(delivery(pack_bytes(seq, {"battery.voltage": 3.0 + seq})) for seq in range(2)))

    assert [row.value for row in found.observations] == [3.0]
    assert [(one.reason, one.seq) for one in found.quarantine] == [("conflict", 1)]


def test_a_void_pack_is_accounted_for(desk: Desk) -> None:
    """The ledger says unreadable, the ack goes on."""
    payload = pack_bytes(0, {}, time_s=None, extra=({"n": "void", "vs": "crc"}, {"n": "dropped", "v": 4}))

    found, acks = desk.take(delivery(payload))

    assert [(pack.status, pack.dropped) for pack in found.packs] == [("void", 4)]
    assert acks == (Ack("n07", EPOCH, 0),)


def test_a_failed_read_is_missing_and_never_a_number(desk: Desk) -> None:
    """NULL with quality 9 and its reason, and so is what would be derived from it."""
    found, _ = desk.take(delivery(pack_bytes(0, {"vw1.frequency": "missing:no-signal"})))

    rows = {row.name: row for row in found.observations}
    assert (rows["n07:vw1.frequency"].value, rows["n07:vw1.frequency"].missing) == (None, "no-signal")
    assert (rows["n07:vw1.pressure"].value, rows["n07:vw1.pressure"].quality) == (None, 9)


def test_readings_out_of_an_outbox_are_counted_as_late(desk: Desk) -> None:
    """More than two expected intervals (of 60 s) on the way."""
    old = RECEIVED_MS // 1000 - 121
    found, _ = desk.take(
        delivery(pack_bytes(0, {"battery.voltage": 3.3}, time_s=old)), delivery(pack_bytes(1, {"battery.voltage": 3.3}))
    )

    assert [pack.late for pack in found.packs] == [1, 0]


def test_a_fault_is_said_once(desk: Desk) -> None:
    """A node repeats it with each pack; the log shows changes."""
    for seq in range(3):
        desk.take(delivery(pack_bytes(seq, {"fault.vw1": "no signal", "battery.voltage": 3.3}, time_s=T0_S + seq)))

    assert len(desk.lines) == 1
    assert "no signal" in desk.lines[0]


def test_a_fault_goes_to_the_centre_with_its_time(desk: Desk) -> None:
    """Who looks at the instrument there sees what the node said, and when."""
    found, _ = desk.take(delivery(pack_bytes(0, {"fault.vw1": "no signal", "battery.voltage": 3.3})))

    assert found.faults == [batch.FaultRecord("n07:fault.vw1", T0_S * 1000, "no signal")]


def readings(*found: Reading, received_ms: int = RECEIVED_MS) -> ReadingsDelivery:
    return ReadingsDelivery("n07", found, received_ms, lambda: None, faults=(("vw1", "no answer"),))


def test_readings_without_a_pack_are_derived_too(desk: Desk) -> None:
    """A polled instrument has no seq: no pack record, no ack, but the same formulas, and its faults go along."""
    found, acks = desk.take(readings(Reading("n07:vw1.frequency", T0_S * 1000, 2831.4)))

    assert {"n07:vw1.frequency", "n07:vw1.pressure", "n07:vw1.level"} == {row.name for row in found.observations}
    assert (found.packs, acks) == ([], ())
    assert found.faults == [batch.FaultRecord("n07:fault.vw1", RECEIVED_MS, "no answer")]


def test_a_reading_with_an_impossible_time_is_shown_to_a_person(desk: Desk) -> None:
    """Nobody can place it, and it is not lost."""
    found, _ = desk.take(readings(Reading("n07:vw1.frequency", RECEIVED_MS + 90_000_000, 2831.4)))

    assert found.observations == []
    assert [one.reason for one in found.quarantine] == ["clock-ahead"]
    assert b"2831.4" in found.quarantine[0].raw


def test_holes_of_a_frame_counter_are_not_received(desk: Desk) -> None:
    """A repeat counts once, a hole by its length, and a join begins a session that counts from 0."""
    for at, (session, count) in enumerate([("a", 5), ("a", 6), ("a", 6), ("a", 9), ("b", 0), ("b", 2)]):
        uplink = UplinkCount("0011", session, count)
        reading = Reading("n07:battery.voltage", T0_S * 1000 + at, 3.3)
        desk.take(ReadingsDelivery("n07", (reading,), RECEIVED_MS, lambda: None, uplink=uplink))

    assert desk.buffer.not_received() == {"n07": 3}


def test_rows_of_a_file_are_derived_and_refused_ones_shown(desk: Desk) -> None:
    """The same formulas as for packs; the line number leads a person to the row."""
    times_ms = T0_S * 1000 + np.arange(3) * 60_000
    refused = RefusedRow(9, "bad-number", "n07:vw1.frequency", "write a number", "2025;x")
    position = FilePosition("csv:x", 100, 9, 3, 1)
    rows = RowsDelivery(
        {"n07:vw1.frequency": (times_ms, np.array([2800.0, np.nan, 2802.0]))},
        (refused,),
        position,
        "n07",
        RECEIVED_MS,
        acknowledge=lambda: None,
    )

    found, acks = desk.take(rows)

    assert sorted({row.name for row in found.observations}) == [
        "n07:vw1.frequency",
        "n07:vw1.level",
        "n07:vw1.pressure",
    ]
    assert [(one.field, one.raw) for one in found.quarantine] == [("line 9, n07:vw1.frequency", b"2025;x")]
    assert (acks, desk.buffer.position("csv:x")) == ((), position)
