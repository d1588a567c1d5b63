"""How a figure is made of many readings, for the panel of its origin: a fitted rate, a sum of three days."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from api.datastreams.models import Datastream
from api.http.database import Database
from api.observations import trends
from api.observations.trends import Means
from dashboard import ages, numbers
from dashboard.provenance import Item
from tailings import trend
from texts import Texts, say

from . import sentences
from .watched import HALF_HOUR_MS, WINDOW_S

Kind = Literal["rate", "sum"]
SPANS: Final = {"rate": timedelta(seconds=WINDOW_S + HALF_HOUR_MS / 1000), "sum": timedelta(hours=72)}
"""Which hours count: of a rate those whose middle lies in the window, of a sum those that begin in it."""


async def item(
    database: Database, stream: Datastream, kind: Kind, now: datetime, zone: str, texts: Texts
) -> Item | None:
    """Give the step from the hours of a datastream to its figure; None where they carry none."""
    found = await trends.hours(database, [stream.id], now - SPANS[kind], now)
    means = found.get(stream.id)
    return None if means is None else made(stream, means, kind, now, zone, texts=texts)


def made(stream: Datastream, means: Means, kind: Kind, now: datetime, zone: str, texts: Texts) -> Item | None:
    """Say the figure, and from how many hours of when by which rule it was made."""
    words = texts["why"]["over"]
    first, last = (_clock(int(means.start_ms[at]), zone, now) for at in (0, -1))
    lines = [say(words["hours"], n=means.mean.size, first=first, last=last)]
    if kind == "sum":
        value = f"{numbers.number(means.total, stream.quantity)} {numbers.unit_words(stream.unit)}"
        lines.append(words["summed"])
    else:
        rate = trend.rate(means.start_ms + HALF_HOUR_MS, means.mean, round(now.timestamp() * 1000), WINDOW_S)
        if rate is None:
            return None
        value = f"{sentences.amount(rate.per_d, stream.unit, stream.quantity)}/d"
        lines.append(_fitted(rate, stream, texts))
    name = stream.name.removeprefix(f"{stream.facility}:")
    return Item(words[kind], value, lines, f"/f/{stream.facility}/data?ds={name}")


def _fitted(rate: trend.Rate, stream: Datastream, texts: Texts) -> str:
    words = texts["why"]["over"]
    if not math.isfinite(rate.band_per_d):
        return str(words["fitted_unsure"])
    band = f"{sentences.amount(rate.band_per_d, stream.unit, stream.quantity)}/d"
    return say(words["fitted"], band=band, confidence=sentences.confidence(), independent=round(rate.independent))


def _clock(start_ms: int, zone: str, now: datetime) -> str:
    return ages.day_and_clock(datetime.fromtimestamp(start_ms / 1000, UTC), zone, now)
