"""The form of a citizen: what it may hold, and what of it is refused, before anything is stored."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, get_args

from api.disclosure.models import NewQuestion, QuestionKind
from texts import Texts, languages, say

LEAST, MOST = 10, 2_000
MAX_FIELDS: Final = 5
MAX_LINKS: Final = 2
LINK: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
NO_TEXT: Final = ("Cc", "Cs", "Co")
"""Of Unicode: control signs, halves of signs, and what has no meaning outside of one program."""
TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
"""Signs that turn the direction of what follows, and the one that stands for bytes that are no text."""


def refusal(fields: Mapping[str, str]) -> str:
    """Give the code of what is wrong, '' where nothing is."""
    words = written(fields)
    if fields.get("homepage"):
        return "trap"
    if fields.get("kind") not in get_args(QuestionKind):
        return "kind"
    if len(words) < LEAST:
        return "short"
    if len(words) > MOST:
        return "long"
    if any(sign in TURNING or unicodedata.category(sign) in NO_TEXT for sign in words.replace("\n", " ")):
        return "signs"
    return "links" if len(LINK.findall(words)) > MAX_LINKS else ""


def written(fields: Mapping[str, str]) -> str:
    """Give the words as they are stored: one kind of line end, one form of each letter, no space around them."""
    plain = fields.get("words", "")[: 4 * MOST].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", plain).strip()


def question(fields: Mapping[str, str]) -> NewQuestion:
    """Make of a form that nothing is wrong with what is stored."""
    kind: QuestionKind = "question" if fields["kind"] == "question" else "observation"
    return NewQuestion(kind=kind, language=languages.current().tag, words=written(fields))


def outcome(code: str, number: int | None, fields: Mapping[str, str], texts: Texts) -> dict[str, Any]:
    """Say what became of it; what was not taken stays in the form."""
    is_taken = code in ("stored", "known")
    words = texts["public"]["send"]["outcome"]
    return {
        "says": say(words[code], number=number),
        "is_taken": is_taken,
        "kind": "" if is_taken else fields.get("kind", ""),
        "words": "" if is_taken else written(fields)[:MOST],
        "address": "",
    }
