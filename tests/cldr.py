"""The file `texts/cldr.json`: the languages that it has, and how it is written."""

import json
from typing import Final

from texts import cldr

TAGS: Final = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl"),
    *("pt", "ro", "sk", "sl", "sv"),
    *("bs", "mk", "nb", "sq", "sr", "tr", "uk"),
)
"""The official languages of the European Union, and of neighbours that mine."""
LICENCE: Final = "Unicode CLDR, by Babel; texts/LICENSE.cldr. Written by python -m tests.documents texts/cldr.json"


def document() -> str:
    """The file, a language a tag."""
    found = {tag: cldr.by_babel(tag) for tag in sorted(TAGS)}
    return json.dumps({"source": LICENCE, "languages": found}, ensure_ascii=False, indent=1) + "\n"
