"""Packs: what a node publishes, read and written by the strict rules that make one reading mean one thing.

`decode` is the reference: slow, and the one origin of each refusal. `packing` has the text of a pack in two parts.
"""

from itertools import islice
from typing import Any, NamedTuple

from codec import head, pack_text, senml, units
from codec.senml import JSON
from wire import BadPack, limits
from wire.names import FAULT, RESERVED, is_base, is_channel, is_epoch, is_id
from wire.protocol import UNSTATED

MISSING = "missing:"
_HEAD_BYTES = 512  # the three records of a head are shorter, however they are spelled
_HEAD_LABELS = (("bn", "bt", "bver", "n", "vs", head.LABEL), ("n", "v"), ("n", "v"))
_RECORD_LABELS = ("n", "u", "t", "v", "vs")


class Record(NamedTuple):
    """One reading: `name` is instrument.quantity, `time_ms` Unix milliseconds (None in a pack without time).

    One of `value` (finite), `missing` (why there is no value) or `text` (of a fault record) is not None.
    """

    name: str
    time_ms: int | None
    value: float | None
    unit: str | None
    missing: str | None
    text: str | None = None


class Pack(NamedTuple):
    """A valid pack. `base` is "facility:node:", `time_s` Unix seconds (bt), `void` the reason why it carries nothing.

    A pack that is not void and has no `time_s` has `boot` and `uptime_s`: its clock was never set ("no-time").
    """

    base: str
    epoch: str
    seq: int
    oldest_unacked: int
    time_s: int | None
    boot: int | None
    uptime_s: float | None
    void: str | None
    dropped: int | None
    records: list[Record]
    protocol: int = UNSTATED

    @property
    def facility(self) -> str:
        """The facility that `base` names."""
        return self.base.split(":")[0]

    @property
    def node(self) -> str:
        """The node that `base` names."""
        return self.base.split(":")[1]


def decode(data: bytes, content_type: str = JSON) -> Pack:
    """The pack that `data` carries; any bytes that are not one raise BadPack and nothing else."""
    if len(data) > limits.MAX_PACK_BYTES:
        raise BadPack("payload", "too-long", f"{len(data)} bytes")
    found = senml.records_of(data, content_type)
    first = list(islice(found, 3))
    base, time_s, epoch, seq, oldest_unacked = _head(first)
    stated = head.protocol_of(first[0])
    records: list[Record] = []
    reserved: dict[str, Any] = {}
    seen: set[tuple[str, int]] = set()
    for fields in found:
        if 3 + len(reserved) + len(records) == limits.MAX_PACK_RECORDS:
            raise BadPack("payload", "too-many-records")
        name = _checked_name(fields)
        if name in RESERVED:
            if name in reserved or name in RESERVED[:3]:
                raise BadPack("n", "duplicate", name)
            reserved[name] = _reserved(name, fields)
            continue
        record, offset_ms = _reading(name, fields, time_s)
        if (name, offset_ms) in seen:
            raise BadPack("n", "duplicate", name)
        seen.add((name, offset_ms))
        records.append(record)
    _check_time(time_s, reserved, len(records))
    of = reserved.get
    return Pack(
        base,
        epoch,
        seq,
        oldest_unacked,
        time_s,
        boot=of("boot"),
        uptime_s=of("uptime"),
        void=of("void"),
        dropped=of("dropped"),
        records=records,
        protocol=stated,
    )


def encode(pack: Pack, content_type: str = JSON) -> bytes:
    """The bytes of `pack`; `decode` gives it back."""
    readings: list[tuple[str, float | str, str | None, float]] = []
    for record in pack.records:
        offset_s = 0 if record.time_ms is None or pack.time_s is None else record.time_ms / 1000 - pack.time_s
        value: float | str = MISSING + str(record.missing) if record.value is None else record.value
        if record.text is not None:
            value = record.text
        readings.append((record.name, value, record.unit, round(offset_s, 3)))
    inner = pack_text.body(readings, pack.boot, pack.uptime_s, pack.void, content_type)
    return pack_text.put_head(
        inner,
        pack.base,
        pack.time_s,
        pack.epoch,
        pack.seq,
        oldest_unacked=pack.oldest_unacked,
        dropped=pack.dropped,
        content_type=content_type,
        protocol=pack.protocol,
    )


def read_head(data: bytes) -> tuple[str, int | None, str, int, int] | None:
    """(bn, bt or None, epoch, seq, kept) of a pack whose rest may be broken or cut off; None if not even that.

    `bt` is what stands there, relative or not. With this a refused pack still counts as received in its sequence state.
    """
    prefix = data[:_HEAD_BYTES]
    try:
        found = list(islice(senml.records_of(prefix, senml.content_type_of(prefix)), 3))
        base, epoch, seq, oldest_unacked = _head_names(found)
    except BadPack:
        return None
    time_s = found[0].get("bt")
    return base, time_s if type(time_s) is int else None, epoch, seq, oldest_unacked


def content_type_of(data: bytes) -> str:
    """JSON or CBOR by the first byte, for senders that cannot say it."""
    return senml.content_type_of(data)


