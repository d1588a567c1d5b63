"""Documents: whatever bytes come, they are one or they are refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec import json_document
from wire import BadPack


class Word(msgspec.Struct):
    """A document with one member."""

    state: str


def test_a_document_is_read() -> None:
    """A member that nobody asked for does no harm."""
    assert json_document.decode(b'{"state":"online","more":[1]}', Word, 100) == Word("online")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-json"),
        (b"[1]", "not-json"),
        (b'{"state":1}', "not-json"),
        (b'{"state":"\xff"}', "not-json"),
        (b'{"state":"online","more":' + b"[" * 100_000, "not-json"),
        (b" " * 200_001, "too-long"),
    ],
)
def test_what_is_none_is_refused(data: bytes, reason: str) -> None:
    """By one exception, which names the reason."""
    with pytest.raises(BadPack) as refused:
        json_document.decode(data, Word, 200_000)

    assert refused.value.reason == reason


@given(st.binary() | st.binary().map(lambda inner: b'{"state":"' + inner + b'"}'))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """Any bytes, also within a text."""
    try:
        found = json_document.decode(data, Word, 1000)
    except BadPack:
        return
    assert isinstance(found.state, str)
