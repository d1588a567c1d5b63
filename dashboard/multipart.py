"""Forms that carry a file, as browsers send them (multipart/form-data, RFC 7578) of a body that is there whole."""

from io import BytesIO
from typing import Final, NamedTuple

import multipart as library  # type: ignore[import-untyped]

from api.http.errors import BadParameter

MAX_PARTS: Final = 10
MAX_HEAD_BYTES: Final = 4_096


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
    kind, options = library.parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BadParameter("Send the form as multipart/form-data.", "content-type")
    form = FileForm({}, {})
    try:
        for part in library.MultipartParser(
            BytesIO(body),
            options["boundary"],
            len(body),
            strict=True,
            headersize_limit=MAX_HEAD_BYTES,
            part_limit=MAX_PARTS,
            spool_limit=len(body),
            memory_limit=len(body) + 1,
        ):
            if part.filename is None:
                form.fields[part.name] = part.raw.decode("utf-8", "replace")
            else:
                form.files[part.name] = FilePart(part.filename, part.raw)
    except (library.MultipartError, UnicodeDecodeError) as error:
        raise BadParameter("This is no form of ours; open its page again.", "body") from error
    return form
