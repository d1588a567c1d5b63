"""Water balance and freeboard of the pond over thirty days: what is measured, what is assumed, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from api.observations.trends import Means
from dashboard import numbers
from dashboard.rows import DatastreamRow
from dashboard.safety import sentences
from dashboard.safety.watched import WINDOW_S, Watched
from tailings import trend
from tailings.facility import StageStorage
from tailings.geometry import Dated, in_force
from texts import Texts, say

DAYS: Final = 30
M3_PER_L: Final = 1e-3
M_PER_MM: Final = 1e-3
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


def balance(watched: Watched, texts: Texts) -> Balance | None:
    """Give the balance of thirty days; None where the storage is not known at both ends."""
    words = texts["water"]["balance"]
    pond = next(iter(watched.of_quantity("pond-level")), None)
    survey = in_force(watched.file.stage_storage, watched.now) if watched.file else None
    then = watched.before.get(pond.name) if pond else None
    if pond is None or pond.value is None or not pond.is_usable or then is None or survey is None:
        return None
    area_m2 = survey.surface_m2((pond.value + then.result) / 2)
    change = volume_m3(survey, pond.value) - volume_m3(survey, then.result)
    if area_m2 is None or np.isnan(change):
        return None
    storage = Term(words["terms"]["storage"], change, say(words["survey"], day=_day(survey)), pond.id)
    reckoned = [reckon(watched, area_m2, texts) for reckon in (_rain, _run_off, _evaporation, _seepage)]
    rest = change - sum(term.volume_m3 or 0.0 for term in reckoned)
    terms = [storage, *reckoned, _missing("pumps", texts), Term(words["terms"]["rest"], rest, words["rest_basis"])]
    widest = max(abs(term.volume_m3 or 0.0) for term in terms) or 1.0
    return Balance(
        tuple(
            Term(one.name, one.volume_m3, one.basis, one.id, abs(one.volume_m3 or 0.0) / widest * WIDTH)
            for one in terms
        )
    )


def _missing(term: str, texts: Texts, why: str = "") -> Term:
    words = texts["water"]["balance"]
    return Term(words["terms"][term], None, words["missing"][why or term])


def _rain(watched: Watched, area_m2: float, texts: Texts) -> Term:
    """Give what fell on the pond's own surface; run-off from beach and slopes is another term."""
    words = texts["water"]["balance"]
    found = _days(watched, "rain")
    if found is None:
        return _missing("rain", texts)
    row, days = found
    basis = say(words["rain_basis"], rain=_fallen(row, days, texts), area=_area(area_m2))
    return Term(words["terms"]["rain"], days.total * M_PER_MM * area_m2, basis, row.id)


def _run_off(watched: Watched, area_m2: float, texts: Texts) -> Term:
    """Give what the ground outside of the pond sheds into it, by the catchment that the facility file assumes."""
    words = texts["water"]["balance"]
    assumed = in_force(watched.file.catchment, watched.now) if watched.file else None
    if assumed is None:
        return _missing("run_off", texts)
    found = _days(watched, "rain")
    if found is None:
        return _missing("run_off", texts, "run_off_rain")
    row, days = found
    ground_m2 = assumed.area_m2 - area_m2
    basis = say(
        words["run_off_basis"],
        rain=_fallen(row, days, texts),
        share=f"{assumed.run_off_coefficient:g}",
        area=_area(ground_m2),
        author=assumed.author,
        day=_day(assumed),
        source=assumed.source,
    )
    volume_m3 = days.total * M_PER_MM * ground_m2 * assumed.run_off_coefficient
    return Term(words["terms"]["run_off"], volume_m3, basis, row.id)


def _fallen(row: DatastreamRow, days: Means, texts: Texts) -> str:
    words = texts["water"]["balance"]
    depth = numbers.number(days.total, "rain")
    return say(words["fallen"], depth=depth, name=row.short, days=days.mean.size, total=DAYS)


def _evaporation(watched: Watched, area_m2: float, texts: Texts) -> Term:
    """Give what is reckoned to leave the pond's own surface."""
    words = texts["water"]["balance"]
    found = _days(watched, "evaporation")
    if found is None:
        return _missing("evaporation", texts)
    row, days = found
    rate_mm_d = float(np.mean(days.mean))
    basis = say(
        words["evaporation_basis"],
        rate=numbers.number(rate_mm_d, "evaporation"),
        name=row.short,
        days=days.mean.size,
        total=DAYS,
        area=_area(area_m2),
    )
    return Term(words["terms"]["evaporation"], -rate_mm_d * DAYS * M_PER_MM * area_m2, basis, row.id)


