"""Batches: what an edge agent forwards, observations with their quality, and the packs they came from.

A batch is SenML with a few more labels (q, verdict, qt, cfg, and those of the pack and quarantine records). Like a pack
it has a body, which waits in the agent's buffer, and a head with epoch, seq and kept, which is put on at each sending.
"""

from codec import chain, head, senml
from codec.batch_items import QUARANTINED as QUARANTINED
from codec.batch_items import STORED as STORED
from codec.batch_items import VOID as VOID
from codec.batch_items import Batch as Batch
from codec.batch_items import BatchObservation as BatchObservation
from codec.batch_items import FaultRecord as FaultRecord
from codec.batch_items import PackRecord as PackRecord
from codec.batch_items import QuarantineRecord as QuarantineRecord
from codec.batch_items import added as added
from codec.observation import (
    VERDICT,
    check,
    int_of,
    observation_json,
    observation_of,
    optional_int,
    time_json,
    time_ms_of,
    verdict_of,
)
from codec.pack import is_text
from wire import BadPack, limits
from wire.names import FAULT, is_channel, is_epoch, is_id
from wire.protocol import PROTOCOL
from wire.topics import EDGE

_HEAD = ("epoch", "seq", "kept")
_HEAD_LABELS = (("bn", "n", "vs", head.LABEL, chain.LABEL), ("n", "v"), ("n", "v"))
PACK_LABELS = ("n", "t", "vs", "st", "dropped", "at", "late")
REPEATS_LABELS = ("n", "t", "v")
FAULT_LABELS = ("n", "t", "vs")
QUARANTINE_LABELS = ("n", "t", "vd", "reason", "field", "fix", "bytes", "epoch", "seq")


def encode(batch: Batch) -> bytes:
    """The body of `batch`: all records but the head. Raises BadPack when it would be refused."""
    count = others_of(batch) + len(batch.observations)
    if count > limits.MAX_BATCH_RECORDS:
        raise BadPack("payload", "too-many-records", str(count))
    items = [observation_json(observation) for observation in batch.observations]
    items += [observation_json(verdict, VERDICT) for verdict in batch.verdicts]
    items += [_pack_json(pack) for pack in batch.packs]
    items += [f'{{"n":"{node}:repeats","v":{total}}}' for node, total in batch.repeats]
    items += [_quarantine_json(record) for record in batch.quarantine]
    items += [_fault_json(record) for record in batch.faults]
    body = ",".join(items).encode()
    if len(body) > limits.MAX_BATCH_BYTES - limits.BATCH_HEAD_BYTES:
        raise BadPack("payload", "too-long", str(len(body)) + " bytes")
    return body


def others_of(batch: Batch) -> int:
    """How many records it has besides observations, those of the head among them."""
    others = len(batch.packs) + len(batch.repeats) + len(batch.quarantine) + len(batch.faults)
    return 3 + len(batch.verdicts) + others


def put_head(
    body: bytes,
    facility: str,
    agent: str,
    epoch: str,
    seq: int,
    oldest_unacked: int,
    *,
    protocol: int = PROTOCOL,
    link: chain.Link | None = None,
) -> bytes:
    """The batch to send: `body` as `encode` made it, under its number in the agent's sequence state.

    link: its place in the chain of this buffer (`codec.chain`).
    """
    stated = f',"{chain.LABEL}":"{chain.text(link)}"' if link else ""
    first = f'{{"bn":"{facility}:","n":"_edge.{agent}.epoch","vs":"{epoch}","{head.LABEL}":{protocol}{stated}}}'
    numbers = f'{{"n":"_edge.{agent}.seq","v":{seq}}},{{"n":"_edge.{agent}.kept","v":{oldest_unacked}}}'
    return f"[{first},{numbers}{',' if body else ''}".encode() + body + b"]"


def _pack_json(pack: PackRecord) -> str:
    vs = f"{pack.epoch} {pack.seq} {pack.oldest_unacked}"
    parts = [f'{{"n":"{pack.node}:pack","t":{time_json(pack.received_ms)},"vs":"{vs}"']
    if pack.status != STORED:
        parts.append(f'"st":"{pack.status}"')
    if pack.dropped is not None:
        parts.append(f'"dropped":{pack.dropped}')
    if pack.at_s is not None:
        parts.append(f'"at":{pack.at_s}')
    if pack.late:
        parts.append(f'"late":{pack.late}')
    return ",".join(parts) + "}"


def _fault_json(record: FaultRecord) -> str:
    return f'{{"n":"{record.name}","t":{time_json(record.time_ms)},"vs":{senml.text_json(record.text)}}}'


def _quarantine_json(record: QuarantineRecord) -> str:
    texts = (("reason", record.reason), ("field", record.field), ("fix", record.fix))
    parts = [f'{{"n":"{record.node}:quarantine","t":{time_json(record.received_ms)}']
    parts.append(f'"vd":"{senml.text_of_data(record.raw[: limits.MAX_QUARANTINE_BYTES])}"')
    parts += [f'"{label}":{senml.text_json(text)}' for label, text in texts]
    parts.append(f'"bytes":{record.bytes}')
    if record.epoch is not None:
        parts.append(f'"epoch":"{record.epoch}"')
    if record.seq is not None:
        parts.append(f'"seq":{record.seq}')
    return ",".join(parts) + "}"


