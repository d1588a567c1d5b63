"""The six figures of the safety page: freeboard, piezometers, seepage, movement, rain, data."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dashboard import facts, numbers, states
from dashboard.facts import Fact
from dashboard.rows import DatastreamRow
from tailings import trend
from texts import Texts, say

from . import sentences
from .watched import Watched

MOVING: Final = ("displacement", "tilt")


def of_facility(watched: Watched, texts: Texts) -> list[Fact]:
    """Give the figures; one whose instrument the facility does not have is left out, one without a value says so."""
    found = [
        freeboard(watched, texts),
        piezometers(watched, texts),
        seepage(watched, texts),
        movement(watched, texts),
        rain(watched, texts),
        facts.data(watched.facility.datastreams, texts),
    ]
    return [fact for fact in found if fact is not None]


def _none(name: str, row: DatastreamRow, texts: Texts) -> Fact:
    return Fact(
        name, texts["facts"]["none"], sub=f"{row.short}: {texts['quality'][str(row.quality)]}", state=states.STALE
    )


def freeboard(watched: Watched, texts: Texts) -> Fact | None:
    """Crest minus pond, the minimum, and the days to it where the pond's fitted rise carries a forecast."""
    words, facility = texts["safety"]["facts"], watched.facility
    pond = next(iter(watched.of_quantity("pond-level")), None)
    if pond is None or facility.crest_m is None:
        return None
    name = texts["facts"]["freeboard"]
    if pond.value is None or not pond.is_usable:
        return _none(name, pond, texts)
    minimum, limit = facility.minimum_freeboard_m, facility.minimum_level_m
    sub, state = "", pond.state
    if minimum is not None and limit is not None:
        sub = say(texts["facts"]["freeboard_minimum"], minimum=numbers.number(minimum, "freeboard"))
        rate = watched.rate(pond.name)
        meeting = trend.meets(rate, limit, is_above=True) if rate else None
        if facility.has_reached_minimum(pond.value):
            sub = say(words["violated"], sub=sub)
            state = states.RED if state == states.GREEN else state
        elif meeting:
            sub = say(
                words["away"], sub=sub, days=sentences.days(meeting.days, texts), span=sentences.span(meeting, texts)
            )
    state = judged(watched, pond, state) or ("" if minimum is None else state)
    value = numbers.number(facility.freeboard_m(pond.value), "freeboard")
    return Fact(name, value, "m", sub, state, datastream=pond.id)


def judged(watched: Watched, row: DatastreamRow, state: str) -> str:
    """Give the level that a value has reached, else its state; fresh is not safe: none where no trigger judges it."""
    margin, past = watched.margin(row.name), watched.past(row.name)
    if margin is None and state == states.GREEN:
        return ""
    if past != states.GREEN and states.severity(past) < states.severity(state):
        return past
    return states.UNKNOWN if margin is not None and margin.is_lost and state == states.GREEN else state


def piezometers(watched: Watched, texts: Texts) -> Fact | None:
    """How many are above their first trigger, and which by most; without triggers how many are fresh."""
    words, rows = texts["safety"]["facts"], watched.of_quantity("water-level")
    if not rows:
        return None
    name, limited = texts["facts"]["piezometers"], []
    for row in rows:
        limits = watched.limits_of(row.name)
        if limits:
            limited.append((row, limits))
    if not limited:
        return Fact(name, numbers.count(len(rows)), words["no_triggers"], state=states.UNKNOWN)
    over = [
        (limits.share(watched.usable(row.name) or 0.0), row, limits)
        for row, limits in limited
        if watched.past(row.name) != states.GREEN
    ]
    value = say(words["of"], n=len(over), total=len(limited))
    if over:
        _, row, limits = max(over, key=lambda one: one[0])
        place = sentences.past(limits, watched.usable(row.name) or 0.0, row.unit, row.quantity, texts)
        state = judged(watched, row, states.GREEN)
        return Fact(name, value, words["above_trigger"], f"{row.short} {place}", state, datastream=row.id)
    fresh = [row for row, _ in limited if watched.usable(row.name) is not None]
    sub = say(words["judged"], n=len(fresh), total=len(limited))
    return Fact(name, value, words["above_trigger"], sub, states.GREEN if len(fresh) == len(limited) else states.STALE)


def seepage(watched: Watched, texts: Texts) -> Fact | None:
    """The flow, its first trigger, and the turbidity beside it where it is measured."""
    words = texts["safety"]["facts"]
    row = next(iter(watched.of_quantity("seepage-flow")), None)
    if row is None:
        return None
    if not row.is_usable:
        return _none(texts["facts"]["seepage"], row, texts)
    parts = []
    limits = watched.limits_of(row.name)
    if limits:
        first = limits.limits[0]
        parts.append(
            say(words["trigger"], level=texts["states"][first.level], value=numbers.number(first.value, row.quantity))
        )
    turbidity = next(iter(watched.of_quantity("turbidity")), None)
    if turbidity and turbidity.is_usable and turbidity.state == states.GREEN:
        parts.append(f"{turbidity.number} {turbidity.unit_words}")
    sub = sentences.listed(parts) or row.short
    return Fact(
        texts["facts"]["seepage"], row.number, row.unit_words, sub, judged(watched, row, row.state), datastream=row.id
    )


def movement(watched: Watched, texts: Texts) -> Fact | None:
    """The fastest sure movement of a week, of chains first, of tilt meters where there is no chain."""
    words = texts["safety"]["facts"]
    rows = next((found for quantity in MOVING if (found := watched.of_quantity(quantity))), [])
    rates = [(rate, row) for row in rows if row.state == states.GREEN and (rate := watched.rate(row.name))]
    if not rows:
        return None
    if not rates:
        return Fact(words["movement"], words["not_known"], sub=words["no_week"], state=rows[0].state)
    rate, row = max(rates, key=lambda one: (one[0].is_sure, abs(one[0].per_d)))
    value, _, unit = sentences.amount(rate.per_d, row.unit, row.quantity).partition(" ")
    if sentences.is_steady(rate, row.quantity):
        value, unit = words["none"], ""
    else:
        value, unit = (value, f"{unit}/d") if rate.is_sure else (words["unsure"], "")
    week, state = say(words["week"], name=row.short), judged(watched, row, row.state)
    return Fact(words["movement"], value, unit, week, state, why=_over(watched, row, "rate"))


def _over(watched: Watched, row: DatastreamRow, kind: str) -> str:
    """Give the address of the origin of a figure that is made of many readings."""
    return f"/f/{watched.facility.id}/why?ds={row.id}&over={kind}"


def rain(watched: Watched, texts: Texts) -> Fact | None:
    """What fell in 72 h and in the last 24 h; hours with suspect readings are not in it, and that is said."""
    words = texts["safety"]["facts"]
    row = next(iter(watched.of_quantity("rain")), None)
    if row is None:
        return None
    means = watched.hours.get(row.name)
    if means is None or row.state != states.GREEN:
        return Fact(texts["facts"]["rain"], words["not_known"], sub=row.short, state=row.state)
    three, one = (means.since(watched.now - timedelta(hours=hours)).total for hours in (72, 24))
    sub = say(words["rain_day"], value=numbers.number(one, "rain"))
    name, state = texts["facts"]["rain"], judged(watched, row, row.state)
    return Fact(name, numbers.number(three, "rain"), words["rain_unit"], sub, state, why=_over(watched, row, "sum"))
