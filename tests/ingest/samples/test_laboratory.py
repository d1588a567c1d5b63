"""The bytes of a laboratory's file as they come in a command."""

import pytest

from ingest.samples.laboratory import content_of
from tailings.laboratory import BadTable


@pytest.mark.parametrize("text", ["%%%%", "abc", "c2FtcGxlé", "\ud800abc"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    """Also a character beyond ASCII, for which Python has another exception: the author hears what is wrong."""
    with pytest.raises(BadTable, match="is no base64"):
        content_of(text)
