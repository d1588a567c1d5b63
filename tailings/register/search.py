"""What a facility of a register is found by: folded text, without accents and capitals."""

from __future__ import annotations

import unicodedata
from typing import Final

from tailings.register.values import Values

SEARCHED: Final = (
    *("name", "id", "other_names", "mine", "owner", "operator", "region", "municipality", "commodities"),
)
MAX_SORTED: Final = 200


def folded(text: str) -> str:
    """A text without accents, capitals and doubled blanks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in parts if not unicodedata.combining(one)).split())


def text_of(values: Values) -> str:
    """All that is searched of a facility, in one text."""
    return folded(" | ".join(str(values[name]) for name in SEARCHED if name in values))


def sorted_by(values: Values) -> str:
    """By what it stands in a list."""
    return folded(str(values["name"]))[:MAX_SORTED]