def _check_labels(fields: dict[str, object], allowed: tuple[str, ...]) -> None:
    for label in fields:
        if label in allowed:
            continue
        if label in senml.BASES:
            raise BadPack(label, "base-field")
        raise BadPack(label, "value-field" if label in senml.VALUES or label == "s" else "label")


def _head_names(found: list[dict[str, object]]) -> tuple[str, str, int, int]:
    for i in range(3):
        if i >= len(found) or found[i].get("n") != RESERVED[i]:
            raise BadPack(RESERVED[i], "head")
        _check_labels(found[i], _HEAD_LABELS[i])
        senml.check(found[i])
    base, epoch = found[0].get("bn"), found[0].get("vs")
    if not is_base(base):
        raise BadPack("bn", "base", str(base))
    if not is_epoch(epoch):
        raise BadPack("epoch", "epoch", str(epoch))
    seq, oldest_unacked = _seq(found[1], "seq"), _seq(found[2], "kept")
    if oldest_unacked > seq:
        raise BadPack("kept", "kept-above-seq", str(oldest_unacked) + " > " + str(seq))
    return str(base), str(epoch), seq, oldest_unacked


def _head(found: list[dict[str, object]]) -> tuple[str, int | None, str, int, int]:
    base, epoch, seq, oldest_unacked = _head_names(found)
    time_s = found[0].get("bt")
    if time_s is None:
        return base, None, epoch, seq, oldest_unacked
    if type(time_s) is not int:
        raise BadPack("bt", "integer", str(time_s))
    if time_s < limits.MIN_ABSOLUTE_TIME_S:
        raise BadPack("bt", "relative-time", str(time_s))
    if time_s > limits.MAX_ABSOLUTE_TIME_S:
        raise BadPack("bt", "time-in-milliseconds", str(time_s))
    return base, time_s, epoch, seq, oldest_unacked


def _seq(fields: dict[str, object], name: str) -> int:
    value = fields.get("v")
    if type(value) is not int or not 0 <= value <= limits.MAX_SEQ:
        raise BadPack(name, "seq", str(value))
    return value


def _checked_name(fields: dict[str, object]) -> str:
    name = fields.get("n")
    if name is None:
        raise BadPack("n", "missing-name")
    _check_labels(fields, _RECORD_LABELS)
    senml.check(fields)
    if name not in RESERVED and not is_channel(name):
        raise BadPack("n", "name", str(name))
    return str(name)


def _reserved(name: str, fields: dict[str, object]) -> object:
    """The value of one of the reserved records that follow the head."""
    _check_labels(fields, ("n", "vs") if name == "void" else ("n", "v"))
    if name == "void":
        if not is_id(fields["vs"]):
            raise BadPack("void", "void", str(fields["vs"]))
        return fields["vs"]
    value = senml.number(fields["v"], "v", name)
    if value < 0 or (name != "uptime" and (type(value) is not int or value > limits.MAX_SEQ)):
        raise BadPack(name, "integer", str(value))
    return float(value) + 0.0 if name == "uptime" else value


def _reading(name: str, fields: dict[str, object], time_s: int | None) -> tuple[Record, int]:
    """The record, and its offset from the time of the pack in ms."""
    offset_s = senml.number(fields.get("t", 0), "t", name)
    if not -limits.MAX_OFFSET_S <= offset_s <= limits.MAX_OFFSET_S:
        raise BadPack("t", "time-offset", name)
    offset_ms = round(offset_s * 1000)
    time_ms = None if time_s is None else time_s * 1000 + offset_ms
    value, missing, text = value_of(name, fields)
    unit = None if fields.get("u") is None else str(fields["u"])
    if unit is not None and (text is not None or not units.is_unit(unit)):
        raise BadPack("u", "unit", f"{name} in {unit}")
    return Record(name, time_ms, value, unit, missing, text=text), offset_ms


def value_of(name: str, fields: dict[str, object]) -> tuple[float | None, str | None, str | None]:
    """(value, missing, text) of a record with `v` or `vs`: one of them is not None."""
    value, text = fields.get("v"), fields.get("vs")
    if name.startswith(FAULT):
        if not is_text(text):
            raise BadPack("vs", "text", name)
        return None, None, str(text)
    if value is not None:
        return float(senml.number(value, "v", name)) + 0.0, None, None  # + 0.0: there is one zero, not two
    missing = str(text)
    if not missing.startswith(MISSING) or not is_id(missing[len(MISSING) :]):
        raise BadPack("vs", "missing-reason", name)
    return None, missing[len(MISSING) :], None


def is_text(text: object) -> bool:
    """Whether `text` may be shown and stored: 1 to MAX_TEXT characters, no control characters."""
    return (
        isinstance(text, str)
        and 0 < len(text) <= limits.MAX_TEXT
        and not any(char < " " or "\x7f" <= char < "\xa0" for char in text)
    )


def _check_time(time_s: int | None, reserved: dict[str, object], reading_count: int) -> None:
    if "void" in reserved:
        if time_s is not None:
            raise BadPack("bt", "void")
        if reading_count:
            raise BadPack("void", "void", str(reading_count) + " readings")
    elif time_s is None and ("boot" not in reserved or "uptime" not in reserved):
        raise BadPack("bt", "no-time")
