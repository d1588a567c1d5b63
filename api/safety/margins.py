"""How much room each datastream has to the trigger levels that it reaches alone, and when it meets the next one."""

from __future__ import annotations

from api.safety import situation
from api.safety.history import History
from api.safety.models import TriggerLevel, TriggerMargin
from tailings.assess import forecast, limits
from tailings.assess.limits import Limit, Limits
from tailings.assess.model import Margin

Values = dict[str, tuple[Limits, float]]
"""Of each datastream with levels on its value: these levels, and the value that decides now."""


def of_assessment(history: History) -> list[TriggerMargin]:
    """Return a margin for each test that one datastream decides alone, as the assessment orders them."""
    return [_margin(one, history) for one in history.assessment.margins if limits.is_single(one)]


def values(history: History) -> Values:
    """Return what the plans took in, of the datastreams that are in use; one that decides nothing is left out."""
    found: Values = {}
    for name in {one.datastream for one in history.assessment.margins} & history.streams.keys():
        margin = limits.margin_of(history.assessment, name)
        value = None if margin is None or margin.is_lost else limits.middle(margin)
        if margin is not None and value is not None:
            found[name] = (limits.of_margin(margin), value)
    return found


def level(one: Limit) -> TriggerLevel:
    """Set a trigger level as the api shows it."""
    return TriggerLevel(level=one.level, value=one.value, plan=one.plan)


def _margin(one: Margin, history: History) -> TriggerMargin:
    known, stream = limits.of_margin(one), history.streams.get(one.datastream)
    value = None if one.is_lost else limits.middle(one)
    reached = None if value is None else known.reached(value)
    following = None if value is None else known.next(value)
    met = None if value is None else forecast.next_level(history.rates.get(one.datastream), known, value)
    return TriggerMargin(
        datastream=one.datastream,
        test="above" if known.is_above else "below",
        unit=one.unit,
        rate_over_s=one.rate_over_s,
        time=one.time,
        quality=stream.latest.quality if stream and stream.latest else None,
        value=value,
        low=one.low,
        high=one.high,
        uncertainty=one.uncertainty,
        is_lost=one.is_lost,
        levels=[level(limit) for limit in known.limits],
        reached=reached.level if reached else None,
        margin=None if value is None else known.margin(value),
        share=None if value is None else known.share(value),
        next=following.level if following else None,
        forecast=situation.meeting(met[1]) if met else None,
    )
