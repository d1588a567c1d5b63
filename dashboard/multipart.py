"""Forms that carry a file, as browsers send them: multipart/form-data (RFC 7578) of a body that is there whole."""

import re
from collections.abc import Iterator
from email.message import Message
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from api.http.errors import BadParameter

MAX_PARTS: Final = 10
MAX_HEAD_BYTES: Final = 4_096
BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}")
"""RFC 2046, section 5.1.1, without the space."""
PARAMETER: Final = re.compile(r';\s*(\w+)="((?:[^"\\]|\\.)*)"')


class FilePart(NamedTuple):
    """A file of a form as it came; `name` is what the browser calls it."""

    name: str
    content: bytes


class FileForm(NamedTuple):
    """The fields of a form, and its files, by name."""

    fields: dict[str, str]
    files: dict[str, FilePart]


def parse(content_type: str, body: bytes) -> FileForm:
    """Read a form; raise BadParameter for what is none."""
    form = FileForm({}, {})
    for head, content in _parts(body, _boundary(content_type)):
        given = dict(PARAMETER.findall(head.decode("utf-8", "replace")))
        if "name" not in given:
            raise _no_form()
        name = _unescaped(given["name"])
        if "filename" in given:
            form.files[name] = FilePart(_unescaped(given["filename"]), content)
        else:
            form.fields[name] = content.decode("utf-8", "replace")
    return form


def _boundary(content_type: str) -> bytes:
    head = Message()
    head["content-type"] = content_type
    boundary = head.get_param("boundary")
    if head.get_content_type() != "multipart/form-data" or not BOUNDARY.fullmatch(str(boundary)):
        raise BadParameter("Send the form as multipart/form-data.", "content-type")
    return b"\r\n--" + str(boundary).encode()


def _parts(body: bytes, delimiter: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give head and content of each part; a part is not copied before its end is found."""
    body = b"\r\n" + body
    at = body.find(delimiter)
    for _ in range(MAX_PARTS + 1):
        start = at + len(delimiter)
        if at < 0 or body.startswith(b"--", start):
            break
        end = body.find(delimiter, start)
        head_end = body.find(b"\r\n\r\n", start, start + MAX_HEAD_BYTES)
        if not (body.startswith(b"\r\n", start) and start < head_end + 4 <= end):
            raise _no_form()
        yield body[start:head_end], body[head_end + 4 : end]
        at = end
    else:
        raise _no_form()
    if at < 0:
        raise _no_form()


def _unescaped(text: str) -> str:
    r"""Browsers write " as %22 and line ends as %0D and %0A, and nothing else (HTML, section 4.10.22.7)."""
    some = re.sub(r"%(22|0D|0A)", lambda found: unquote_to_bytes(found[0]).decode(), text, flags=re.IGNORECASE)
    return re.sub(r"\\(.)", r"\1", some)


def _no_form() -> BadParameter:
    return BadParameter("This is no form of ours; open its page again.", "body")
