"""CSV that people open in a spreadsheet (RFC 4180): no cell begins a formula.

A spreadsheet computes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, also from a file, and a
formula can call programs and send cells away. Names, notes and sample ids come from people and laboratories; such a
text gets an apostrophe before it, and so does one that stands behind apostrophes of its own: from the cell alone the
text is known again. A number stays a number. Parquet and JSON carry every text as it is.
Source: OWASP, "CSV Injection" (secondary).
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The last four are full-width forms, which spreadsheets in Asian languages take for the first."""
MARK: Final = "'"
NUMBER: Final = re.compile(r"[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def cell(value: object) -> object:
    """Return what stands in a cell: a text that would begin a formula is marked as text."""
    if isinstance(value, str) and value.lstrip(MARK).startswith(BEGINS) and not NUMBER.fullmatch(value):
        return MARK + value
    return value


def text(rows: Iterable[Iterable[object]]) -> str:
    """Return the lines of a file; None is an empty cell."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()
