"""Elements and their compounds: atomic weights, and the share of an element in an oxide or carbonate."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"
PART: Final = re.compile(r"([A-Z][a-z]?)([1-9][0-9]{0,2})?")  # of hundreds of atoms no formula is plain


class UnknownSubstance(ValueError):
    """A formula that is none, or an element without an atomic weight here."""


@cache
def atomic_weights() -> dict[str, float]:
    """Standard atomic weights [g/mol] by symbol; source in the data file."""
    return dict(tomllib.loads((DATA / "atomic_weights.toml").read_text())["weight"])


def parts(formula: str) -> dict[str, int]:
    """Atoms by symbol of a plain formula ("WO3", "Pr6O11"); raises UnknownSubstance."""
    if not formula or PART.sub("", formula):
        raise UnknownSubstance(f"{formula!r} is no plain formula; write it like WO3 or CaCO3")
    found: dict[str, int] = {}
    for symbol, count in PART.findall(formula):
        if symbol not in atomic_weights():
            raise UnknownSubstance(f"{symbol!r} in {formula!r} is no element known here")
        found[symbol] = found.get(symbol, 0) + int(count or 1)
    return found


def mass_share(element: str, formula: str) -> float:
    """Kilograms of the element in a kilogram of the substance (W in WO3: 0.793); raises UnknownSubstance."""
    atoms, weights = parts(formula), atomic_weights()
    if element not in atoms:
        raise UnknownSubstance(f"there is no {element} in {formula}")
    return atoms[element] * weights[element] / sum(count * weights[symbol] for symbol, count in atoms.items())
