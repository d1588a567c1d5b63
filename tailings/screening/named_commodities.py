"""Which elements a register names under `commodities`: symbols, formulas, and words of several languages."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final

from tailings.commodities import substances
from tailings.commodities.elements import UnknownSubstance, atomic_weights, parts
from tailings.register.search import folded

BETWEEN: Final = re.compile(r"[,;/|+&()\[\]]|\b(?:and|y|e|und|et|och|ja)\b")
MAX_NAMED: Final = 20


def symbols(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The elements that a cell names, in its order, and the words that name none here."""
    named, unknown = dict[str, None](), list[str]()
    for part in BETWEEN.split(text):
        if not (word := part.strip()):
            continue
        if (found := _symbol(word)) is None:
            unknown.append(word)
        else:
            named[found] = None
    return tuple(named)[:MAX_NAMED], tuple(unknown)


def _symbol(word: str) -> str | None:
    if word in atomic_weights():
        return word
    if (known := _words().get(folded(word))) is not None:
        return known
    for one in substances.known():
        if one.name == word and one.kind == "compound":
            return one.element
    try:
        metals = [one for one in parts(word) if one not in ("O", "S", "C", "H", "F")]
    except UnknownSubstance:
        return None
    return metals[0] if len(metals) == 1 and any(letter.isdigit() for letter in word) else None


@cache
def _words() -> dict[str, str]:
    """Element by folded word."""
    document = tomllib.loads(resources.files(__package__).joinpath("commodity_words.toml").read_text())
    return {word: symbol for symbol, words in document["words"].items() for word in words}
