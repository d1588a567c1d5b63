"""Names, values and notes of an origin as sentences: codes of the api with the words of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.studies.origins.models import OriginName, OriginNote, OriginStep, Plain
from dashboard import ages, numbers, states
from dashboard.value import valued
from dashboard.value.amounts import figures, millions, percent, signed_spread
from dashboard.value.headline import input_words, missing
from texts import Texts, say, sentence, writing

from . import amounts

SHARE: Final = "_share"
INSTANT: Final = "_at"
Values = dict[str, Plain]


class Sentences:
    """The words of the steps; times are by the clock of a zone at an instant."""

    def __init__(self, texts: Texts, zone: str, now: datetime) -> None:
        self.texts, self.words = texts, texts["value"]["origins"]
        self._zone, self._now = zone, now

    def name(self, of: OriginName) -> str:
        """Say what a step is."""
        if of.code == "input":
            return sentence(input_words(str(of.values["input"]), self.texts))
        if of.code == "field":
            return str(self.texts["value"]["fields"][of.values["field"]])
        return say(self.words["names"][of.code], None, **of.values)

    def value(self, step: OriginStep) -> str:
        """Say the value of a step; "" where it has none."""
        given = step.value
        if given is None:
            return amounts.written(step, self.texts)
        values, code = given.values, str(given.code)
        if code == "level":
            return str(self.texts["states"][values["level"] or states.UNKNOWN])
        if code == "bench":
            code = "closed" if values["is_closed"] else "open" if values["is_guarded"] else "unguarded"
            return say(self.words["values"][code], tonnes=millions(_number(values["tonnes"])))
        if code == "field":
            return str(self.words["values"]["there" if values["is_there"] else "missing"])
        if code == "certified":
            value, deviation = (_number(values[name]) for name in ("mg_per_kg", "sd_mg_per_kg"))
            return say(self.words["values"][code], mg_per_kg=figures(value, 3), sd_mg_per_kg=figures(deviation))
        if code == "quoted":
            return valued.stored(str(values["quote"]), self.texts)
        return say(self.words["values"][code], None, **values).strip()

    def note(self, one: OriginNote) -> str:
        """Say a note."""
        if one.code in SAID:
            return SAID[one.code](one.values, self.texts)
        written = {name: self._written(name, value) for name, value in one.values.items()}
        return say(self.words["notes"][one.code], None, **written).strip()

    def _written(self, name: str, value: Plain) -> str:
        """Write a value as its name says: a share in percent, an instant, a level, what is stored, a plain number."""
        if name == "quote":
            return valued.stored(str(value), self.texts)
        if name == "day_at":
            return writing.day(self._time(value).date())
        if name == "dated":
            return writing.calendar_day(str(value))
        if name.endswith(INSTANT):
            return ages.day_and_clock(self._time(value), self._zone, self._now)
        if name == "level":
            return str(self.texts["states"][value]).lower()
        if name.endswith(SHARE) and value is not None:
            return percent(_number(value))
        if isinstance(value, float):
            return numbers.short(value)
        return writing.number(str(value)) if isinstance(value, int) else str(value)

    def _time(self, value: Plain) -> datetime:
        return datetime.fromisoformat(str(value)).astimezone(ZoneInfo(self._zone))


def _factors(values: Values, texts: Texts) -> str:
    names = texts["value"]["if"]["inputs"]
    asked = ", ".join(f"{names[name]} ×{numbers.short(_number(factor))}" for name, factor in values.items())
    return say(texts["value"]["origins"]["notes"]["factors"], asked=asked)


def _today_npv(values: Values, texts: Texts) -> str:
    p90, p50, p10 = signed_spread(*(_number(values[name]) for name in ("p90", "p50", "p10")))
    words = texts["value"]["origins"]["notes"]["today_npv"]
    return say(words, p90=p90, p50=p50, p10=p10, currency=values["currency"])


def _part(code: str) -> Callable[[Values, Texts], str]:
    """The recovery of a part of the tonnes."""

    def said(values: Values, texts: Texts) -> str:
        spread = {name: figures(_number(values[name])) for name in ("p90", "p50", "p10")}
        share = {"part_share": percent(_number(values["part_share"]))} if "part_share" in values else {}
        written = values | spread | share | {"dated": writing.calendar_day(str(values.get("dated") or ""))}
        return say(texts["value"]["origins"]["notes"][code], None, **written)

    return said


def _age(values: Values, texts: Texts) -> str:
    return say(texts["value"]["origins"]["notes"]["rate_age"], int(_number(values["age_d"])))


def _closed_by(values: Values, texts: Texts) -> str:
    level = values["level"]
    return valued.closed_by(str(values["plan"]), None if level is None else str(level), texts)


def _missing(values: Values, texts: Texts) -> str:
    named = values["missing"]
    return missing(named if isinstance(named, list) else [], texts)


def _control(values: Values, texts: Texts) -> str:
    return str(texts["value"]["control"]["sub"])


def _number(value: Plain) -> float:
    assert isinstance(value, int | float)
    return float(value)


SAID: Final[dict[str, Callable[[Values, Texts], str]]] = {
    "factors": _factors,
    "today_npv": _today_npv,
    "oxidised_part": _part("oxidised_part"),
    "fresh_part": _part("fresh_part"),
    "rate_age": _age,
    "closed_by": _closed_by,
    "not_discounted": _missing,
    "control": _control,
}
"""The notes whose values are not written one by one."""
