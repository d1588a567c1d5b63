"""The CBOR form of a batch: its observations as typed arrays, everything else as the JSON batch that it is beside them.

One CBOR array of nine items, of which the first is text (major type 3) and the others are as `FORM` says. The first
byte, 0x89, tells it from JSON (`[`) and from a zlib stream. Source of the tags: RFC 8746, table 3 (little endian).
`fastcbor` reads many at once.
"""

import struct
from typing import Any, Final, NamedTuple

from codec import batch, cbor
from codec.batch_items import Batch, BatchObservation
from codec.chain import Link
from codec.compression import expanded
from codec.observation import observation_of
from wire import BadPack, limits, quality
from wire.names import FAULT, is_id
from wire.protocol import PROTOCOL

FIRST: Final = b"\x89"  # an array of nine items (RFC 8949, section 3.1)
UINT8, UINT16, SINT64, FLOAT64 = 64, 69, 79, 86
FORM: Final = (
    ("json", None, ""),  # the batch without its observations
    ("channels", None, ""),  # lines `name` or `name unit`, numbered from 0
    ("words", None, ""),  # lines, numbered from 1: `tests`; of a missing value `reason` or `reason tests`
    ("channel", UINT16, "H"),  # of each observation
    ("time", SINT64, "q"),  # Unix milliseconds
    ("value", FLOAT64, "d"),  # NaN: missing
    ("quality", UINT8, "B"),
    ("word", UINT16, "H"),  # 0: none; or no bytes at all, when no observation has one
    ("cfg", SINT64, "q"),  # -1: raw; or no bytes at all, when all are
)
NO_CFG: Final = -1
_TAGS: Final = tuple(tag for _, tag, _ in FORM)
_LENGTHS: Final = {24: 1, 25: 2, 26: 4}


class BatchArrays(NamedTuple):
    """The items of the array: three texts, and the bytes of six typed arrays."""

    json: bytes
    channels: bytes
    words: bytes
    channel: bytes
    time: bytes
    value: bytes
    quality: bytes
    word: bytes
    cfg: bytes

    @property
    def rows(self) -> int:
        """How many observations there are."""
        return len(self.quality)


def encode(whole: Batch) -> bytes:
    """The body of a batch, as `batch.encode` makes it, in this form. Raises BadPack when it would be refused."""
    rows = whole.observations
    _check(rows, batch.others_of(whole))
    head = (whole.facility, whole.agent, whole.epoch, whole.seq, whole.oldest_unacked)
    rest = Batch(*head, [], whole.packs, whole.repeats, whole.quarantine, whole.faults, whole.verdicts)
    channels = {line: number for number, line in enumerate(dict.fromkeys(map(_channel, rows)))}
    words = {line: number for number, line in enumerate(dict.fromkeys(["", *map(_word, rows)]))}
    has_words, has_cfg = len(words) > 1, any(row.cfg is not None for row in rows)
    columns: list[list[int] | list[float]] = [
        [channels[_channel(row)] for row in rows],
        [row.time_ms for row in rows],
        [float("nan") if row.value is None else row.value for row in rows],
        [row.quality for row in rows],
        [words[_word(row)] for row in rows] if has_words else [],
        [NO_CFG if row.cfg is None else row.cfg for row in rows] if has_cfg else [],
    ]
    texts = [batch.encode(rest), "\n".join(channels).encode(), "\n".join(list(words)[1:]).encode()]
    arrays = [_array(tag, kind, values) for (_, tag, kind), values in zip(FORM[3:], columns, strict=True) if tag]
    body = FIRST + b"".join(map(_text, texts)) + b"".join(arrays)
    if len(body) > limits.MAX_BATCH_BYTES - limits.BATCH_HEAD_BYTES:
        raise BadPack("payload", "too-long", f"{len(body)} bytes")
    return body


def put_head(
    body: bytes,
    facility: str,
    agent: str,
    epoch: str,
    seq: int,
    oldest_unacked: int,
    *,
    protocol: int = PROTOCOL,
    link: Link | None = None,
) -> bytes:
    """The batch to send: a `body` of either form, under its number in the agent's sequence state."""
    json, end = (body, 0) if body[:1] != FIRST else _item(body, 1, None)
    whole = batch.put_head(
        json, facility, agent, epoch, seq, oldest_unacked=oldest_unacked, protocol=protocol, link=link
    )
    return FIRST + _text(whole) + body[end:] if end else whole


def read(data: bytes) -> Batch:
    """What `batch.decode` gives for a batch that is compressed or in this form; raises the same BadPack."""
    data = expanded(data)
    return decode(data) if data[:1] == FIRST else batch.decode(data)


def decode(data: bytes) -> Batch:
    """The batch that `data` carries in this form; any bytes that are not one raise BadPack and nothing else."""
    if len(data) > limits.MAX_BATCH_BYTES:
        raise BadPack("payload", "too-long", f"{len(data)} bytes")
    parts = split(data)
    found = batch.decode(parts.json)
    if found.observations:
        raise BadPack("payload", "label", "observations beside the arrays")
    if batch.others_of(found) + parts.rows > limits.MAX_BATCH_RECORDS:
        raise BadPack("payload", "too-many-records", str(parts.rows))
    channels, words = _lines(parts.channels), ["", *_lines(parts.words)]
    columns = _columns(parts)
    channel, time_ms, value, flags = columns[:4]
    word = columns[4] or (0,) * parts.rows
    cfg = columns[5] or (NO_CFG,) * parts.rows
    for row in zip(channel, time_ms, value, flags, word, cfg, strict=True):
        found.observations.append(_observation(channels, words, *row))
    return found


