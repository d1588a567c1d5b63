"""Units as people read them: the same symbols in each language, and the few that are words."""

import re
from typing import Final

from texts import Texts, load

ROOM: Final = "record"
SYMBOLS: Final = {
    "Cel": "°C",
    "Ohm": "Ω",
    "kOhm": "kΩ",
    "uS/cm": "µS/cm",
    "um": "µm",
    "ug/L": "µg/L",
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "m3/s": "m³/s",
    "m3/h": "m³/h",
    "m3/d": "m³/d",
    "m3": "m³",
    "t/m3": "t/m³",
    "m2": "m²",
    "W/m2": "W/m²",
    "m/s2": "m/s²",
    "mg/(m2.d)": "mg/(m²·d)",
    "m[H2O]": "m H₂O",
    "deg": "°",
    "kg/m3": "kg/m³",
    "kN/m3": "kN/m³",
    "kPa/Cel": "kPa/°C",
    "1/Cel": "1/°C",
    "deg/{digit}": "°/{digit}",
    "kPa/{digit}2": "kPa/{digit}²",
    "[pH]": "",
    "{NTU}": "NTU",
    "{dBm}": "dBm",
    "{count}": "",
    "{level}": "",
    "1": "",
}


def unit_words(unit: str) -> str:
    """Give a UCUM unit as it is printed ('Cel' is '°C'); one that is a word, in the language ('{digits}')."""
    words: Texts = load(rooms=(ROOM,))["units"]
    return re.sub(r"\{(\w+)\}", lambda found: str(words.get(found[1], found[0])), SYMBOLS.get(unit, unit))


def with_words(number: str, unit: str) -> str:
    """Give a written number with its unit as it is printed; '' where there is none."""
    return f"{number} {unit_words(unit)}".strip() if number else ""
