"""CBOR against the examples of RFC 8949 appendix A and against cbor2."""

import math

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import cbor
from wire import BadPack

EXAMPLES = [  # RFC 8949 appendix A, those that SenML can use
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1b000000e8d4a51000", 1000000000000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("3bffffffffffffffff", -18446744073709551616),
    ("20", -1),
    ("3903e7", -1000),
    ("f90000", 0.0),
    ("fb3ff199999999999a", 1.1),
    ("f93e00", 1.5),
    ("f97bff", 65504.0),
    ("fa47c35000", 100000.0),
    ("fa7f7fffff", 3.4028234663852886e38),
    ("fb7e37e43c8800759c", 1e300),
    ("f90001", 5.960464477539063e-8),
    ("f90400", 0.00006103515625),
    ("f9c400", -4.0),
    ("fbc010666666666666", -4.1),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("60", ""),
    ("6449455446", "IETF"),
    ("62225c", '"\\'),
    ("62c3bc", "ü"),
    ("64f0908591", "\U00010151"),
    ("83010203", [1, 2, 3]),
    ("a201020304", {1: 2, 3: 4}),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
]
SIMPLE = st.one_of(
    st.integers(-(2**64), 2**64 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.binary(max_size=30),
    st.booleans(),
)


@pytest.mark.parametrize(("data", "value"), EXAMPLES, ids=[data for data, _ in EXAMPLES])
def test_examples_of_the_standard_are_read(data: str, value: object) -> None:
    """Every example of appendix A without tag, simple value and indefinite length is read as it says."""
    found = cbor.decode(bytes.fromhex(data))

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("data", "value"), [e for e in EXAMPLES if not isinstance(e[1], list | dict | None)])
def test_examples_of_the_standard_are_written(data: str, value: object) -> None:
    """Every example of a single item is written in the same bytes: the shortest there are."""
    assert cbor.encode(value).hex() == data


@pytest.mark.parametrize("data", ["f97c00", "f97e00", "f9fc00", "fa7f800000", "fb7ff8000000000000"])
def test_what_is_not_finite_is_read_for_others_to_refuse(data: str) -> None:
    """Infinity and NaN of appendix A are read as such; `senml.check` refuses them with the label."""
    found = cbor.decode(bytes.fromhex(data))

    assert isinstance(found, float)
    assert not math.isfinite(found)


@settings(max_examples=200, deadline=None)
@given(SIMPLE)
def test_any_item_is_written_as_cbor2_reads_it(value: object) -> None:
    """cbor2 reads the same item from what we write."""
    assert repr(cbor2.loads(cbor.encode(value))) == repr(value)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.integers(-9, 300) | st.text(max_size=5), SIMPLE, max_size=5), max_size=5))
def test_any_document_of_cbor2_is_read(value: object) -> None:
    """Lists of maps that cbor2 writes are read alike."""
    assert repr(cbor.decode(cbor2.dumps(value))) == repr(value)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes are, nothing but BadPack is raised; what is read, cbor2 reads too."""
    try:
        found = cbor.decode(data)
    except BadPack:
        return

    assert repr(found) == repr(cbor2.loads(data))


def test_a_list_longer_than_its_bytes_costs_nothing() -> None:
    """Lengths that the bytes cannot hold are refused before memory is asked for."""
    for data in (b"\x9b" + b"\x7f" * 8, b"\xbb" + b"\x7f" * 8, b"\x5b" + b"\x7f" * 8, b"\x7b" + b"\x7f" * 8):
        with pytest.raises(BadPack, match="truncated"):
            cbor.decode(data)


def test_items_are_given_until_the_document_breaks() -> None:
    """What stands before a broken place can still be read."""
    items = cbor.items_of(b"\x83\x01\x02\xc0")

    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(BadPack, match="cbor-tag"):
        next(items)
