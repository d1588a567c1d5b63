"""The text of a pack in two parts: a body that waits in an outbox, and a head that is put on at each sending.

`oldest_unacked` and `dropped` tell how the outbox stands when the pack is sent, so they cannot be part of what is
stored.
"""

from codec import cbor, senml
from codec.head import LABEL
from codec.senml import JSON
from wire.protocol import UNSTATED


def body(
    readings: list[tuple[str, float | str, str | None, float]],
    boot: int | None = None,
    uptime_s: float | None = None,
    void: str | None = None,
    content_type: str = JSON,
) -> bytes:
    """What an outbox holds: all records but the head, which `put_head` puts around them at each sending.

    A reading is (name, value, unit or None, seconds after `time_s`); a text as value is "missing:<reason>" or a fault.
    """
    records: list[dict[str, object]] = []
    for name, number in (("boot", boot), ("uptime", uptime_s)):
        if number is not None:
            records.append({"n": name, "v": number})
    if void is not None:
        records.append({"n": "void", "vs": void})
    for name, value, unit, offset_s in readings:
        record: dict[str, object] = {"n": name}
        if unit is not None:
            record["u"] = unit
        if offset_s:
            record["t"] = offset_s
        record["vs" if isinstance(value, str) else "v"] = value
        records.append(record)
    return _join(records, content_type)


def put_head(
    body: bytes,
    base: str,
    time_s: int | None,
    epoch: str,
    seq: int,
    oldest_unacked: int,
    dropped: int | None = None,
    content_type: str = JSON,
    protocol: int = UNSTATED,
) -> bytes:
    """The pack to send; `time_s` is Unix seconds, None only for a void pack or a clock that was never set."""
    first: dict[str, object] = {"bn": base, "n": "epoch", "vs": epoch}
    if time_s is not None:
        first["bt"] = time_s
    if protocol != UNSTATED:
        first[LABEL] = protocol
    records = [first, {"n": "seq", "v": seq}, {"n": "kept", "v": oldest_unacked}]
    if dropped is not None:
        records.append({"n": "dropped", "v": dropped})
    head = _join(records, content_type)
    if content_type == JSON:
        return b"[" + head + (b"," if body else b"") + body + b"]"
    count = int.from_bytes(head[:2], "big") + int.from_bytes(body[:2], "big")
    return cbor.head(cbor.ARRAY, count) + head[2:] + body[2:]


def _join(records: list[dict[str, object]], content_type: str) -> bytes:
    """Records without their array; in CBOR behind their number in two bytes, for the array begins with it."""
    items = [senml.encode_record(record, content_type) for record in records]
    if content_type == JSON:
        return b",".join(items)
    return len(items).to_bytes(2, "big") + b"".join(items)
