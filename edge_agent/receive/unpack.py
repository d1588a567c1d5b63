"""Unpacking: from the bytes of a node to records that may be stored, or to a refusal that names field, reason and fix.

Refused whole: what breaks the wire, another sender's pack, a pack without time, a time that cannot be. Refused record
by record: a datastream that facility.toml does not have at this node, a unit that contradicts it. Bytes and values in,
values out; delivery tracking (sequence states, repeats, acks) is decided by whoever calls.
"""

import json
import zlib
from collections.abc import Callable
from typing import Final

import msgspec

from codec import batch, fast, head, pack
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.values import PackDelivery
from tailings import units
from tailings.facility import Facility
from wire import BadPack, clock

Holds = Callable[[str, int], bool]
FAULT: Final = "fault."
MS_PER_S: Final = 1000


class PackHead(msgspec.Struct, frozen=True):
    """What can be read of a pack even if the rest is broken."""

    epoch: str
    seq: int
    oldest_unacked: int


class Unpacked(msgspec.Struct, frozen=True):
    """One pack taken apart. `fault` refuses it whole; `refused` are single records; `crc` is None when unreadable."""

    delivery: PackDelivery
    head: PackHead | None
    is_void: bool = False
    dropped: int | None = None
    time_s: int | None = None
    crc: int | None = None
    records: tuple[pack.Record, ...] = ()
    refused: tuple[batch.QuarantineRecord, ...] = ()
    fault: BadPack | None = None


