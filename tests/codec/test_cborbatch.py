"""The CBOR form of a batch: the same batch as in JSON, readable by others, and both decoders of one mind."""

import random

import cbor2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import batch, cborbatch, compression, fastbatch
from codec.batch import Batch, BatchObservation, PackRecord
from codec.fastbatch import ColumnBatch
from tests.codec import generated
from tests.codec.bad_packs import JSON
from tests.codec.test_fastbatch import same, same_together, shown
from wire import BadPack

TAGS = (69, 79, 86, 64, 69, 79)
"""Of channel, time, value, quality, word and cfg, as docs/wire.md has them."""
HEAD = ("vale", "gw1", "9f3a01bc", 12, 3)
ROWS = [
    BatchObservation("n07:vw1.frequency", 1764079200137, 2831.4, 1, "gross_range", cfg=3, unit="Hz", missing=None),
    BatchObservation("n07:sonde1.ph", 1764079200000, None, 9, None, cfg=None, unit=None, missing="timeout"),
    BatchObservation("n07:vw1.frequency", 1764079260137, 2831.5, 1, None, cfg=None, unit="Hz", missing=None),
]
PACK = PackRecord(
    "n07", 1764079201250, "9f3a01bc", 4711, 4690, status=batch.STORED, dropped=None, at_s=1764079200, late=0
)


def message(rows: list[BatchObservation], packs: list[PackRecord]) -> bytes:
    """A batch of vale in CBOR."""
    return cborbatch.put_head(cborbatch.encode(Batch(*HEAD, rows, packs)), *HEAD)


def in_cbor(chance: random.Random) -> bytes:
    """A random valid batch in CBOR."""
    whole = batch.decode(generated.written(generated.batch_document(chance), JSON, chance))
    head = (whole.facility, whole.agent, whole.epoch, whole.seq, whole.oldest_unacked)
    return cborbatch.put_head(cborbatch.encode(whole), *head, protocol=whole.protocol)


def spoilt(chance: random.Random, data: bytes) -> bytes:
    """The batch with one item replaced by another, or with changed bytes."""
    if chance.random() < 0.5:
        return generated.bytes_changed(chance, data)
    parts = list(cborbatch.split(data))
    place = chance.randrange(len(parts))
    odd = [b"", b"\xff" * len(parts[place]), bytes(len(parts[place])), parts[place][::-1], parts[place] * 2]
    texts = [
        b"n07:vw1.x",
        b"pack",
        b"n07:fault.vw1",
        b"a b c",
        b"a,,b",
        b"timeout \nspike",
        b"[]",
        b"x",
        b"\x89",
        b" []",
    ]
    parts[place] = chance.choice(odd if place > 2 else [*odd, *texts])
    head = [cborbatch._text(part) for part in parts[:3]]
    tail = [b"\xd8" + bytes([tag]) + cbor2.dumps(part) for tag, part in zip(TAGS, parts[3:], strict=True)]
    return cborbatch.FIRST + b"".join(head + tail)


@settings(max_examples=150, deadline=None)
@given(generated.seeds())
def test_a_batch_is_the_same_in_both_forms(chance: random.Random) -> None:
    """What the reference reads in JSON it reads again when it was written in CBOR."""
    whole = batch.decode(generated.written(generated.batch_document(chance), JSON, chance))
    head = (whole.facility, whole.agent, whole.epoch, whole.seq, whole.oldest_unacked)

    assert shown(batch.decode(cborbatch.put_head(cborbatch.encode(whole), *head, protocol=whole.protocol))) == shown(
        whole
    )


@settings(max_examples=250, deadline=None)
@given(generated.seeds())
def test_batches_and_near_misses_get_the_same_verdict(chance: random.Random) -> None:
    """Valid batches in CBOR and spoilt ones are read as the reference reads them, columns included."""
    data = in_cbor(chance)
    same(data)
    same(spoilt(chance, data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_get_the_same_verdict(data: bytes) -> None:
    """Random bytes behind the first are refused as the reference refuses them."""
    same(cborbatch.FIRST + data)


@settings(max_examples=60, deadline=None)
@given(generated.seeds())
def test_both_forms_together_get_their_own_verdicts(chance: random.Random) -> None:
    """Batches in JSON and in CBOR, whole, spoilt and compressed, may come in one go."""
    made = [in_cbor(chance) for _ in range(3)]
    some = [made[0], compression.squeezed(made[1]), spoilt(chance, made[2]), generated.batch_bytes(chance)]
    chance.shuffle(some)
    same_together(made)
    same_together(some)


def test_usual_batches_take_the_fast_way() -> None:
    """Batches without anything odd are read as columns, all at once."""
    chance = random.Random(3)
    found = fastbatch.decode_batches([message(ROWS, [PACK]), message(ROWS[::-1], [])] * 3 + [in_cbor(chance)])

    assert [type(one) for one in found] == [ColumnBatch] * 7
    assert len({id(one.share.whole) for one in found if isinstance(one, ColumnBatch)}) == 1


def test_others_can_read_it() -> None:
    """A general CBOR decoder finds three texts and six typed arrays (tags and order of bytes: RFC 8746, table 3)."""
    json, channels, words, *arrays = cbor2.loads(message(ROWS, [PACK]))
    formats = {64: "u1", 69: "<u2", 79: "<i8", 86: "<f8"}
    read = [np.frombuffer(one.value, formats[one.tag]).tolist() for one in arrays]

    assert batch.decode(json.encode()).packs == [PACK]
    assert (channels, words) == ("n07:vw1.frequency Hz\nn07:sonde1.ph", "gross_range\ntimeout")
    assert read[:2] == [[0, 1, 0], [1764079200137, 1764079200000, 1764079260137]]
    assert read[2][::2] == [2831.4, 2831.5] and np.isnan(read[2][1])
    assert read[3:] == [[1, 9, 1], [1, 2, 0], [3, -1, -1]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            BatchObservation(
                "n07:vw1.frequency", 1764079200000, float("inf"), 1, None, cfg=None, unit=None, missing=None
            ),
            "not-finite",
        ),
        (
            BatchObservation("n07:vw1.frequency", 1764079200000, None, 1, None, cfg=None, unit=None, missing="timeout"),
            "quality",
        ),
    ],
)
def test_what_json_refuses_to_write_cbor_refuses_too(row: BatchObservation, reason: str) -> None:
    """A value that is not finite, or missing without its flag, does not leave."""
    with pytest.raises(BadPack) as caught:
        cborbatch.encode(Batch(*HEAD, [row]))
    assert caught.value.reason == reason


def test_a_batch_within_a_batch_is_refused() -> None:
    """The first item is JSON, neither compressed nor in this form again, so nothing is read deeper than once."""
    inner = message(ROWS, [])
    for json in (inner, compression.squeezed(inner)):
        data = cborbatch.FIRST + cborbatch._text(json) + message([], [])[1:].partition(b"]")[2]
        same(data)
        with pytest.raises(BadPack, match="not-json"):
            batch.decode(data)
