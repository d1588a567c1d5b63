"""Names against the regular expressions of the design (wire.md section 1)."""

import re

from hypothesis import given
from hypothesis import strategies as st

from wire import names

ID = "[a-z0-9][a-z0-9-]{0,31}"
NEAR = st.text("az09-.:_A é", max_size=12) | st.from_regex(f"{ID}[.:]{ID}:?", fullmatch=True) | st.text(max_size=40)


@given(NEAR | st.from_regex(ID, fullmatch=True) | st.text("a", min_size=31, max_size=34))
def test_an_id_is_what_the_expression_says(text: str) -> None:
    """1 to 32 characters a-z 0-9 -, no hyphen first."""
    assert names.is_id(text) == bool(re.fullmatch(ID, text, re.ASCII))


@given(NEAR)
def test_a_channel_and_a_base_are_made_of_two_ids(text: str) -> None:
    """instrument.quantity and facility:node: with valid ids, and nothing else."""
    assert names.is_channel(text) == bool(re.fullmatch(rf"{ID}\.{ID}", text, re.ASCII))
    assert names.is_base(text) == bool(re.fullmatch(f"{ID}:{ID}:", text, re.ASCII))


@given(st.text("09afgA", min_size=6, max_size=9))
def test_an_epoch_is_eight_hex_digits(text: str) -> None:
    """Lower case, exactly eight."""
    assert names.is_epoch(text) == bool(re.fullmatch("[0-9a-f]{8}", text))


def test_what_is_no_text_is_no_name() -> None:
    """Numbers, None and bytes are never names."""
    for value in (None, 5, b"n07", ["n07"]):
        assert not (names.is_id(value) or names.is_epoch(value) or names.is_channel(value) or names.is_base(value))
