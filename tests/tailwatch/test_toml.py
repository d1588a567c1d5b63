"""Settings files: what is written reads back equal."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from tailwatch import toml

KEYS = st.from_regex(r"[a-z_]{1,10}", fullmatch=True)
PLAIN = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.lists(st.text("abc/ -\"\\'\n"), max_size=3),
)
VALUES = st.recursive(st.dictionaries(KEYS, PLAIN, max_size=4), lambda inner: st.dictionaries(KEYS, inner, max_size=3))


@given(VALUES)
def test_what_is_written_reads_back_equal(values: dict[str, toml.Value]) -> None:
    """The standard library's reader is the judge."""
    assert tomllib.loads(toml.encode(values)) == values
