"""Numbers, dates and times as each language writes them.

Order and digits are the same in all: '26 478', '25 Nov 2025 14:32'. The decimal mark and the names of the months are
the language's (CLDR); a minus is true, and from 10 000 thin spaces stand between thousands.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from texts import languages

THIN_SPACE: Final = "\u2009"
MINUS: Final = "\u2212"
WRITTEN: Final = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", re.ASCII)
STOPPED: Final = re.compile(r"(?<=[^}]})(?=\.)")
"""Behind a value, where a stop ends the sentence; a doubled brace is no value."""
SPACED_FROM: Final = 5
"""So many digits before the decimal mark are grouped."""


def number(plain: str) -> str:
    """Write a plain decimal number ('-26478.5') for people, also one with an exponent; a zero has no sign."""
    if "e" in plain:
        plain = f"{Decimal(plain):f}"
    sign, body = (MINUS, plain[1:]) if plain.startswith("-") else ("", plain)
    whole, point, fraction = body.partition(".")
    if not (whole + fraction).strip("0"):
        sign = ""
    if len(whole) >= SPACED_FROM:
        whole = f"{int(whole):,}".replace(",", THIN_SPACE)
    return sign + whole + (languages.current().decimal if point else "") + fraction


def short(value: float, figures: int = 6) -> str:
    """Write a number with at most so many significant figures, and no more decimals than it has."""
    return number(f"{value:.{figures}g}")


def read(text: str) -> float | None:
    """Read a number that a person wrote, with a point or the decimal mark of the language; None for what is none."""
    spaced = text.strip().replace(THIN_SPACE, "").replace(" ", "").replace(MINUS, "-")
    plain = spaced.replace(languages.current().decimal, ".")
    return float(plain) if WRITTEN.fullmatch(plain) else None


class Decimals(float):
    """A number in a sentence: with the decimals that its place asks for, in the marks of the language."""

    def __format__(self, spec: str) -> str:
        return number(format(float(self), spec)) if spec else short(float(self))


class Whole(int):
    """A whole number in a sentence."""

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec else number(str(int(self)))


def filled(text: str, values: Mapping[str, object]) -> str:
    """Fill values into a sentence; numbers as the language writes them.

    What ends with a stop ('3 mar.') ends its sentence too: no second one stands behind it.
    """
    said = {name: _written(value) for name, value in values.items()}
    begun, *rest = (part.format(**said) for part in STOPPED.split(text))
    for part in rest:
        begun += part.removeprefix(".") if begun.endswith(".") else part
    return begun


def _written(value: object) -> object:
    if isinstance(value, float):
        return Decimals(value)
    return Whole(value) if isinstance(value, int) and not isinstance(value, bool) else value


def month(number_of: int) -> str:
    """Give the short name of a month, 1 to 12."""
    return languages.current().months[number_of - 1]


def day(one: date, today: date | None = None) -> str:
    """Write a date ('3 May'), with its year where it is not that of `today`, or where no day is today."""
    year = "" if today is not None and one.year == today.year else f" {one.year}"
    return f"{one.day} {month(one.month)}{year}"


def month_of_year(month_of: str) -> str:
    """Write a month of a calendar ('2026-03' is 'Mar 2026')."""
    year, _, at = month_of.partition("-")
    return f"{month(int(at))} {year}"


def calendar_day(day_of: str | None) -> str:
    """Write a day of a calendar with its year ('2026-03-05' is '5 Mar 2026'); '' for none."""
    return day(date.fromisoformat(day_of[:10])) if day_of else ""


def day_and_clock(time: datetime, zone: str, now: datetime | None = None) -> str:
    """Write an aware time in the IANA zone ('25 Nov 14:32'); the year is said when it is not the year of `now`."""
    local = time.astimezone(ZoneInfo(zone))
    today = local.date() if now is None else now.astimezone(ZoneInfo(zone)).date()
    return f"{day(local.date(), today)} {local:%H:%M}"
