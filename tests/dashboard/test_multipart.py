"""Forms with a file: as httpx writes them, a second implementation; and what is none."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.errors import BadParameter
from dashboard.multipart import MAX_PARTS, FilePart, parse

FORM = "multipart/form-data; boundary=x"
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@given(
    fields=st.dictionaries(NAMES, st.text(st.characters(codec="utf-8"), max_size=40), max_size=4), content=st.binary()
)
def test_what_httpx_writes_is_read_as_it_was(fields: dict[str, str], content: bytes) -> None:
    """Fields in any script, and bytes of any kind, line ends and dashes among them.

    httpx doubles a backslash in a name, which browsers do not (HTML, section 4.10.22.7): to a browser these are two.
    """
    sent = httpx.Request("POST", "http://h", data=fields, files={"file": ('a "b".png', content)})
    form = parse(sent.headers["content-type"], sent.read())

    assert form.fields == {name.replace("\\", 2 * "\\"): value for name, value in fields.items() if name != "file"}
    assert form.files == {"file": FilePart('a "b".png', content)}


@pytest.mark.parametrize(
    ("type", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=b"),
        ("multipart/form-data", b"--x--"),
        (FORM, b""),
        (FORM, b"--x\r\n"),
        (FORM, b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nno end'),
        (FORM, b"--x\r\ncontent-disposition: form-data\r\n\r\n1\r\n--x--"),
        (FORM, b"--x\r\n" + b"a" * 5000 + b"\r\n\r\n1\r\n--x--"),
        (FORM, b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n' * (MAX_PARTS + 1) + b"--x--"),
    ],
)
def test_what_is_no_form_is_refused(type: str, body: bytes) -> None:
    """Other types, a missing boundary, end or name, a head without end, more parts than any form of ours."""
    with pytest.raises(BadParameter):
        parse(type, body)
