"""What is asked of a document and is not there, as `gaps` of paper.typ sets it."""

from collections.abc import Mapping, Sequence
from typing import Any

from texts import Texts, say


def gaps(rows: Sequence[Mapping[str, str]], texts: Texts) -> dict[str, Any]:
    """Give the table of gaps; each row has `ref`, `says` and `closes`."""
    words = texts["document"]["gaps"]
    return {
        "title": words["title"],
        "says": say(words["says"], len(rows)) if rows else words["none"],
        "columns": list(words["columns"].values()),
        "rows": rows,
    }
