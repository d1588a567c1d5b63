"""JSON against Python's own reader made strict, and against the corners of RFC 8259 that readers get wrong."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire import BadPack, strictjson

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
DOCUMENTS = st.lists(st.dictionaries(st.text(max_size=5), SCALARS, max_size=4) | SCALARS, max_size=6)
PIECES = [*'[]{},:"\\0123456789+-.eE \n\ttruefalsn/u', "NaN", "Infinity", "\\u00e9", "é", "null", '"v":1', "1e999"]


def _no_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a repeated label")
    return dict(pairs)


def _never(word: str) -> object:
    raise ValueError(word)


def oracle(text: str) -> object:
    """Python's reader without what RFC 8259 does not have: NaN, repeated labels (and, below, half surrogates)."""
    return json.loads(text, object_pairs_hook=_no_repeats, parse_constant=_never)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 1]))
def test_any_document_is_read_as_python_reads_it(document: object, is_ascii: bool, indent: int | None) -> None:
    """Whatever json writes, escaped or not, spaced or not, is read to the same values."""
    try:
        data = json.dumps(document, ensure_ascii=is_ascii, indent=indent).encode()
    except UnicodeEncodeError:
        return

    assert repr(strictjson.decode(data)) == repr(json.loads(data))


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_refused_exactly_when_the_oracle_refuses(text: str) -> None:
    """Texts made of JSON's own pieces are accepted by both or by neither."""
    try:
        expected = repr(oracle(text))
    except ValueError:
        expected = "refused"
    try:
        found = repr(strictjson.decode(text.encode()))
    except BadPack as bad:
        found = "refused" if bad.reason != "depth" else expected

    assert found == expected


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes are, nothing but BadPack is raised."""
    try:
        strictjson.decode(data)
    except BadPack as bad:
        assert bad.reason in ("not-json", "truncated", "trailing", "utf-8", "depth", "duplicate-label", "not-finite")


@pytest.mark.parametrize(
    "text", ["[1,]", "[1 2]", "01", "1.", "+1", ".5", "-", "1e", "{1:2}", "'a'", '"\t"', '"\\x41"', "nul"]
)
def test_what_micropython_takes_for_json_is_refused(text: str) -> None:
    """Corners that MicroPython 1.25 or other readers accept, and RFC 8259 does not."""
    with pytest.raises(BadPack):
        strictjson.decode(text.encode())


def test_a_pair_of_surrogates_is_one_character() -> None:
    """The escape of U+1D11E in RFC 8259 section 7 is the G clef."""
    assert strictjson.decode(b'"\\uD834\\uDD1E"') == "\U0001d11e"


def test_numbers_keep_their_kind() -> None:
    """A number with a fraction or an exponent is a float, one without is an int, one too large is infinite."""
    found = strictjson.decode(b"[1, 1.0, 1e2, -0, -0.0, 123456789012345678, 1e999]")

    assert repr(found) == "[1, 1.0, 100.0, 0, -0.0, 123456789012345678, inf]"
    assert strictjson.decode(b"9" * 400) == math.inf


def test_items_are_given_until_the_document_breaks() -> None:
    """What stands before a broken place can still be read."""
    items = strictjson.items_of(b'[{"n":"seq"}, 2, x')

    assert [next(items), next(items)] == [{"n": "seq"}, 2]
    with pytest.raises(BadPack, match="not-json"):
        next(items)
