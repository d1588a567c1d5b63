"""The trigger levels that an answer has of a datastream, and where its value stands among them."""

from __future__ import annotations

from api.safety.models import Safety, TriggerLevel, TriggerMargin
from dashboard.view_models import DatastreamRow
from tailings.assess import limits
from tailings.assess.limits import LevelPlace, Limit, Limits
from texts import Texts

from . import sentences


def limit(one: TriggerLevel) -> Limit:
    """Give a level as the science has it."""
    return Limit(one.level, one.value, one.plan)


def of_margin(one: TriggerMargin) -> Limits:
    """Give the levels of a margin."""
    found = tuple(limit(level) for level in one.levels)
    return Limits(one.datastream, one.test == "above", found, one.rate_over_s)


def margin(answer: Safety, name: str) -> TriggerMargin | None:
    """Give the margin of the value of a datastream that tells most; None where no plan sets a level on it alone."""
    found = (one for one in answer.margins if one.datastream == name and one.rate_over_s is None)
    return limits.furthest(found, lambda one: LevelPlace(one.reached, one.share))


def of_datastream(answer: Safety, name: str) -> Limits | None:
    """Give the levels on the value of a datastream."""
    found = margin(answer, name)
    return of_margin(found) if found else None


def following(one: TriggerMargin) -> sentences.Following | None:
    """Give the next level and when it is met; None where no forecast is due."""
    if one.forecast is None:
        return None
    return next((level, one.forecast) for level in of_margin(one).limits if level.level == one.next)


def place(answer: Safety, row: DatastreamRow, texts: Texts) -> str:
    """Say where the value that decides stands; '' where none does."""
    found = margin(answer, row.name)
    if found is None or found.value is None:
        return ""
    return sentences.past(of_margin(found), found.value, row.unit, row.quantity, texts)