def _area(area_m2: float) -> str:
    return numbers.number(float(f"{area_m2:.3g}"), "stored-volume")


def _seepage(watched: Watched, area_m2: float, texts: Texts) -> Term:
    words = texts["water"]["balance"]
    found = _days(watched, "seepage-flow")
    if found is None:
        return _missing("seepage", texts)
    row, days = found
    volume = float(np.mean(days.mean)) * M3_PER_L * 86400 * DAYS
    basis = say(words["seepage_basis"], name=row.short, days=days.mean.size, total=DAYS)
    # One may stand below another: nobody says so, and a sum would count that water twice.
    others = [one.short for one in watched.of_quantity("seepage-flow") if one.name != row.name]
    if others:
        basis = f"{basis} {say(words['seepage_others'], names=', '.join(others))}"
    return Term(words["terms"]["seepage"], -volume, basis, row.id)


def _days(watched: Watched, quantity: str) -> tuple[DatastreamRow, Means] | None:
    """Give the first datastream of a quantity with its days of the window; a day with a suspect reading is left out."""
    for row in watched.of_quantity(quantity):
        means = watched.days.get(row.name)
        days = means.since(watched.now - timedelta(days=DAYS)) if means else None
        if days is not None and days.mean.size:
            return row, days
    return None


def volume_m3(survey: StageStorage, level_m: float) -> float:
    """Read the volume at a level off a survey, by straight lines between its points; NaN outside of it."""
    return float(np.interp(level_m, survey.level_m, survey.volume_m3, left=np.nan, right=np.nan))


def _day(entry: Dated) -> str:
    return entry.valid_from.date().isoformat()


def freeboard_words(watched: Watched, texts: Texts) -> str:
    """Say the freeboard with all that it is made of; '' where crest or pond is not known."""
    words, facility, file = texts["water"]["freeboard"], watched.facility, watched.file
    pond = next(iter(watched.of_quantity("pond-level")), None)
    if pond is None or pond.value is None or not pond.is_usable or facility.crest_m is None:
        return ""
    known = (facility.crest_m, pond.value, facility.freeboard_m(pond.value))
    crest, level, left = (numbers.number(value, "freeboard") for value in known)
    said = say(words["now"], freeboard=left, crest=crest, pond=level)
    if file is not None and (stated := in_force(file.geometry, watched.now)) is not None:
        said = f"{said} {say(words['crest'], day=_day(stated))}"
    if facility.minimum_freeboard_m is not None:
        said = f"{said} {say(words['minimum'], minimum=numbers.number(facility.minimum_freeboard_m, 'freeboard'))}"
    return said


def days_to_minimum(watched: Watched, texts: Texts) -> tuple[str, str]:
    """Say how many days are left until the minimum freeboard, and with which assumptions; or why it is not said.

    A pond that has reached it has none left, however its level goes.
    """
    words, facility = texts["water"]["freeboard"], watched.facility
    pond, limit = next(iter(watched.of_quantity("pond-level")), None), facility.minimum_level_m
    if pond is None or pond.value is None or not pond.is_usable or limit is None:
        return words["not_known"], words["needs"]
    if facility.has_reached_minimum(pond.value):
        level, least = (numbers.number(value, "pond-level") for value in (pond.value, limit))
        return words["violated"], say(words["violated_says"], pond=level, limit=least)
    rate = watched.rate(pond.name)
    days = round(WINDOW_S / 86400)
    if rate is None:
        return words["not_known"], say(words["no_week"], days=days)
    meeting = trend.meets(rate, limit, is_above=True)
    if meeting is None:
        return words["none_due"], say(
            words["rule"], days=days, horizon=round(days * trend.MAX_WINDOWS_AHEAD), confidence=sentences.confidence()
        )
    latest = words["later"] if meeting.latest_d is None else say(words["days"], days=round(meeting.latest_d))
    band = say(words["band"], earliest=round(meeting.earliest_d), latest=latest, confidence=sentences.confidence())
    return say(words["in"], days=round(meeting.days)), f"{band} {say(words['assumes'], days=days)}"
