"""Packs and batches made at random from a seed: valid ones, and the same with bytes changed.

The strategies serve hypothesis; `packs` and `batches` give plain lists, the same in every run.
"""

import json
import random

import cbor2
from hypothesis import strategies as st

from tests.codec.bad_packs import CBOR, JSON

_LABELS = {"bn": -2, "bt": -3, "n": 0, "u": 1, "v": 2, "vs": 3, "t": 6, "vb": 4, "s": 5}
_UNITS = ("Hz", "V", "Ohm", "Cel", "Pa", "%RH", "kPa", "")
_ODD: tuple[object, ...] = (
    True,
    None,
    "1",
    [],
    {},
    2**70,
    -0.0,
    1e300,
    5e-324,
    0,
    -1,
    "missing:timeout",
    "missing:",
    "é",
    "a\nb",
    2**53 + 1,
)

Document = list[dict[str, object]]


def pack_document(chance: random.Random) -> Document:
    """A pack as the rules have it: head, some reserved records, readings, missing ones and faults."""
    seq = chance.choice([0, 1, 4711, 2**31 - 1])
    found: Document = [
        {"bn": "vale:n07:", "bt": chance.choice([1764079200, 2**28, 2**32 - 1]), "n": "epoch", "vs": "9f3a01bc"},
        {"n": "seq", "v": seq},
        {"n": "kept", "v": chance.randint(0, seq)},
    ]
    _state_protocol(chance, found, 0.1)
    reserved: list[tuple[str, object]] = [("boot", 12), ("uptime", chance.uniform(0, 1e6)), ("dropped", 3)]
    found += [{"n": name, "v": value} for name, value in reserved if chance.random() < 0.4]
    for i in range(chance.randint(0, 8)):
        found.append(_reading(chance, i))
    if chance.random() < 0.1:
        found[0].pop("bt")
        if chance.random() < 0.5:
            found = [*found[:3], {"n": "void", "vs": "crc"}]
    return found


def in_cbor(document: Document, *, is_canonical: bool = False) -> bytes:
    """A pack with the numbers of its labels (RFC 8428, table 4)."""
    items = [{_LABELS.get(label, label): value for label, value in record.items()} for record in document]
    return cbor2.dumps(items, canonical=is_canonical)


def _state_protocol(chance: random.Random, found: Document, share: float) -> None:
    """So many heads state one."""
    if chance.random() < share:
        found[0]["p"] = chance.choice([1, 2, 3, 2**31 - 1])


def _reading(chance: random.Random, number: int) -> dict[str, object]:
    kind = chance.random()
    if kind < 0.1:
        return {"n": f"fault.vw{number}", "vs": chance.choice(["no answer in 2000 ms", "célula avariada", "x" * 200])}
    record: dict[str, object] = {"n": f"vw{number}.frequency"}
    if chance.random() < 0.5:
        record["u"] = chance.choice(_UNITS[:6])
    if chance.random() < 0.3:
        record["t"] = chance.choice([0, -1.5, 0.001, 86400, -86400, round(chance.uniform(-600, 600), 3)])
    if kind < 0.2:
        record["vs"] = "missing:timeout"
    else:
        record["v"] = chance.choice([2831.4, 4821, 0, -0.0, 0.1, 1e-7, chance.uniform(-1e4, 1e4), 2**53])
    return record


def spoil(chance: random.Random, document: Document) -> Document:
    """The same with one field added, taken away or replaced by something odd."""
    record = chance.choice(document)
    label = chance.choice(list(_LABELS))
    if chance.random() < 0.3 and record:
        record.pop(chance.choice(list(record)))
    elif chance.random() < 0.3:
        document.insert(chance.randint(0, len(document)), dict(chance.choice(document)))
    else:
        record[label] = chance.choice([*_ODD, *_UNITS, 1764079200, "vw1.snr", "seq"])
    return document


def written(document: Document, content_type: str, chance: random.Random) -> bytes:
    """The bytes of `document`, by json or cbor2, in one of their spellings."""
    if content_type == CBOR:
        return in_cbor(document, is_canonical=chance.random() < 0.5)
    spaced = chance.random() < 0.2
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5, separators=None if spaced else (",", ":"))
    return text.encode("utf-8", "surrogatepass")


def bytes_changed(chance: random.Random, data: bytes) -> bytes:
    """The same with one byte changed, cut off, doubled, or a label repeated."""
    at = chance.randrange(len(data))
    kind = chance.randrange(5)
    if kind == 0:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if kind == 1:
        return data[:at]
    if kind == 2:
        return data[:at] + data[at : at + 1] + data[at:]
    if kind == 3:
        return data.replace(b'"v":', b'"v":1,"v":', 1)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def pack_bytes(chance: random.Random, content_type: str) -> bytes:
    """A valid pack in half of the cases, else one with a spoilt field or spoilt bytes."""
    document = pack_document(chance)
    kind = chance.random()
    if 0.5 < kind < 0.75:
        document = spoil(chance, document)
    data = written(document, content_type, chance)
    return bytes_changed(chance, data) if kind >= 0.75 else data


