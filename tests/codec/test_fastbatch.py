"""The fast batch codec against the reference: equal values, columns and refusals, for any bytes."""

import random
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import batch, fastbatch
from codec.batch import Batch, BatchObservation
from codec.columns import Columns, columns_of
from codec.fastbatch import ColumnBatch
from tests.codec import generated
from wire import BadPack

OF_COLUMNS = ("_observations", "read", "share", "data")
"""Where a batch has its observations, each kind in its own way."""
SELDOM = ("repeats", "quarantine", "faults", "verdicts")
"""What a batch may have no list of."""


def verdict(decode: object, data: bytes) -> str:
    """The batch or the refusal as text."""
    assert callable(decode)
    try:
        return shown(decode(data))
    except BadPack as bad:
        return repr((bad.reason, bad.field, bad.detail))


def shown(found: Batch) -> str:
    """All that it has, whatever fields there are."""
    columns = listed(found.columns if isinstance(found, ColumnBatch) else columns_of(found))
    kinds = {kind: list(getattr(found, kind)) for kind in SELDOM}
    fields = {name: value for name, value in (vars(found) | kinds).items() if name not in OF_COLUMNS}
    return repr((sorted(fields.items()), columns, found.observations))


def listed(columns: Columns) -> list[object]:
    """Columns as lists, each array with its type in front; that of texts is as wide as its longest."""
    arrays: list[npt.NDArray[Any]] = [columns.time_ms, columns.result, columns.quality, columns.cfg]
    return [columns.texts(), columns.tests.tolist(), *([array.dtype, *array.tolist()] for array in arrays)]


def same(data: bytes) -> None:
    assert verdict(fastbatch.decode_batch, data) == verdict(batch.decode, data)


def same_together(payloads: Sequence[bytes]) -> None:
    """Read as one, the payloads get the verdicts that each would get alone."""
    together = [
        shown(one) if isinstance(one, Batch) else repr((one.reason, one.field, one.detail))
        for one in fastbatch.decode_batches(payloads)
    ]
    assert together == [verdict(batch.decode, data) for data in payloads]


@settings(max_examples=400, deadline=None)
@given(generated.seeds())
def test_batches_and_near_misses_get_the_same_verdict(chance: random.Random) -> None:
    """Valid batches and spoilt ones are read as the reference reads them, columns included."""
    same(generated.batch_bytes(chance))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_get_the_same_verdict(data: bytes, is_behind: bool) -> None:
    """Random bytes, alone or behind a valid batch, are refused as the reference refuses them."""
    same((generated.batches(1)[0] if is_behind else b"") + data)


@settings(max_examples=300, deadline=None)
@given(generated.seeds())
def test_batches_that_are_read_as_one_get_their_own_verdicts(chance: random.Random) -> None:
    """Valid and spoilt batches in one go are read as the reference reads each of them."""
    same_together([generated.batch_bytes(chance) for _ in range(chance.randint(0, 5))])


@settings(max_examples=300, deadline=None)
@given(generated.seeds())
def test_a_batch_cut_anywhere_does_not_reach_into_the_next(chance: random.Random) -> None:
    """One valid text of two batches, divided at any place and given the usual ends, is not mended by joining it."""
    whole = b",".join(generated.batch_bytes(chance) for _ in range(2))
    at = chance.randrange(len(whole) + 1)
    begin, end = chance.choice([(b"", b""), (b'[{"bn":"', b"}]"), (b"[{", b'"}]')])
    same_together([whole[:at] + end, begin + whole[at:], generated.batch_bytes(chance)])


HEAD = b'[{"bn":"vale:","n":"_edge.gw1.epoch","vs":"9f3a01bc"},{"n":"_edge.gw1.seq","v":1},{"n":"_edge.gw1.kept","v":0}'
ROW = b'{"n":"n07:vw1.frequency","t":1764079200,"v":2831.4,"q":1}'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HEAD + b",", HEAD + b"," + ROW + b"]"),
        (HEAD + b"," + ROW[:-2], HEAD + b"]"),
        (HEAD + b'],[{"n":"}]', HEAD + b"]"),
        (HEAD + b"," + HEAD[1:] + b"]", b"[" + ROW + b"]"),
        (HEAD + b',{"n":"x}]', HEAD + b'"}]'),
        (HEAD + b',{"n":"n07:fault.vw1","t":1764079200,"vs":"}]', HEAD + b"," + ROW + b"]"),
        (b'[{"bn":"vale:","n":"_edge.gw1.epoch","vs":"9f3a01bc"}]', b"[" + HEAD[HEAD.index(b"},") + 2 :] + b"]"),
        (HEAD[: HEAD.index(b"},") + 1] + b"]", HEAD + b"," + ROW + b"]"),
    ],
)
def test_what_only_the_next_batch_would_complete_is_refused(first: bytes, second: bytes) -> None:
    """An open text, record or head at the end of one message is not closed by the message behind it."""
    same_together([first, second])


def test_batches_that_are_read_as_one_take_the_fast_way() -> None:
    """Batches without anything odd are not read one by one."""
    whole = HEAD + b"," + b",".join([ROW] * 3) + b"]"

    found = fastbatch.decode_batches([whole] * 4)

    assert [type(one) for one in found] == [ColumnBatch] * 4
    assert [len(one.observations) for one in found if isinstance(one, Batch)] == [3] * 4


def test_batches_with_verdicts_take_the_fast_way() -> None:
    """A verdict stands beside the columns and makes no other batch of the group slower than a second reading."""
    told = ROW.replace(b'"q":1', b'"verdict":4,"qt":"spike"')

    found = fastbatch.decode_batches([HEAD + b"," + ROW + b"]", HEAD + b"," + told + b"," + ROW + b"]"])

    assert [type(one) for one in found] == [ColumnBatch] * 2
    assert [(len(one.observations), list(one.verdicts)) for one in found if isinstance(one, Batch)] == [
        (1, []),
        (
            1,
            [
                BatchObservation(
                    "n07:vw1.frequency", 1764079200000, 2831.4, 4, "spike", cfg=None, unit=None, missing=None
                )
            ],
        ),
    ]


def test_usual_batches_take_the_fast_way() -> None:
    """Most valid batches are recognised without the reference."""
    chance = random.Random(3)
    found = [
        fastbatch.decode_batch(generated.written(generated.batch_document(chance), "application/senml+json", chance))
        for _ in range(100)
    ]

    assert sum(isinstance(one, fastbatch.ColumnBatch) for one in found) > 60


def test_a_batch_that_is_too_long_is_refused() -> None:
    """More than 256 kB is refused before anything is read."""
    same(b"[" + b" " * 262144)
