"""What CLDR says of a language: its own name, its decimal mark, its months and its plural rules.

`cldr.json` has that of the languages of Europe (`tests.cldr` writes it). Of any other Babel is asked, which loads the
whole data of each language that it is asked for: 5.4 MB for three of them, in each program.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("cldr.json")
COUNTRIES: Final = {"pt": "pt-PT"}
"""Tags that CLDR and browsers take for another country than the catalogue is of: to them a bare `pt` is Brazil's."""


def facts(tag: str) -> dict[str, Any]:
    """The facts of a language: `name`, `decimal`, `months`, January first, and `plural`, a rule by form."""
    return _kept().get(tag) or by_babel(tag)


@cache
def by_babel(tag: str) -> dict[str, Any]:
    """The same, by Babel."""
    from babel import Locale  # here alone: see above

    locale = Locale.parse(COUNTRIES.get(tag, tag), sep="-")
    months = locale.months["format"]["abbreviated"]
    return {
        "name": str(Locale.parse(tag, sep="-").get_display_name()),
        "decimal": str(locale.number_symbols["latn"]["decimal"]),
        "months": [str(months[month]) for month in range(1, 13)],
        "plural": dict(sorted(locale.plural_form.rules.items())),
    }


@cache
def _kept() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["languages"]
    return found