class PackRules:
    """What the facility file says a node may send, and which times can be right by the gateway's clock."""

    def __init__(self, facility: Facility, earliest_ms: int, gateway: GatewayClock) -> None:
        self.facility = facility.id
        self.earliest_ms = earliest_ms
        self._gateway = gateway
        self._interval_ms = {name: round(node.expected_interval_s * MS_PER_S) for name, node in facility.nodes.items()}
        self._units = {
            name: units.spellings(stream.unit) for name, stream in facility.datastreams.items() if stream.is_raw
        }

    def check_sender(self, base: str, node: str) -> None:
        """Raises BadPack when the pack names another sender than its topic."""
        if base != f"{self.facility}:{node}:":
            raise BadPack("bn", "wrong-topic", f"{base} on the topic of {node}")

    def check_pack(self, found: pack.Pack, received_ms: int) -> None:
        """Raises BadPack when the pack has no time, or one that cannot be. A void pack has none."""
        if found.void is not None:
            return
        if found.time_s is None:
            raise BadPack("bt", "no-time", f"uptime {found.uptime_s} s of boot {found.boot}")
        times_ms = [record.time_ms for record in found.records if record.time_ms is not None]
        earliest_ms = min(times_ms, default=found.time_s * MS_PER_S)
        latest_ms = max(times_ms, default=found.time_s * MS_PER_S)
        self.check_times(found.node, earliest_ms, latest_ms, received_ms)

    def check_times(
        self, node: str, first_ms: int, last_ms: int, received_ms: int, *, is_dated_here: bool = False
    ) -> None:
        """Raises BadPack for readings [Unix ms] that nobody here can date, before the facility, or ahead of the clock.

        is_dated_here: their times are the gateway's own, not the sender's.
        """
        gateway = self._gateway
        if not is_dated_here:
            gateway.witnesses.hear(node, last_ms, gateway.steady_ms, self._interval_ms.get(node, 0))
        if gateway.is_undated(last_ms) or gateway.gave_wrong_time(node):
            raise BadPack("bt", "gateway-clock", str(last_ms // MS_PER_S))
        if first_ms < self.earliest_ms:
            raise BadPack("bt", "before-facility", str(first_ms // MS_PER_S))
        if last_ms > clock.latest_ms(received_ms):
            raise BadPack("bt", "clock-ahead", str(last_ms // MS_PER_S))

    def check_record(self, node: str, record: pack.Record) -> None:
        """Raises BadPack when facility.toml has no such raw datastream at the node, or another unit for it."""
        allowed = self._units.get(f"{node}:{record.name}")
        if allowed is None:
            raise BadPack(record.name, "unknown-datastream", f"{node}:{record.name}")
        if record.unit is not None and record.unit not in allowed:
            raise BadPack(record.name, "unit-mismatch", f"{record.unit}, facility.toml has {allowed[0]}")


def unpack(delivery: PackDelivery, rules: PackRules, holds: Holds = lambda sender, stated: False) -> Unpacked | None:
    """Take one delivery apart; never raises for what a sender may have written. None: it is held back.

    holds: whether a message of a sender that states this protocol is (`runtime.held_back`).
    """
    sender = f"node {delivery.node}"
    try:
        found = _decode(delivery)
    except BadPack as error:
        if holds(sender, head.stated(delivery.payload, delivery.content_type)):
            return None
        return Unpacked(delivery, _head_of(delivery.payload), fault=error)
    if holds(sender, found.protocol):
        return None
    known = PackHead(found.epoch, found.seq, found.oldest_unacked)
    crc = _content_crc(found)
    fault: BadPack | None = None
    records: tuple[pack.Record, ...] = ()
    refused: tuple[batch.QuarantineRecord, ...] = ()
    try:
        rules.check_sender(found.base, delivery.node)
        rules.check_pack(found, delivery.received_ms)
    except BadPack as error:
        fault = error
    else:
        records, refused = _sorted_out(found, delivery, rules)
    return Unpacked(
        delivery,
        known,
        found.void is not None,
        found.dropped,
        found.time_s,
        crc=crc,
        records=records,
        refused=refused,
        fault=fault,
    )


def quarantined(delivery: PackDelivery, error: BadPack, known: PackHead | None) -> batch.QuarantineRecord:
    """The record that brings a refused pack to the centre."""
    return batch.QuarantineRecord(
        node=delivery.node,
        received_ms=delivery.received_ms,
        raw=delivery.payload,
        reason=error.reason,
        field=error.field,
        fix=error.fix,
        bytes=delivery.full_bytes,
        epoch=known.epoch if known else None,
        seq=known.seq if known else None,
    )


def quarantined_record(
    delivery: PackDelivery, known: PackHead | None, record: pack.Record, error: BadPack
) -> batch.QuarantineRecord:
    """The record that brings one refused reading of a pack to the centre; its values stand there by name."""
    raw = json.dumps(record._asdict(), separators=(",", ":")).encode()
    alone = msgspec.structs.replace(delivery, payload=raw, full_bytes=len(raw))
    return quarantined(alone, error, known)


def _decode(delivery: PackDelivery) -> pack.Pack:
    if delivery.full_bytes > len(delivery.payload):
        raise BadPack("payload", "too-long", f"{delivery.full_bytes} bytes")
    return fast.decode_pack(delivery.payload, delivery.content_type)


def _head_of(payload: bytes) -> PackHead | None:
    found = pack.read_head(payload)
    return None if found is None else PackHead(*found[2:])


def _content_crc(found: pack.Pack) -> int:
    """A number for what a pack says, but for its time; `oldest_unacked` may differ when it is sent again."""
    content = [(record.name, record.value, record.missing, record.text) for record in found.records]
    return zlib.crc32(repr((found.void, content)).encode())


def _sorted_out(
    found: pack.Pack, delivery: PackDelivery, rules: PackRules
) -> tuple[tuple[pack.Record, ...], tuple[batch.QuarantineRecord, ...]]:
    taken, refused = [], []
    for record in found.records:
        if record.name.startswith(FAULT):
            taken.append(record)
            continue
        try:
            rules.check_record(delivery.node, record)
        except BadPack as error:
            refused.append(
                quarantined_record(delivery, PackHead(found.epoch, found.seq, found.oldest_unacked), record, error)
            )
        else:
            taken.append(record)
    return tuple(taken), tuple(refused)
