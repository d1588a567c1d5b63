"""How a figure is made of the hours of one datastream: a line fitted to a week, a sum of three days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.observations import trends
from api.observations.trends import Means
from api.safety import situation
from api.safety.history import HALF_HOUR_MS, WINDOW_S, line_of
from api.safety.models import HourlyFigure, Kind

SPANS: Final = {"rate": timedelta(seconds=WINDOW_S + HALF_HOUR_MS / 1000), "sum": timedelta(hours=72)}
"""Which hours count: of a rate those whose middle lies in the window, of a sum those that begin in it."""


async def of_datastream(
    database: DatabasePool, ref: str, kind: Kind, now: datetime, facility: str | None = None
) -> HourlyFigure:
    """Return the figure of a datastream that ends at `now`; raise NotFound.

    facility: the one that the datastream must be of; None: any.
    """
    stream = await datastreams.find(database, ref, facility)
    found = await trends.hours(database, [stream.id], now - SPANS[kind], now)
    return made(stream, found.get(stream.id), kind, now)


def made(stream: Datastream, means: Means | None, kind: Kind, now: datetime) -> HourlyFigure:
    """Make the figure of hours; means None: there are none."""
    rate = line_of(means, now) if means and kind == "rate" else None
    return HourlyFigure(
        facility=stream.facility,
        datastream=stream.name.removeprefix(f"{stream.facility}:"),
        quantity=stream.quantity,
        unit=stream.unit,
        kind=kind,
        now=now,
        hours=0 if means is None else means.mean.size,
        first=None if means is None else _time(int(means.start_ms[0])),
        last=None if means is None else _time(int(means.start_ms[-1])),
        total=means.total if means and kind == "sum" else None,
        line=situation.line(rate) if rate else None,
    )


def _time(start_ms: int) -> datetime:
    return datetime.fromtimestamp(start_ms / 1000, UTC)
