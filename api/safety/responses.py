"""Cause and effect: does the pond explain what a piezometer does? Daily means against a fitted line with its band."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np

from api.observations.columns import or_null
from api.safety.history import History
from api.safety.models import BandPoint, Response, ResponseFit
from tailings import response
from tailings.response import Delayed
from tailings.series import Times, Values

REFERENCE: Final = 2 / 3
"""The line is fitted to this first share of the days; the rest is judged by it."""
MAX_DELAY_D: Final = 7
DAY_MS: Final = 86_400_000
STEPS: Final = 40
HALF: Final = 0.58
"""The band reaches to both sides of the middle by so much of the range of the pond's levels: 8 % over either end."""
LEAST_M: Final = 0.02


def of_piezometer(history: History, name: str) -> Response | None:
    """Put the days of the pond and of a piezometer on one calendar and fit the line; None where one has no days."""
    pond = history.pond
    one, other = history.days.get(history.name(pond)) if pond else None, history.days.get(name)
    if pond is None or one is None or other is None:
        return None
    first = max(int(one.start_ms[0]), int(other.start_ms[0]))
    last = min(int(one.start_ms[-1]), int(other.start_ms[-1]))
    if last - first < DAY_MS:
        return None
    start_ms = np.arange(first, last + 1, DAY_MS)
    pond_m, level_m = (_on(start_ms, means.start_ms, means.mean) for means in (one, other))
    is_reference = np.arange(start_ms.size) < REFERENCE * start_ms.size
    fitted = response.fit_delayed(pond_m, np.where(is_reference, level_m, np.nan), MAX_DELAY_D)
    cause_m = response.late(pond_m, fitted.delay) if fitted else pond_m
    return Response(
        pond=history.name(pond),
        piezometer=name,
        days=[_day(one_ms) for one_ms in start_ms.tolist()],
        pond_m=or_null(pond_m),
        level_m=or_null(level_m),
        cause_m=or_null(cause_m),
        fit=_fit(fitted, cause_m, level_m, _day(int(start_ms[is_reference][-1]))) if fitted else None,
    )


def _on(start_ms: Times, known_ms: Times, mean: Values) -> Values:
    at = np.searchsorted(known_ms, start_ms).clip(0, known_ms.size - 1)
    return np.where(known_ms[at] == start_ms, mean[at], np.nan)


def _fit(fitted: Delayed, cause_m: Values, level_m: Values, last_reference: datetime) -> ResponseFit:
    line = fitted.response
    is_pair = np.isfinite(cause_m) & np.isfinite(level_m)
    newest = np.flatnonzero(is_pair)[-1:]
    over_m = level_m[newest] - line.expected(cause_m[newest])
    return ResponseFit(
        delay_d=fitted.delay,
        intercept_m=line.intercept,
        slope=line.slope,
        r2=line.r2,
        points=line.points,
        independent=line.independent,
        last_reference=last_reference,
        over_m=float(over_m[0]) if newest.size else None,
        is_outside=bool(line.is_outside(cause_m[newest], level_m[newest]).any()),
        band=_band(fitted, cause_m[is_pair]) if newest.size else [],
    )


def _band(fitted: Delayed, cause_m: Values) -> list[BandPoint]:
    least, most = float(np.min(cause_m)), float(np.max(cause_m))
    middle, half = (most + least) / 2, max((most - least) * HALF, LEAST_M)
    at_m = np.linspace(middle - half, middle + half, STEPS)
    columns = zip(
        at_m.tolist(),
        fitted.response.expected(at_m).tolist(),
        fitted.response.half_width(at_m).tolist(),
        strict=True,
    )
    return [BandPoint(pond_m=at, expected_m=expected, half_width_m=half_width) for at, expected, half_width in columns]


def _day(start_ms: int) -> datetime:
    return datetime.fromtimestamp(start_ms / 1000, UTC)
