"""Acks, as wire.md section 4 spells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import BadPack, acks

EXAMPLE = b'{"epoch":"9f3a01bc","through":4711}'
EXAMPLE_WITH_TIME = b'{"epoch":"9f3a01bc","through":4711,"at":1764079200}'


def test_the_example_of_the_design_is_read_and_written() -> None:
    """The payload is the one of docs/wire.md, byte by byte."""
    assert acks.decode(EXAMPLE) == ("9f3a01bc", 4711)
    assert acks.encode("9f3a01bc", 4711) == EXAMPLE
    assert acks.encode("9f3a01bc", 4711, 1764079200) == EXAMPLE_WITH_TIME
    assert acks.decode(EXAMPLE_WITH_TIME) == ("9f3a01bc", 4711)


@given(st.text("0123456789abcdef", min_size=8, max_size=8), st.integers(-1, 2**31 - 1))
def test_any_ack_comes_back(epoch: str, through: int) -> None:
    """What is written is read again, from -1 (nothing stored yet) to the last seq."""
    assert acks.decode(acks.encode(epoch, through)) == (epoch, through)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "payload"),
        (b"[]", "payload"),
        (b'{"epoch":"9f3a01bc"}', "payload"),
        (b'{"epoch":"9f3a01bc","through":1,"x":1}', "payload"),
        (b'{"epoch":"9f3a01bc","epoch":"9f3a01bd","through":1}', "epoch"),
        (b'{"epoch":"9F3A01BC","through":1}', "epoch"),
        (b'{"epoch":91,"through":1}', "epoch"),
        (b'{"epoch":"9f3a01bc","through":1.0}', "through"),
        (b'{"epoch":"9f3a01bc","through":-2}', "through"),
        (b'{"epoch":"9f3a01bc","through":true}', "through"),
        (b'{"epoch":"9f3a01bc","through":2147483648}', "through"),
        (b'{"epoch":"9f3a01bc","through":1,"at":1.5}', "at"),
        (b'{"epoch":"9f3a01bc","through":1,"at":-1}', "at"),
        (b'{"epoch":"9f3a01bc","at":1}', "payload"),
        (EXAMPLE + b" " * 128, "payload"),
    ],
)
def test_a_bad_ack_is_refused(data: bytes, field: str) -> None:
    """An ack that is not exactly one frees nothing: it raises BadPack with the field."""
    with pytest.raises(BadPack) as refused:
        acks.decode(data)

    assert refused.value.field == field
