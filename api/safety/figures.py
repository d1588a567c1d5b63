"""The figures that tell most of a dam: piezometers past a level, seepage, movement, rain."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.datastreams.models import Datastream
from api.observations.trends import Means
from api.safety import margins, situation
from api.safety.history import History, usable
from api.safety.models import Movement, PiezometerAnswer, Piezometers, Rain, Seepage
from tailings import quantities, units
from tailings.assess import limits
from tailings.assess.gauges import GaugeReading, governing
from tailings.levels import LEVELS
from tailings.trend import HOUR_S

MOVING: Final = ("displacement", "tilt")
GREEN: Final = LEVELS[0]
RAIN_HOURS: Final = (72, 24)


def piezometers(history: History, values: margins.Values) -> Piezometers | None:
    """Count those past a level; None where there is none."""
    names = [history.name(one) for one in history.of_quantity("water-level")]
    if not names:
        return None
    limited = [name for name in names if limits.margin_of(history.assessment, name) is not None]
    above = [name for name in limited if limits.past(history.assessment, name) != GREEN]
    return Piezometers(
        total=len(names),
        limited=len(limited),
        above=len(above),
        evaluated=sum(name in above or limits.is_clear(history.assessment, name) for name in limited),
        worst=max(above, key=lambda name: _share(name, values), default=None),
    )


def _share(name: str, values: margins.Values) -> float:
    """Its place on a gauge; a value whose interval is endless on one side is past a level, and has no place."""
    known = values.get(name)
    return known[0].share(known[1]) if known else 0.0


def tips(history: History) -> list[PiezometerAnswer]:
    """Return where the piezometers are, with the readings by hand that belong to each."""
    found = history.of_quantity("water-level")
    by_hand = [one for one in history.measured("water-level") if one.origin == "manual"]
    return [
        PiezometerAnswer(
            datastream=history.name(one),
            tip_m=history.tip_m(one),
            dips=[history.name(dip) for dip in by_hand if _nearest(dip, found, history) is one],
        )
        for one in found
    ]


def _nearest(dip: Datastream, tips: list[Datastream], history: History) -> Datastream | None:
    """The tip of the same node that is nearest in height: the hole that a reading by hand tells of."""
    own, at_m = [tip for tip in tips if tip.node == dip.node], history.tip_m(dip) or 0.0
    return min(own, key=lambda tip: abs((history.tip_m(tip) or 0.0) - at_m), default=None)


def seepage(history: History) -> Seepage | None:
    """Return the flow at the weir that tells most, with its first level; None where there is no weir."""
    stream = governing(history.of_quantity("seepage-flow"), lambda one: _reading(one, history))
    if stream is None:
        return None
    margin = limits.margin_of(history.assessment, history.name(stream))
    beside = [one for one in history.of_quantity("turbidity") if usable(one) is not None and history.is_fresh(one)]
    turbidity = min(beside, key=lambda one: (one.node != stream.node, history.name(one)), default=None)
    return Seepage(
        datastream=history.name(stream),
        flow=usable(stream),
        first_level=margins.level(limits.of_margin(margin).limits[0]) if margin else None,
        turbidity=history.name(turbidity) if turbidity else None,
    )


def _reading(stream: Datastream, history: History) -> GaugeReading:
    name = history.name(stream)
    place = limits.place_of(limits.margin_of(history.assessment, name))
    return GaugeReading(name, usable(stream), history.is_fresh(stream), place)


def movement(history: History) -> Movement | None:
    """Return the fastest sure movement, of chains first, of tilt meters where no chain is read now."""
    measured = [streams for quantity in MOVING if (streams := history.of_quantity(quantity))]
    if not measured:
        return None
    found = next((streams for streams in measured if any(map(history.is_fresh, streams))), measured[0])
    rates = {
        name: rate for one in found if history.is_fresh(one) and (rate := history.rates.get(name := history.name(one)))
    }
    if not rates:
        return Movement(datastream=history.name(found[0]), line=None)
    usual = quantities.get(found[0].quantity).unit
    size = {history.name(one): abs(units.difference(1.0, one.unit, usual)) for one in found}
    fastest = max(rates, key=lambda name: (rates[name].is_sure, abs(rates[name].per_d) * size[name]))
    return Movement(datastream=fastest, line=situation.line(rates[fastest]))


def rain(history: History) -> Rain | None:
    """Return what fell in 72 h and in 24 h at the gauge that caught most; None where there is no gauge."""
    stream = governing(
        history.of_quantity("rain"),
        lambda one: GaugeReading(history.name(one), _fallen_mm(one, history), history.is_fresh(one)),
    )
    if stream is None:
        return None
    three, one = (_hours(stream, hours, history) if history.is_fresh(stream) else None for hours in RAIN_HOURS)
    return Rain(
        datastream=history.name(stream),
        sum_72h_mm=None if three is None else three.total,
        sum_24h_mm=None if one is None else one.total,
        is_72h_whole=_is_whole(three, RAIN_HOURS[0], stream),
        is_24h_whole=_is_whole(one, RAIN_HOURS[1], stream),
    )


def _fallen_mm(stream: Datastream, history: History) -> float | None:
    means = _hours(stream, RAIN_HOURS[0], history)
    return None if means is None else means.total


def _hours(stream: Datastream, hours: int, history: History) -> Means | None:
    means = history.hours.get(history.name(stream))
    return None if means is None else means.since(history.now - timedelta(hours=hours))


def _is_whole(means: Means | None, hours: int, stream: Datastream) -> bool:
    """Whether each hour in which a reading was due has some, none of them suspect; that of now may have none yet."""
    due = int(hours * HOUR_S / max(HOUR_S, stream.expected_interval_s or HOUR_S))
    return means is not None and means.mean.size >= due - 1
