"""Units as people read them: the same symbols in each language, and the few that are words."""

from typing import Final

from texts import load

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
    "[pH]": "",
    "{NTU}": "NTU",
    "{dBm}": "dBm",
    "{count}": "",
    "{level}": "",
    "1": "",
}


def unit_words(unit: str) -> str:
    """Give a UCUM unit as it is printed ('Cel' is '°C'); one that is a word, in the language ('{digits}')."""
    if unit in SYMBOLS:
        return SYMBOLS[unit]
    return str(load(rooms=(ROOM,))["units"].get(unit.strip("{}"), unit))