def split(data: bytes) -> BatchArrays:
    """The items, each of the type and, the arrays, of the length that it should have; raises BadPack."""
    found = []
    at = len(FIRST)
    for tag in _TAGS:
        item, at = _item(data, at, tag)
        found.append(item)
    if at != len(data):
        raise BadPack("payload", "trailing", f"byte {at}")
    parts = BatchArrays(*found)
    if parts.json[:1] != b"[":
        raise BadPack("payload", "not-json", "no batch within")
    rows = len(parts.quality)
    is_whole = (len(parts.channel), len(parts.time), len(parts.value)) == (2 * rows, 8 * rows, 8 * rows)
    if not is_whole or len(parts.word) not in (0, 2 * rows) or len(parts.cfg) not in (0, 8 * rows):
        raise BadPack("payload", "typed-array", f"not all of {rows} observations")
    return parts


def json_of(data: bytes) -> bytes:
    """The JSON from its beginning on, with whatever follows it; for who reads no more than the head."""
    return data[data.find(b"[") :] if data[:1] == FIRST else data


def _columns(parts: BatchArrays) -> list[tuple[Any, ...]]:
    """The values of the arrays."""
    kinds = [kind for _, _, kind in FORM[3:]]
    return [
        struct.unpack(f"<{len(array) // struct.calcsize(kind)}{kind}", array)
        for kind, array in zip(kinds, parts[3:], strict=True)
    ]


def _observation(
    channels: list[str], words: list[str], channel: int, time_ms: int, value: float, flag: int, word: int, cfg: int
) -> BatchObservation:
    if channel >= len(channels) or word >= len(words):
        raise BadPack("channel" if channel >= len(channels) else "word", "typed-array", f"{channel} {word}")
    name, _, unit = channels[channel].partition(" ")
    tests = words[word]
    fields: dict[str, object] = {"n": name, "t": time_ms / 1000, "q": flag}
    if value != value:
        reason, _, tests = tests.partition(" ")
        fields["vs"] = "missing:" + reason
    else:
        fields["v"] = value
    if " " in channels[channel]:
        fields["u"] = unit
    if tests or (value != value and " " in words[word]):
        fields["qt"] = tests
    if cfg != NO_CFG:
        fields["cfg"] = cfg
    node, _, local = name.partition(":")
    if not is_id(node) or local.startswith(FAULT):
        raise BadPack("n", "name", name)
    return observation_of(name, local, fields)


def _check(rows: list[BatchObservation], others: int) -> None:
    """Refuse what `batch.encode` refuses."""
    if len(rows) + others > limits.MAX_BATCH_RECORDS:
        raise BadPack("payload", "too-many-records", str(len(rows) + others))
    for row in rows:
        if (row.value is None) != (row.quality == quality.MISSING):
            raise BadPack("q", "quality", row.name)
        if row.value is not None and row.value - row.value != 0:
            raise BadPack("v", "not-finite", row.name)


def _channel(row: BatchObservation) -> str:
    return row.name if row.unit is None else f"{row.name} {row.unit}"


def _word(row: BatchObservation) -> str:
    if row.quality != quality.MISSING:
        return row.tests or ""
    return str(row.missing) if row.tests is None else f"{row.missing} {row.tests}"


def _lines(text: bytes) -> list[str]:
    try:
        return text.decode().split("\n") if text else []
    except UnicodeDecodeError as error:
        raise BadPack("payload", "utf-8", str(error)) from error


def _text(data: bytes) -> bytes:
    return cbor.head(cbor.TEXT, len(data)) + data


def _array(tag: int, kind: str, values: list[int] | list[float]) -> bytes:
    data = struct.pack(f"<{len(values)}{kind}", *values)
    return cbor.head(cbor.TAG, tag) + cbor.head(cbor.BYTES, len(data)) + data


def _item(data: bytes, at: int, tag: int | None) -> tuple[bytes, int]:
    """The text, or the typed array with this tag, that begins at `at`, and where it ends."""
    if at >= len(data):
        raise BadPack("payload", "truncated", f"byte {at}")
    if tag is not None:
        if data[at : at + 2] != bytes((0xD8, tag)):
            raise BadPack("payload", "typed-array", f"byte {at}")
        at += 2
    first = data[at] if at < len(data) else 0
    size, at = first & 0x1F, at + 1
    if first >> 5 != (cbor.TEXT if tag is None else cbor.BYTES):
        raise BadPack("payload", "typed-array", f"byte {at - 1}")
    if size >= 24:
        width = _LENGTHS.get(size)
        if width is None:
            raise BadPack("payload", "cbor-indefinite", f"byte {at - 1}")
        size = int.from_bytes(data[at : at + width], "big")
        at += width
    if at + size > len(data):
        raise BadPack("payload", "truncated", f"byte {len(data)}")
    return data[at : at + size], at + size