def decode(data: bytes) -> Batch:
    """The batch that `data` carries; any bytes that are not one raise BadPack and nothing else."""
    if data[:1] in (b"x", b"\x89"):
        from codec.cborbatch import read  # which reads the JSON within by this module

        return read(data)
    if len(data) > limits.MAX_BATCH_BYTES:
        raise BadPack("payload", "too-long", str(len(data)) + " bytes")
    found = list(senml.records_of(data, senml.JSON))
    if len(found) > limits.MAX_BATCH_RECORDS:
        raise BadPack("payload", "too-many-records", str(len(found)))
    batch = _head(found[:3])
    for fields in found[3:]:
        name = fields.get("n")
        node, _, local = name.partition(":") if isinstance(name, str) else ("", "", "")
        if not is_id(node):
            raise BadPack("n", "missing-name" if name is None else "name", str(name))
        if local == "pack":
            batch.packs.append(pack_of(node, fields))
        elif local == "repeats":
            batch.repeats = added(batch.repeats, repeats_of(node, fields))
        elif local == "quarantine":
            batch.quarantine = added(batch.quarantine, quarantine_of(node, fields))
        elif local.startswith(FAULT):
            batch.faults = added(batch.faults, fault_of(str(name), local, fields))
        elif VERDICT in fields:
            batch.verdicts = added(batch.verdicts, verdict_of(str(name), local, fields))
        else:
            batch.observations.append(observation_of(str(name), local, fields))
    return batch


def _head(found: list[dict[str, object]]) -> Batch:
    first = found[0].get("n") if found else None
    parts = first.split(".") if isinstance(first, str) else []
    if len(parts) != 3 or parts[0] != EDGE or not is_id(parts[1]):
        raise BadPack("epoch", "head")
    for i in range(3):
        if i >= len(found) or found[i].get("n") != EDGE + "." + parts[1] + "." + _HEAD[i]:
            raise BadPack(_HEAD[i], "head")
        check(found[i], _HEAD_LABELS[i])
    base, epoch = found[0].get("bn"), found[0].get("vs")
    if not isinstance(base, str) or base[-1:] != ":" or not is_id(base[:-1]):
        raise BadPack("bn", "base", str(base))
    if not is_epoch(epoch):
        raise BadPack("epoch", "epoch", str(epoch))
    seq, oldest_unacked = _seq(found[1].get("v"), "seq"), _seq(found[2].get("v"), "kept")
    if oldest_unacked > seq:
        raise BadPack("kept", "kept-above-seq", str(oldest_unacked) + " > " + str(seq))
    link = chain.read(found[0][chain.LABEL]) if chain.LABEL in found[0] else None
    return Batch(base[:-1], parts[1], str(epoch), seq, oldest_unacked, protocol=head.protocol_of(found[0]), chain=link)


def _seq(value: object, field: str) -> int:
    if type(value) is not int or not 0 <= value <= limits.MAX_SEQ:
        raise BadPack(field, "seq", str(value))
    return value


def pack_of(node: str, fields: dict[str, object]) -> PackRecord:
    """The pack record that `fields` describe; raises BadPack."""
    check(fields, PACK_LABELS)
    parts = str(fields.get("vs")).split(" ")
    if len(parts) != 3 or not is_epoch(parts[0]) or not is_count(parts[1]) or not is_count(parts[2]):
        raise BadPack("vs", "pack-record", node)
    seq, oldest_unacked = _seq(int(parts[1]), "seq"), _seq(int(parts[2]), "kept")
    if oldest_unacked > seq:
        raise BadPack("kept", "kept-above-seq", node)
    status = fields.get("st", STORED)
    if status not in (STORED, VOID, QUARANTINED):
        raise BadPack("st", "label", str(status))
    at_s = optional_int(fields, "at")
    late = int_of(fields.get("late", 0), "late")
    dropped = optional_int(fields, "dropped")
    return PackRecord(
        node,
        time_ms_of(fields),
        parts[0],
        seq,
        oldest_unacked,
        status=str(status),
        dropped=dropped,
        at_s=at_s,
        late=late,
    )


def repeats_of(node: str, fields: dict[str, object]) -> tuple[str, int]:
    """(node, running total of duplicates) that `fields` describe; raises BadPack."""
    check(fields, REPEATS_LABELS)
    return node, int_of(fields.get("v"), "v")


def fault_of(name: str, local: str, fields: dict[str, object]) -> FaultRecord:
    """The fault that `fields` describe; raises BadPack."""
    check(fields, FAULT_LABELS)
    if not is_channel(local):
        raise BadPack("n", "name", name)
    text = fields.get("vs")
    if not is_text(text):
        raise BadPack("vs", "text", name)
    return FaultRecord(name, time_ms_of(fields), str(text))


def is_count(text: str) -> bool:
    """Whether `text` writes a seq: digits, no sign, no zero in front."""
    return 0 < len(text) <= 10 and all("0" <= c <= "9" for c in text) and (text[0] != "0" or text == "0")


def quarantine_of(node: str, fields: dict[str, object]) -> QuarantineRecord:
    """The refused pack that `fields` describe; raises BadPack."""
    check(fields, QUARANTINE_LABELS)
    raw = senml.data_of(fields.get("vd"))
    if len(raw) > limits.MAX_QUARANTINE_BYTES:
        raise BadPack("vd", "too-long", node)
    reason, field, fix = fields.get("reason"), fields.get("field"), fields.get("fix")
    if not is_id(reason):
        raise BadPack("reason", "id", str(reason))
    for label, text in (("field", field), ("fix", fix)):
        if not is_text(text):
            raise BadPack(label, "text", node)
    epoch, seq = fields.get("epoch"), fields.get("seq")
    if epoch is not None and not is_epoch(epoch):
        raise BadPack("epoch", "epoch", str(epoch))
    return QuarantineRecord(
        node,
        time_ms_of(fields),
        raw,
        str(reason),
        str(field),
        fix=str(fix),
        bytes=int_of(fields.get("bytes"), "bytes"),
        epoch=None if epoch is None else str(epoch),
        seq=None if seq is None else _seq(seq, "seq"),
    )
