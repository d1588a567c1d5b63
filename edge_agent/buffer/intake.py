"""Intake: the deliveries of one group become one change to the buffer and the acks that it makes true.

A pack that its sequence state has already is counted, not stored again, and its ack is repeated; a refused one counts
as received, so that the ack goes on. Observations of all packs of a group are derived together, as arrays.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from codec import batch
from edge_agent.alarm.memory import AlarmRow
from edge_agent.buffer.batches import BatchItems, Encode, bodies
from edge_agent.buffer.buffer import GroupCommit, LatestRow, UplinkRow
from edge_agent.buffer.delivery_tracking import DeliveryTracking
from edge_agent.process.derive import DerivedGroup, Judged
from edge_agent.process.raw_rows import RawRows
from edge_agent.receive.acks import Ack
from edge_agent.receive.unpack import FAULT, Unpacked, quarantined, quarantined_record
from edge_agent.values import (
    Delivery,
    FilePosition,
    PackDelivery,
    Reading,
    ReadingsDelivery,
    RefusedReading,
    RefusedRow,
    RowsDelivery,
)
from runtime.log import Log
from tailings.facility import Facility
from tailings.series import Series
from wire import BadPack, limits

LATE_INTERVALS: Final = 2  # a reading that took longer than so many expected intervals came out of an outbox
MAX_FAULTS: Final = 1000
MS_PER_S: Final = 1000

Derive = Callable[[Mapping[str, Series]], DerivedGroup]
Watch = Callable[[Sequence[Judged], Sequence[Judged], int], tuple[list[Judged], tuple[AlarmRow, ...]]]
Unpack = Callable[[PackDelivery], Unpacked | None]


class CheckTimes(Protocol):
    """Raises BadPack for times [Unix ms] of a node that cannot be right (`edge_agent.receive.unpack.Rules`)."""

    def __call__(
        self, node: str, first_ms: int, last_ms: int, received_ms: int, *, is_dated_here: bool = False
    ) -> None: ...


class Intake:
    """Turns groups into changes; the caller commits each before it asks for the next."""

    def __init__(
        self,
        facility: Facility,
        agent: str,
        tracking: DeliveryTracking,
        unpack: Unpack,
        check_times: CheckTimes,
        derive: Derive,
        now_ms: Callable[[], int],
        log: Log,
        watch: Watch,
        encode: Encode = batch.encode,
    ) -> None:
        self._facility, self._agent = facility.id, agent
        self._late_ms = {
            name: round(node.expected_interval_s * LATE_INTERVALS * MS_PER_S) for name, node in facility.nodes.items()
        }
        self._faults: dict[tuple[str, str], str] = {}
        self._tracking, self._unpack, self._check_times = tracking, unpack, check_times
        self._derive, self._now_ms, self._log, self._watch = derive, now_ms, log, watch
        self._encode = encode

    def change(self, deliveries: Iterable[Delivery]) -> tuple[GroupCommit, tuple[Ack, ...]]:
        """What must be stored for these deliveries, and the acks to publish once it is."""
        group = _Group()
        for delivery in deliveries:
            if isinstance(delivery, PackDelivery):
                if (pack := self._unpack(delivery)) is not None:
                    self._take_pack(group, pack)
            elif isinstance(delivery, RowsDelivery):
                _take_rows(group, delivery)
            else:
                self._take_readings(group, delivery)
        now_ms = self._now_ms()
        derived = self._derive(group.raw.series())
        levels, alarms = self._watch(derived.judged, derived.verdicts, now_ms)
        judged = [*derived.judged, *levels]
        settled = self._tracking.settle()
        cargo = BatchItems(
            judged,
            group.raw.reasons,
            group.packs,
            settled.repeats,
            group.quarantine,
            faults=group.faults,
            verdicts=derived.verdicts,
        )
        change = GroupCommit(
            batches=bodies(cargo, self._facility, self._agent, self._encode),
            sequence_states=settled.sequence_states,
            crcs=settled.crcs,
            repeats=settled.repeats,
            quarantined=dict(Counter((record.node, record.reason) for record in group.quarantine)),
            recent=derived.recent,
            positions=tuple(group.positions),
            uplinks=tuple(group.uplinks),
            latest=tuple(_latest(one, group.raw.reasons) for one in judged if len(one.series)),
            alarms=alarms,
            at_ms=now_ms,
        )
        return change, settled.acks

    def _take_pack(self, group: "_Group", pack: Unpacked) -> None:
        fault, is_new, is_counted = pack.fault, pack.head is None, False
        if pack.head is not None:
            try:
                is_new = is_counted = self._tracking.enter(pack)
            except BadPack as error:
                fault, is_new = error, True
        if not is_new:
            return
        if fault is not None:
            group.quarantine.append(quarantined(pack.delivery, fault, pack.head))
        else:
            group.quarantine.extend(pack.refused)
        if is_counted:
            late = self._take_records(group, pack)
            group.packs.append(_pack_record(pack, late))

    def _take_records(self, group: "_Group", pack: Unpacked) -> int:
        """Add the readings of a pack; returns how many were late."""
        node, received_ms, late = pack.delivery.node, pack.delivery.received_ms, 0
        for record in pack.records:
            if record.time_ms is None:
                continue
            if record.text is not None:
                self._take_fault(group, node, record.name, record.time_ms, record.text)
                continue
            late += received_ms - record.time_ms > self._late_ms[node]
            if not group.raw.add(f"{node}:{record.name}", record.time_ms, record.value, record.missing):
                error = BadPack(record.name, "conflict", str(record.time_ms))
                group.quarantine.append(quarantined_record(pack.delivery, pack.head, record, error))
        return late

    def _take_readings(self, group: "_Group", delivery: ReadingsDelivery) -> None:
        """Readings without a pack: what the times or two values of one instant contradict goes to quarantine."""
        refused = list(delivery.refused)
        for reading in delivery.readings:
            try:
                self._check(reading, delivery)
                _add_reading(group, reading)
            except BadPack as error:
                raw = msgspec.json.encode(reading)
                refused.append(RefusedReading(error.reason, error.field, error.fix, raw))
        for instrument, text in delivery.faults:
            self._take_fault(group, delivery.node, FAULT + instrument, delivery.received_ms, text)
        group.quarantine.extend(_refused_reading(one, delivery) for one in refused)
        if delivery.uplink is not None:
            group.uplinks.append(UplinkRow(delivery.node, delivery.uplink))

    def _check(self, reading: Reading, delivery: ReadingsDelivery) -> None:
        at_ms, received_ms = reading.time_ms, delivery.received_ms
        self._check_times(delivery.node, at_ms, at_ms, received_ms, is_dated_here=delivery.is_dated_here)

    def _take_fault(self, group: "_Group", node: str, name: str, time_ms: int, text: str) -> None:
        """Forward a fault of an instrument; log it when it is another than the last one."""
        group.faults.append(batch.FaultRecord(f"{node}:{name}", time_ms, text))
        if self._faults.get((node, name)) != text:
            if len(self._faults) >= MAX_FAULTS:
                self._faults.clear()
            self._faults[node, name] = text
            self._log("WARNING", "node-fault", node=node, instrument=name.removeprefix(FAULT), text=text)


class _Group:
    """What is collected from the deliveries of one group."""

    def __init__(self) -> None:
        self.raw = RawRows()
        self.packs: list[batch.PackRecord] = []
        self.quarantine: list[batch.QuarantineRecord] = []
        self.faults: list[batch.FaultRecord] = []
        self.positions: list[FilePosition] = []
        self.uplinks: list[UplinkRow] = []


def _latest(judged: Judged, reasons: Mapping[tuple[str, int], str]) -> LatestRow:
    series, name = judged.series, judged.datastream.name
    time_ms, value = int(series.time_ms[-1]), float(series.value[-1])
    why = judged.tests[-1] or reasons.get((name, time_ms))
    return LatestRow(name, time_ms, None if value != value else value, int(series.quality[-1]), why)


def _take_rows(group: _Group, delivery: RowsDelivery) -> None:
    for name, (times_ms, values) in delivery.columns.items():
        group.raw.add_column(name, times_ms, values)
    group.quarantine.extend(_refused_row(row, delivery) for row in delivery.refused)
    group.positions.append(delivery.position)


def _add_reading(group: _Group, reading: Reading) -> None:
    if not group.raw.add(reading.name, reading.time_ms, reading.value, reading.missing):
        raise BadPack(reading.name, "conflict", str(reading.time_ms))


def _refused_row(row: RefusedRow, delivery: RowsDelivery) -> batch.QuarantineRecord:
    raw = row.text.encode()
    field = f"line {row.line}, {row.field}"
    return batch.QuarantineRecord(
        delivery.node, delivery.received_ms, raw, row.reason, field, fix=row.fix, bytes=len(raw), epoch=None, seq=None
    )


def _refused_reading(one: RefusedReading, delivery: ReadingsDelivery) -> batch.QuarantineRecord:
    raw = one.raw[: limits.MAX_QUARANTINE_BYTES]
    return batch.QuarantineRecord(
        delivery.node,
        delivery.received_ms,
        raw,
        one.reason,
        one.field,
        fix=one.fix,
        bytes=len(one.raw),
        epoch=None,
        seq=None,
    )


def _pack_record(pack: Unpacked, late: int) -> batch.PackRecord:
    if pack.head is None:
        raise ValueError("a pack without a head has no record")
    status = batch.QUARANTINED if pack.fault is not None else batch.VOID if pack.is_void else batch.STORED
    head, delivery = pack.head, pack.delivery
    return batch.PackRecord(
        delivery.node,
        delivery.received_ms,
        head.epoch,
        head.seq,
        head.oldest_unacked,
        status=status,
        dropped=pack.dropped,
        at_s=pack.time_s,
        late=late,
    )