def seeds() -> st.SearchStrategy[random.Random]:
    """Chances for hypothesis: it shrinks the seed's draws, and prints what reproduces a failure."""
    return st.randoms(use_true_random=False)


def packs(content_type: str, count: int) -> list[bytes]:
    """`count` packs, the same in every run; nothing that is not finite, for MicroPython has its own idea of it."""
    chance = random.Random(count)
    return [pack_bytes(chance, content_type) for _ in range(count)]


def batch_document(chance: random.Random) -> Document:
    """A batch as the rules have it: head, observations, packs, repeats, quarantine, faults."""
    prefix = "_edge.gw1."
    found: Document = [
        {"bn": "vale:", "n": prefix + "epoch", "vs": "9f3a01bc"},
        {"n": prefix + "seq", "v": 12},
        {"n": prefix + "kept", "v": chance.randint(0, 12)},
    ]
    _state_protocol(chance, found, 0.5)
    for i in range(chance.randint(0, 6)):
        found.append(_observation(chance, i))
    for i in range(chance.randint(0, 3)):
        found.append(_pack_record(chance, i))
    for i in range(chance.choice([0, 0, 1, 3])):
        found.insert(chance.randint(3, len(found)), _verdict(chance, i))
    if chance.random() < 0.3:
        found.append({"n": "n07:repeats", "v": chance.choice([0, 7])})
    if chance.random() < 0.3:
        quarantined: dict[str, object] = {"n": "n07:quarantine", "t": 1764079200.5, "vd": "AAD_", "bytes": 3}
        quarantined.update({"reason": "relative-time", "field": "bt", "fix": 'say "x"', "epoch": "9f3a01bc", "seq": 3})
        found.append(quarantined)
    if chance.random() < 0.15:
        text = chance.choice(["no answer in 2000 ms", "célula avariada", 'said "?"'])
        found.append({"n": "n07:fault.vw1", "t": 1764079200.137, "vs": text})
    return found


def _observation(chance: random.Random, number: int) -> dict[str, object]:
    time_s = chance.choice([1764079200, 1764079200.137, round(chance.uniform(1.7e9, 1.8e9), 3)])
    row: dict[str, object] = {"n": f"n07:vw{number}.frequency", "t": time_s}
    if chance.random() < 0.2:
        row.update({"vs": "missing:timeout", "q": 9})
    else:
        row.update(
            {"v": chance.choice([2831.4, 4821, -0.0, chance.uniform(-1e4, 1e4)]), "q": chance.choice([1, 2, 3, 4])}
        )
    optional = (("u", "kPa"), ("qt", chance.choice(["gross_range,spike", "input.temperature", "a-b"])), ("cfg", 3))
    row.update({label: value for label, value in optional if chance.random() < 0.4})
    return row


def _verdict(chance: random.Random, number: int) -> dict[str, object]:
    row = _observation(chance, number)
    row.pop("vs", None)
    row.pop("q")
    row.setdefault("v", 4821)
    return {**row, "verdict": chance.choice([1, 3, 4])}


def _pack_record(chance: random.Random, number: int) -> dict[str, object]:
    row: dict[str, object] = {"n": "n07:pack", "t": 1764079200.25, "vs": f"9f3a01bc {4711 + number} 4690"}
    optional = (("at", 1764079200), ("st", "void"), ("dropped", 5), ("late", 2))
    row.update({label: value for label, value in optional if chance.random() < 0.5})
    return row


def batch_bytes(chance: random.Random) -> bytes:
    """A valid batch in half of the cases, else one with a spoilt field or spoilt bytes."""
    document = batch_document(chance)
    kind = chance.random()
    if 0.5 < kind < 0.75:
        record = chance.choice(document)
        labels = ["n", "t", "v", "vs", "q", "qt", "cfg", "st", "at", "late", "vd", "seq", "verdict"]
        odd = [*_ODD, 9, 5, 1764079200, "stored", "9f3a01bc 1 2", "9f3a01bc 01 0", "a,,b", "AA"]
        record[chance.choice(labels)] = chance.choice(odd)
    data = written(document, JSON, chance)
    return bytes_changed(chance, data) if kind >= 0.75 else data


def batches(count: int) -> list[bytes]:
    """`count` batches, the same in every run."""
    chance = random.Random(count)
    return [batch_bytes(chance) for _ in range(count)]
