"""Water balance and freeboard of the pond in words: what is measured, what is assumed, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.safety.models import Freeboard
from api.water.models import BalanceTerm, Water
from dashboard import numbers
from dashboard.safety import sentences
from dashboard.safety.watched import WatchedFacility
from texts import Texts, say, writing

WIDTH: Final = 100.0


@dataclass(frozen=True)
class Term:
    """One term [m3] in thirty days, None where nobody measures it; basis: by what it is known; id: its datastream.

    share: its bar in percent of the widest.
    """

    name: str
    volume_m3: float | None
    basis: str
    id: int | None = None
    share: float = 0.0

    @property
    def number(self) -> str:
        if self.volume_m3 is None:
            return ""
        sign = "+" if self.volume_m3 > 0 else ""
        return sign + numbers.number(float(f"{self.volume_m3:.3g}"), "stored-volume")


@dataclass(frozen=True)
class Balance:
    """Change of storage = rain on the pond + run-off - evaporation - seepage + rest, which is all that is not known."""

    terms: tuple[Term, ...]


def balance(watched: WatchedFacility[Water], texts: Texts) -> Balance | None:
    """Give a line of each term; None where the storage is not known at both ends."""
    found = watched.answer.balance
    if found is None:
        return None
    widest = max(abs(one.volume_m3 or 0.0) for one in found.terms) or 1.0
    return Balance(
        tuple(
            Term(
                texts["water"]["balance"]["terms"][one.code],
                one.volume_m3,
                _basis(one, watched, texts),
                watched.known(one.datastream).id if one.datastream else None,
                share=abs(one.volume_m3 or 0.0) / widest * WIDTH,
            )
            for one in found.terms
        )
    )


def _basis(term: BalanceTerm, watched: WatchedFacility[Water], texts: Texts) -> str:
    """Say by what a term is known, or why it is not."""
    words, found = texts["water"]["balance"], watched.answer.balance
    if found is None or term.missing:
        return str(words["missing"][term.missing])
    if term.code == "storage":
        return say(words["survey"], day=writing.day(found.survey))
    if term.code == "rest":
        return str(words["rest_basis"])
    row = watched.known(term.datastream or "")
    values: dict[str, Any] = {
        "name": row.short,
        "days": term.days_with_mean,
        "total": found.days,
        "area": _area(term.area_m2),
        "rain": _fallen(term, row.short, found.days, texts),
        "rate": numbers.number(term.rate_mm_d, "evaporation"),
    }
    if assumed := term.assumed:
        values |= {
            "share": numbers.short(assumed.run_off_coefficient),
            "author": assumed.author,
            "day": writing.day(assumed.since),
            "source": assumed.source,
        }
    basis = say(words[f"{term.code}_basis"], **values)
    if term.not_counted:
        others = ", ".join(watched.known(name).short for name in term.not_counted)
        basis = f"{basis} {say(words['seepage_others'], names=others)}"
    return basis


def _fallen(term: BalanceTerm, name: str, total: int, texts: Texts) -> str:
    if term.depth_mm is None:
        return ""
    depth = numbers.number(term.depth_mm, "rain")
    return say(texts["water"]["balance"]["fallen"], depth=depth, name=name, days=term.days_with_mean, total=total)


def _area(area_m2: float | None) -> str:
    return "" if area_m2 is None else numbers.number(float(f"{area_m2:.3g}"), "stored-volume")


def freeboard_words(watched: WatchedFacility[Any], texts: Texts) -> str:
    """Say the freeboard with all that it is made of; '' where crest or pond is not known."""
    words, left = texts["water"]["freeboard"], watched.answer.freeboard
    if left is None or left.freeboard_m is None:
        return ""
    crest, level, room = (numbers.number(one, "freeboard") for one in (left.crest_m, left.pond_m, left.freeboard_m))
    said = say(words["now"], freeboard=room, crest=crest, pond=level)
    if left.crest_since is not None:
        said = f"{said} {say(words['crest'], day=writing.day(left.crest_since))}"
    if left.minimum_freeboard_m is not None:
        said = f"{said} {say(words['minimum'], minimum=numbers.number(left.minimum_freeboard_m, 'freeboard'))}"
    return said


def days_to_minimum(watched: WatchedFacility[Any], texts: Texts) -> tuple[str, str]:
    """Say how many days are left until the minimum freeboard, and with which assumptions; or why it is not said.

    A pond that has reached it has none left, however its level goes.
    """
    words, left = texts["water"]["freeboard"], watched.answer.freeboard
    if left is None or left.pond_m is None or left.minimum_level_m is None:
        return words["not_known"], words["needs"]
    if left.has_reached_minimum:
        level, least = (numbers.number(value, "pond-level") for value in (left.pond_m, left.minimum_level_m))
        return words["violated"], say(words["violated_says"], pond=level, limit=least)
    return _forecast(left, watched, texts)


def _forecast(left: Freeboard, watched: WatchedFacility[Any], texts: Texts) -> tuple[str, str]:
    words, confidence = texts["water"]["freeboard"], sentences.confidence()
    days, horizon = round(watched.answer.window_d), round(watched.answer.horizon_d)
    if watched.rate(left.datastream) is None:
        return words["not_known"], say(words["no_week"], days=days)
    meeting = left.forecast
    if meeting is None:
        return words["none_due"], say(words["rule"], days=days, horizon=horizon, confidence=confidence)
    latest = words["later"] if meeting.latest_d is None else say(words["days"], days=round(meeting.latest_d))
    band = say(words["band"], earliest=round(meeting.earliest_d), latest=latest, confidence=confidence)
    return say(words["in"], days=round(meeting.days)), f"{band} {say(words['assumes'], days=days)}"
