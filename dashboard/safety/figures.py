"""The six figures of the safety page: freeboard, piezometers, seepage, movement, rain, data."""

from __future__ import annotations

from typing import Any

from api.safety.models import Safety
from dashboard import key_figures, numbers, states
from dashboard.key_figures import Fact
from dashboard.view_models import DatastreamRow
from texts import Texts, say

from . import levels, sentences
from .watched import WatchedFacility


def of_facility(watched: WatchedFacility[Safety], texts: Texts) -> list[Fact]:
    """Give the figures; one whose instrument the facility does not have is left out, one without a value says so."""
    found = [
        freeboard(watched, texts),
        piezometers(watched, texts),
        seepage(watched, texts),
        movement(watched, texts),
        rain(watched, texts),
        key_figures.data(watched.facility.datastreams, texts),
    ]
    return [fact for fact in found if fact is not None]


def _none(name: str, row: DatastreamRow, texts: Texts) -> Fact:
    return Fact(
        name, texts["facts"]["none"], sub=f"{row.short}: {texts['quality'][str(row.quality)]}", state=states.STALE
    )


def freeboard(watched: WatchedFacility[Any], texts: Texts) -> Fact | None:
    """Crest minus pond, the minimum, and the days to it where the pond's fitted rise carries a forecast."""
    words, left = texts["safety"]["facts"], watched.answer.freeboard
    if left is None or left.crest_m is None:
        return None
    name, pond = texts["facts"]["freeboard"], watched.known(left.datastream)
    if left.freeboard_m is None:
        return _none(name, pond, texts)
    sub, state = "", pond.state
    if left.minimum_level_m is not None:
        sub = say(texts["facts"]["freeboard_minimum"], minimum=numbers.number(left.minimum_freeboard_m, "freeboard"))
        meeting = left.forecast
        if left.has_reached_minimum:
            sub, state = key_figures.violated(sub, state, texts)
        elif meeting:
            sub = say(
                words["away"], sub=sub, days=sentences.days(meeting.days, texts), span=sentences.span(meeting, texts)
            )
    state = key_figures.freeboard_state(watched.facility, pond, state)
    value, origin = numbers.number(left.freeboard_m, "freeboard"), _over(watched, pond, "freeboard")
    return Fact(name, value, "m", sub, state, provenance=origin)


def judged(watched: WatchedFacility[Any], row: DatastreamRow, state: str) -> str:
    """Give the level that a value has reached, else its state."""
    return states.judged(watched.facility.assessment, row.name, state)


def piezometers(watched: WatchedFacility[Safety], texts: Texts) -> Fact | None:
    """How many are above their first trigger, and which by most; without triggers how many are fresh."""
    words, found = texts["safety"]["facts"], watched.answer.piezometers
    if found is None:
        return None
    name = texts["facts"]["piezometers"]
    if not found.limited:
        return Fact(name, numbers.count(found.total), words["no_triggers"], state=states.UNKNOWN)
    value = say(words["of"], n=found.above, total=found.limited)
    if found.worst is not None:
        row = watched.known(found.worst)
        sub = f"{row.short} {levels.place(watched.answer, row, texts)}".strip()
        state = judged(watched, row, states.FRESH)
        return Fact(name, value, words["above_trigger"], sub, state, datastream=row.id)
    sub = say(words["judged"], n=found.evaluated, total=found.limited)
    state = states.GREEN if found.evaluated == found.limited else states.STALE
    return Fact(name, value, words["above_trigger"], sub, state)


def seepage(watched: WatchedFacility[Safety], texts: Texts) -> Fact | None:
    """The flow, its first trigger, and the turbidity beside it where it is measured."""
    words, found = texts["safety"]["facts"], watched.answer.seepage
    if found is None:
        return None
    name, row = texts["facts"]["seepage"], watched.known(found.datastream)
    if found.flow is None:
        return _none(name, row, texts)
    parts = []
    if first := found.first_level:
        value = numbers.number(first.value, row.quantity, row.unit)
        parts.append(say(words["trigger"], level=texts["states"][first.level], value=value))
    if found.turbidity is not None:
        turbidity = watched.known(found.turbidity)
        parts.append(f"{turbidity.number} {turbidity.unit_words}")
    sub = sentences.listed(parts) or row.short
    return Fact(name, row.number, row.unit_words, sub, judged(watched, row, row.state), datastream=row.id)


def movement(watched: WatchedFacility[Safety], texts: Texts) -> Fact | None:
    """The fastest sure movement of a week, of chains first, of tilt meters where no chain is read now."""
    words, found = texts["safety"]["facts"], watched.answer.movement
    if found is None:
        return None
    row, rate = watched.known(found.datastream), found.line
    if rate is None:
        return Fact(words["movement"], words["not_known"], sub=words["no_week"], state=_unknown(row))
    value, _, unit = sentences.amount(rate.per_d, row.unit).partition(" ")
    if sentences.is_steady(rate, row.quantity, row.unit):
        value, unit = words["none"], ""
    else:
        value, unit = (value, f"{unit}/d") if rate.is_sure else (words["unsure"], "")
    week, state = say(words["week"], name=row.short), judged(watched, row, row.state)
    return Fact(words["movement"], value, unit, week, state, provenance=_over(watched, row, "rate"))


def _unknown(row: DatastreamRow) -> str:
    """The state of a figure that is not known: of a fresh datastream it is no tick."""
    return states.UNKNOWN if row.state == states.FRESH else row.state


def _over(watched: WatchedFacility[Safety], row: DatastreamRow, kind: str) -> str:
    """Give the address of the origin of a figure that is made of many readings."""
    return f"/f/{watched.facility.id}/provenance?ds={row.id}&over={kind}"


def rain(watched: WatchedFacility[Safety], texts: Texts) -> Fact | None:
    """What fell in 72 h and in the last 24 h; where hours are missing, or have suspect readings, at least so much."""
    words, found = texts["safety"]["facts"], watched.answer.rain
    if found is None:
        return None
    name, row = texts["facts"]["rain"], watched.known(found.datastream)
    if found.sum_72h_mm is None:
        return Fact(name, words["not_known"], sub=row.short, state=_unknown(row))
    day, three = (
        numbers.number(fallen_mm, "rain") if is_whole else f"≥ {numbers.number(fallen_mm, 'rain')}"
        for fallen_mm, is_whole in ((found.sum_24h_mm, found.is_24h_whole), (found.sum_72h_mm, found.is_72h_whole))
    )
    sub, state = say(words["rain_day"], value=day), judged(watched, row, row.state)
    return Fact(name, three, words["rain_unit"], sub, state, provenance=_over(watched, row, "sum"))
