"""Substances that laboratories report, by the words they print: a word that is not among them is nothing.

A heading in capitals (CU, CO, HF) is a symbol and no formula of other elements, so no word is ever taken apart.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from tailings.commodities.elements import DATA, UnknownSubstance, atomic_weights, mass_share
from tailings.plugins import hint

FILE: Final = DATA / "substances.toml"
Kind = Literal["element", "compound", "loss", "sum"]


class Substance(Struct, frozen=True):
    """What a result can be of: its element ("" of a loss and a sum) and kilograms of that in a kilogram of it."""

    name: str
    kind: Kind
    element: str
    share: float


@cache
def known() -> Sequence[Substance]:
    """Return all of them: the elements with a weight, and those of the data file."""
    told = tomllib.loads(FILE.read_text())
    found = [Substance(symbol, "element", symbol, 1.0) for symbol in atomic_weights()]
    for element, formulas in told["compounds"].items():
        found += [Substance(one, "compound", element, mass_share(element, one)) for one in formulas]
    for word, formula in told["printed_as"].items():
        meant = next(one for one in found if one.name == formula)
        found.append(Substance(word, "compound", meant.element, meant.share))
    found += [Substance(word, "loss", "", 1.0) for word in told["losses"]]
    return [*found, *(Substance(word, "sum", "", 1.0) for word in told["sums"])]


@cache
def _by_word() -> dict[str, Substance]:
    return {one.name.lower(): one for one in known()}


def is_known(word: str) -> bool:
    """Whether a laboratory calls a substance so, in any case."""
    return word.lower() in _by_word()


def find(word: str) -> Substance:
    """Return the substance that a laboratory calls so, in any case; raises UnknownSubstance with the nearest ones."""
    found = _by_word().get(word.lower())
    if found is None:
        raise UnknownSubstance(f"{word} is no substance known here{hint(word, [one.name for one in known()])}")
    return found
