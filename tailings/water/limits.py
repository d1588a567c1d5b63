"""Limits for water as dated rows with their source, and the rules by which laboratory values are held against them.

What is said of a limit is decided in `tailings.assess.water`; here are the rows. A limit of a site's permit is one too:
it is for one point, and the facility file states it.

Source: tailings/water/limits.toml, each row by its own source.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from tailings.analytes import PLAIN, Analyte, analyte
from tailings.facility.permits import PermitLimit, Statistic

FILE: Final = Path(__file__).with_name("limits.toml")
HARDNESS_MG_L: Final = (40.0, 50.0, 100.0, 200.0)
"""Where the hardness classes 2 to 5 begin, mg/L CaCO3 (Directive 2008/105/EC, Annex I Part A, footnote 6)."""
LimitChecked = Literal["read", "secondary", "entered"]
RuleChecked = Literal["read", "secondary", "own"]


class LimitSource(Struct, frozen=True):
    """Where limits and rules come from. `read_in`: the copy that was opened; empty where the text was not."""

    key: str
    title: str
    address: str
    date: str
    read_in: str = ""


class AssessmentRule(Struct, frozen=True):
    """One rule for verdicts, in words, with its number where it has one. `own`: no law states it.

    applies: keys of the sources of limits that the number is for. repeated_by: a source that was read, and says so too.
    """

    key: str
    says: str
    checked: RuleChecked
    source: str = ""
    ref: str = ""
    value: float | None = None
    applies: tuple[str, ...] = ()
    repeated_by: str = ""


class LegalLimit(Struct, frozen=True):
    """One limit. `checked` secondary: its text was not read; entered: the operator states it from the site's permit.

    source: key of a source, or the words of the permit. point: the one it is for, None for all of its water.
    samples_a_year: how many its source asks for, 0 where it states none. valid_to: its last day.
    """

    symbol: str
    statistic: Statistic
    medium: str
    most: float
    unit: str
    fraction: str
    valid_from: dt.date
    source: str
    checked: LimitChecked
    least: float | None = None
    hardness_class: int | None = None
    hardness: str | None = None
    note: str = ""
    point: str | None = None
    samples_a_year: int = 0
    valid_to: dt.date | None = None

    @property
    def analyte(self) -> Analyte:
        """Substance, unit and fraction; `convert` turns a value of the limit's unit into the kept one."""
        return analyte(self.symbol, self.unit, self.fraction)

    @property
    def origin(self) -> LimitSource:
        """Where it comes from; of a limit of a permit its own words."""
        if self.checked == "entered":
            return LimitSource("permit", self.source, "", self.valid_from.isoformat())
        return sources()[self.source]

    def is_in_force(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class _File(Struct, frozen=True):
    source: tuple[LimitSource, ...]
    rule: tuple[AssessmentRule, ...]
    limit: tuple[LegalLimit, ...]


@cache
def _file() -> _File:
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), _File)


@cache
def sources() -> dict[str, LimitSource]:
    """Return the sources by their key."""
    return {source.key: source for source in _file().source}


@cache
def rules() -> dict[str, AssessmentRule]:
    """Return the rules by their key, those of the law first."""
    return {rule.key: rule for rule in _file().rule}


def value_of(rule: str) -> float:
    """Return the number of a rule."""
    value = rules()[rule].value
    assert value is not None
    return value


@cache
def of_law() -> tuple[LegalLimit, ...]:
    """Return all limits of law, oldest first, with the number of samples that the rules ask for."""
    rule = rules()["samples-a-year"]
    asked = {source: round(value_of("samples-a-year")) for source in rule.applies}
    rows = [msgspec.structs.replace(one, samples_a_year=asked.get(one.source, 0)) for one in _file().limit]
    return tuple(sorted(rows, key=lambda limit: limit.valid_from))


def in_force(day: dt.date) -> list[LegalLimit]:
    """Return the newest limits of each substance, statistic, medium and hardness class that hold on a day."""
    found: dict[tuple[object, ...], LegalLimit] = {}
    for limit in of_law():
        if limit.is_in_force(day):
            found[limit.symbol, limit.statistic, limit.medium, limit.hardness_class] = limit
    return list(found.values())


def of_permit(one: PermitLimit) -> LegalLimit:
    """Give a limit of a permit as one beside those of the law."""
    return LegalLimit(
        symbol=one.substance,
        statistic=one.statistic,
        medium=one.medium,
        most=one.most,
        unit=one.unit,
        fraction="total" if one.substance in PLAIN else one.fraction,
        valid_from=one.valid_from,
        source=one.source,
        checked="entered",
        least=one.least,
        point=one.point,
        samples_a_year=one.samples_a_year or 0,
        valid_to=one.valid_to,
    )
