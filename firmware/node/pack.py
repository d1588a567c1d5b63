"""Pack: what the outbox holds of a pack, and the SenML that is put around it at each sending (wire.md section 3).

    mode u8 (UNIX or UPTIME) | boot u32 | time u64 in ms | records as JSON text, without the brackets

`oldest_unacked` and `dropped` are those of the moment of sending, and the time of a pack that was made before the clock
was set is resolved then, so none of them is in the outbox.
"""

import json
import math
import struct

from wire.names import is_channel, is_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .clock import Clock
    from .outbox import Outbox

UNIX, UPTIME = 0, 1
MAX_BODY_BYTES = 4096  # half of what the wire allows: it must fit in the heap three times at sending
MAX_FAULT_CHARS = 120
_HEAD = ">BIQ"
_HEAD_BYTES = 13
# Units of drivers that IANA's SenML registry has; the others stand in the birth alone (codec/units.py has them all).
_REGISTERED = ("Hz", "V", "A", "Ohm", "Cel", "Pa", "m", "m3/s", "S/m", "deg", "%RH")
_RESPELLED = {"[pH]": "pH", "{count}": "count"}  # UCUM, as drivers and the birth have it -> the registry


class Reading:
    """One value as measured, or the reason why there is none; refused by the wire's rules it is missing."""

    def __init__(self, name: str, value: float | None, unit: str, missing: str = "") -> None:
        if not is_channel(name):
            raise ValueError("not a channel: " + name)
        if value is not None and not math.isfinite(value):
            value, missing = None, "not-finite"
        self.name = name
        self.value = value
        self.unit = unit
        self.missing = missing if value is not None or is_id(missing) else "unknown"

    def value_text(self) -> str:
        """The value as it stands in the pack, or `missing:<reason>`."""
        if self.value is None:
            return "missing:" + self.missing
        # Nine digits: more than any instrument has, and no trace of binary rounding.
        return str(self.value) if isinstance(self.value, int) else "%.9g" % self.value

    def record(self) -> str:
        """The SenML record."""
        if self.value is None:
            return '{"n":"%s","vs":"%s"}' % (self.name, self.value_text())
        symbol = self.unit if self.unit in _REGISTERED else _RESPELLED.get(self.unit)
        unit = '"u":"%s",' % symbol if symbol else ""
        return '{"n":"%s",%s"v":%s}' % (self.name, unit, self.value_text())


def fault_record(source: str, text: str) -> str:
    """A `fault.<source>` record; what is not printable or too long is cut."""
    shown = "".join([char if " " <= char <= "~" else "?" for char in text[:MAX_FAULT_CHARS]])
    return '{"n":"fault.%s","vs":%s}' % (source, json.dumps(shown or "?"))


def body(mode: int, boot: int, time_ms: int, readings: list[Reading], faults: list[tuple[str, str]]) -> bytearray:
    """What the outbox keeps; faults, as (source, text), that do not fit are left out.

    Names, reasons, finite values and sizes are checked by the rules of the wire where they are made. The record of a
    reading is made twice, first for its size: all records beside the pack would want three times its room in the heap.
    """
    size = sum([len(reading.record()) + 1 for reading in readings])
    told = []
    for source, text in faults:
        record = fault_record(source, text)
        if size + len(record) + 1 > MAX_BODY_BYTES:
            break
        told.append(record)
        size += len(record) + 1
    data = bytearray(_HEAD_BYTES + max(0, size - 1))
    struct.pack_into(_HEAD, data, 0, mode, boot, time_ms)
    at = _HEAD_BYTES
    for reading in readings:
        at = _add(data, at, reading.record())
    for record in told:
        at = _add(data, at, record)
    return data


def is_held(stored: bytes, clock: "Clock") -> bool:
    """Whether a pack of this boot waits for the time; an earlier boot's can no longer be resolved and goes out."""
    mode, boot, _ = struct.unpack(_HEAD, stored[:_HEAD_BYTES])
    return mode == UPTIME and boot == clock.boot and clock.resolve(boot, 0) is None


def unix_ms(stored: bytes, clock: "Clock") -> int | None:
    """The time of a pack, or None where it has none or it is not known yet."""
    mode, boot, time_ms = struct.unpack(_HEAD, stored[:_HEAD_BYTES])
    return time_ms if mode == UNIX else clock.resolve(boot, time_ms)


def dress(stored: bytes, base: str, seq: int, box: "Outbox", clock: "Clock") -> tuple[bytes, ...]:
    """The SenML of pack `seq`, as it is published now, in parts: put together here it would stand in the heap twice."""
    _, boot, time_ms = struct.unpack(_HEAD, stored[:_HEAD_BYTES])
    records = stored[_HEAD_BYTES:]
    at_ms = unix_ms(stored, clock)
    extra = ',{"n":"boot","v":%d}' % boot
    if at_ms is None:
        extra += ',{"n":"uptime","v":%d.%03d}' % (time_ms // 1000, time_ms % 1000)
        return _with_head(base, "", seq, box, extra, records)
    if at_ms % 1000:
        # No text holds this: a quote inside a JSON string is escaped. Written as text, for floats of 32 bits.
        records = records.replace(b'{"n":', b'{"t":0.%03d,"n":' % (at_ms % 1000))
    return _with_head(base, '"bt":%d,' % (at_ms // 1000), seq, box, extra, records)


def void(reason: str, base: str, seq: int, box: "Outbox") -> tuple[bytes, ...]:
    """The SenML in the place of a pack that can no longer be read."""
    return _with_head(base, "", seq, box, ',{"n":"void","vs":"%s"}' % reason, b"")


def _with_head(base: str, time: str, seq: int, box: "Outbox", extra: str, records: bytes) -> tuple[bytes, ...]:
    head = '[{"bn":"%s",%s"n":"epoch","vs":"%s"},{"n":"seq","v":%d},{"n":"kept","v":%d}%s' % (
        base,
        time,
        box.epoch,
        seq,
        box.oldest_unacked,
        extra,
    )
    if box.dropped:
        head += ',{"n":"dropped","v":%d}' % box.dropped
    return head.encode(), b"," if records else b"", records, b"]"


def _add(data: bytearray, at: int, record: str) -> int:
    """Writes a record behind those that are there; returns the place behind it."""
    if at > _HEAD_BYTES:
        data[at : at + 1] = b","
        at += 1
    data[at : at + len(record)] = record.encode()
    return at + len(record)
