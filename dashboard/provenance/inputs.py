"""The inputs of a value in words: each with its sign, value and time, or why it did not count; and what it was made of.

An input that a calibration made is followed by the reading before it, and by the calibration.
"""

from __future__ import annotations

from datetime import datetime

from api.provenance.models import DerivationStep, InputUsed, Provenance
from dashboard import ages, numbers
from texts import Texts, say
from wire import quality as flag

from . import equation, settings


def lines(step: DerivationStep, found: Provenance, texts: Texts, zone: str, now: datetime) -> list[str]:
    """Say each input of a value."""
    steps = {one.datastream: one for one in found.steps}
    return [_line(one, step, steps.get(one.datastream), texts, zone, now=now) for one in step.used]


def _line(
    one: InputUsed, step: DerivationStep, own: DerivationStep | None, texts: Texts, zone: str, *, now: datetime
) -> str:
    words, name = texts["provenance"]["inputs"], equation.symbol(one.role, step, texts)
    value = _amount(one.value, one.quantity, one.unit)
    if one.time is None or not value:
        return say(words["missing"], name=name)
    is_flagged = one.use == "used" and one.quality >= flag.SUSPECT
    at = ages.day_and_clock(one.time, zone, now)
    said = say(words["flagged" if is_flagged else one.use], name=name, value=value, time=at, quality=_flag(one, texts))
    return "; ".join([said, *_before(own, texts, zone, now)])


def _flag(one: InputUsed, texts: Texts) -> str:
    return str(texts["quality"][str(one.quality)])


def _before(own: DerivationStep | None, texts: Texts, zone: str, now: datetime) -> list[str]:
    """The reading that an input had before its calibration, and the calibration; nothing for one that has none."""
    if own is None or own.calibration is None or not own.used:
        return []
    first = own.used[0]
    value = _amount(first.value, first.quantity, first.unit)
    raw = [say(texts["provenance"]["inputs"]["raw"], value=value)] if value else []
    return raw + settings.calibration(own, texts, zone, now)


def _amount(value: float | None, quantity: str, unit: str) -> str:
    return numbers.with_unit(value, quantity, unit)
