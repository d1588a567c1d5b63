"""What CLDR says of each language that a catalogue may be in, as Babel has it: `texts/cldr.json` is written from here.

Babel itself loads the whole data of a language where one fact is asked for: 5.4 MB for three of them, in each program.
"""

import json
from typing import Final

from babel import Locale

from texts.languages import locale_of

TAGS: Final = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl"),
    *("pt", "ro", "sk", "sl", "sv"),
    *("bs", "mk", "nb", "sq", "sr", "tr", "uk"),
)
"""The official languages of the European Union, and of neighbours that mine."""
LICENCE: Final = "Unicode CLDR, by Babel; texts/LICENSE.cldr. Written by python -m tests.documents texts/cldr.json"


def document() -> str:
    """The file: by tag the language's own name, its decimal mark, its months and its plural rules."""
    facts = {tag: _facts(tag) for tag in sorted(TAGS)}
    return json.dumps({"source": LICENCE, "languages": facts}, ensure_ascii=False, indent=1) + "\n"


def _facts(tag: str) -> dict[str, object]:
    locale = Locale.parse(locale_of(tag), sep="-")
    months = locale.months["format"]["abbreviated"]
    return {
        "name": str(Locale.parse(tag).get_display_name()),
        "decimal": str(locale.number_symbols["latn"]["decimal"]),
        "months": [str(months[month]) for month in range(1, 13)],
        "plural": dict(sorted(locale.plural_form.rules.items())),
    }
