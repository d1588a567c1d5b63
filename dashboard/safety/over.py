"""How a figure is made of more than a reading, for the panel of its origin: a fitted rate, a sum, a freeboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from api.provenance.models import DerivationStep
from api.safety.models import FittedLine, HourlyFigure
from dashboard import ages, numbers
from dashboard.provenance import Item, difference
from dashboard.view_models import FacilityRow
from texts import Texts, say

from . import sentences


def item(found: HourlyFigure, zone: str, texts: Texts) -> Item | None:
    """Say the figure, and from how many hours of when by which rule it was made; None where hours carry none."""
    if found.first is None or found.last is None:
        return None
    words, clock = texts["provenance"]["over"], _clock(found, zone)
    lines = [say(words["hours"], n=found.hours, first=clock(found.first), last=clock(found.last))]
    if found.kind == "sum":
        value = numbers.with_unit(found.total, found.quantity, found.unit)
        lines.append(words["summed"])
    else:
        if found.line is None:
            return None
        value = f"{sentences.amount(found.line.per_d, found.unit)}/d"
        lines.append(_fitted(found.line, found, texts))
    return Item(words[found.kind], value, lines, f"/f/{found.facility}/data?ds={found.datastream}")


def freeboard(facility: FacilityRow, pond: DerivationStep, texts: Texts) -> Item | None:
    """Say the freeboard as crest minus pond; None where the file states no crest, or the pond has no value."""
    if facility.crest_m is None or pond.result is None:
        return None
    words = texts["provenance"]["over"]
    level, minimum = {"quantity": "freeboard"}, facility.minimum_freeboard_m
    crest, water = numbers.number(facility.crest_m, **level), numbers.number(pond.result, **level)
    lines = [say(words["crest"], crest=crest, pond=water)]
    if minimum is not None:
        lines.append(say(texts["facts"]["freeboard_minimum"], minimum=numbers.number(minimum, **level)))
    value, address = f"{numbers.number(facility.freeboard_m(pond.result), **level)} m", f"/f/{facility.id}/water"
    made = difference("crest_m", facility.crest_m, "pond_level_m", pond.result, quantity="freeboard", texts=texts)
    return Item(texts["facts"]["freeboard"], value, lines, address, equation=made)


def _fitted(line: FittedLine, found: HourlyFigure, texts: Texts) -> str:
    words = texts["provenance"]["over"]
    if line.band_per_d is None:
        return str(words["fitted_unsure"])
    band = f"{sentences.amount(line.band_per_d, found.unit)}/d"
    return say(words["fitted"], band=band, confidence=sentences.confidence(), independent=round(line.independent))


def _clock(found: HourlyFigure, zone: str) -> Callable[[datetime], str]:
    return lambda time: ages.day_and_clock(time, zone, found.now)
