"""What a result column is about: substance, unit and method, and the way from its numbers to mg/kg of the element."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from msgspec import Struct

from tailings.commodities import substances
from tailings.commodities.elements import UnknownSubstance
from tailings.commodities.substances import Substance
from tailings.plugins import hint

MG_PER_KG: Final = {
    "mg/kg": 1.0,
    "ppm": 1.0,
    "g/t": 1.0,
    "g/ton": 1.0,
    "%": 1e4,
    "pct": 1e4,
    "wt%": 1e4,
    "wt.%": 1e4,
    "ug/g": 1.0,
    "ppb": 1e-3,
    "ng/g": 1e-3,
    "mg/t": 1e-3,
    "ug/kg": 1e-3,
    "g/kg": 1e3,
    "kg/t": 1e3,
}
HEADING: Final = re.compile(
    r"(?P<substance>[A-Za-z][A-Za-z0-9]*)(?:[\s_,;]+\(?|\()(?P<unit>[^\s_\[\]()]+)\)?"
    r"([\s_]*\[?(?P<method>[^\]]*)\]?)?"
)
WHOLE_MG_PER_KG: Final = 1e6


class BadContent(ValueError):
    """A column heading that does not say substance and unit; the sentence says how to write it."""


class Content(Struct, frozen=True):
    """A result column: `WO3 % [XRF15]` is the oxide in percent by method XRF15."""

    substance: str
    unit: str
    method: str

    @property
    def known(self) -> Substance:
        """What is known of its substance."""
        return substances.find(self.substance)

    @property
    def element(self) -> str:
        """The element that the column is about (W of WO3); the substance itself where it is a loss or a sum."""
        return self.known.element or self.substance

    def to_mg_per_kg(self, value: float) -> float:
        """Turn a result of the column into mg/kg of the element; raises BadContent above the whole of the sample."""
        if value * MG_PER_KG[self.unit] > WHOLE_MG_PER_KG:
            raise BadContent(f"{value:g} {self.unit} is more than the whole sample; check the unit of the column")
        return value * MG_PER_KG[self.unit] * self.known.share

    def from_mg_per_kg(self, mg_per_kg: float) -> float:
        """Turn mg/kg of the element into a result of the column, to nine digits."""
        return float(f"{mg_per_kg / self.known.share / MG_PER_KG[self.unit]:.9g}")


def read_content(heading: str) -> Content:
    """Read a heading: substance, unit, method in brackets (`W ppm`, `W (ppm)`, `WO3 % [XRF15]`); raises BadContent.

    The case of letters and the form of digits (SiO₂) do not matter: a substance comes back as it is known, the unit in
    small letters.
    """
    match = HEADING.fullmatch(unicodedata.normalize("NFKC", heading).strip())
    if match is None:
        raise BadContent(f"{heading!r} does not say substance and unit; write W ppm or WO3 % [XRF15]")
    unit = match["unit"]
    known = next((word for word in MG_PER_KG if word == unit.lower().replace("µ", "u").replace("μ", "u")), None)
    if known is None:
        raise BadContent(f"{heading!r}: {unit!r} is no unit of content{hint(unit, MG_PER_KG)}")
    try:
        name = substances.find(match["substance"]).name
    except UnknownSubstance as error:
        raise BadContent(f"{heading!r}: {error}") from error
    return Content(name, known, (match["method"] or "").strip())
