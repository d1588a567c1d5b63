"""UTF-8 against CPython's codec, which is strict."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire import BadPack
from wire.utf8 import text_of

EDGES = bytes.fromhex("417f808f909fa0bfc0c1c2dfe0e1edeff0f4f5")  # where the tables of RFC 3629 section 4 turn
NEAR = st.lists(st.sampled_from(EDGES), max_size=6).map(bytes)


@settings(max_examples=1000, deadline=None)
@given(NEAR | st.binary(max_size=12) | st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes_are_text_exactly_when_the_codec_says_so(data: bytes) -> None:
    """Every sequence, the near misses of RFC 3629 section 4 above all, is judged as CPython's codec judges it."""
    try:
        expected: str | None = data.decode("utf-8")
    except UnicodeDecodeError:
        expected = None

    if expected is None:
        with pytest.raises(BadPack, match="utf-8"):
            text_of(data, "vs")
    else:
        assert text_of(data, "vs") == expected
