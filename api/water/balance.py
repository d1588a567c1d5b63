"""Water balance of the pond over thirty days: what is measured, what is assumed, and what is missing.

Change of storage = rain on the pond + run-off - evaporation - seepage + rest, which is all that is not known.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from api.datastreams.models import Datastream
from api.observations.trends import Means
from api.safety.history import NEAR, History, usable
from api.water.models import Balance, BalanceTerm, CatchmentAssumption
from tailings.assess.gauges import RAIN
from tailings.geometry import in_force

DAYS: Final = 30
M3_PER_L: Final = 1e-3
M_PER_MM: Final = 1e-3
S_PER_D: Final = 86_400
DAY_MS: Final = 86_400_000


def balance(history: History) -> Balance | None:
    """Return the balance; None where the storage is not known at both ends."""
    pond = history.pond
    survey = in_force(history.file.stage_storage, history.now) if history.file else None
    then = history.before.get(history.name(pond)) if pond else None
    level_m = _level_of_now(history, pond)
    if pond is None or level_m is None or then is None or survey is None:
        return None
    area_m2 = survey.surface_m2((level_m + then.result) / 2)
    now_m3, then_m3 = survey.volume_at_m3(level_m), survey.volume_at_m3(then.result)
    if area_m2 is None or now_m3 is None or then_m3 is None:
        return None
    change_m3 = now_m3 - then_m3
    known = [reckon(history, area_m2) for reckon in (_rain, _run_off, _evaporation, _seepage)]
    rest_m3 = change_m3 - sum(term.volume_m3 or 0.0 for term in known)
    return Balance(
        days=DAYS,
        survey=survey.valid_from.date(),
        surface_m2=area_m2,
        terms=[
            BalanceTerm(code="storage", volume_m3=change_m3, datastream=history.name(pond)),
            *known,
            BalanceTerm(code="pumps", missing="pumps"),
            BalanceTerm(code="rest", volume_m3=rest_m3),
        ],
    )


def _level_of_now(history: History, pond: Datastream | None) -> float | None:
    """The newest level of a pond; as that of thirty days ago, none is older than a day."""
    if pond is None or pond.latest is None or history.now - pond.latest.time > NEAR:
        return None
    return usable(pond)


def _rain(history: History, area_m2: float) -> BalanceTerm:
    """What fell on the pond's own surface; run-off from beach and slopes is another term."""
    found = _days(history, "rain")
    if found is None:
        return BalanceTerm(code="rain", missing="rain")
    stream, days = found
    fallen_mm = _fallen_mm(history, stream, days)
    return BalanceTerm(
        code="rain",
        volume_m3=fallen_mm * M_PER_MM * area_m2,
        datastream=history.name(stream),
        days_with_mean=days.mean.size,
        depth_mm=fallen_mm,
        area_m2=area_m2,
    )


def _run_off(history: History, area_m2: float) -> BalanceTerm:
    """What the ground outside of the pond sheds into it, by the catchment that the facility file assumes."""
    assumed = in_force(history.file.catchment, history.now) if history.file else None
    if assumed is None:
        return BalanceTerm(code="run_off", missing="run_off")
    found = _days(history, "rain")
    if found is None:
        return BalanceTerm(code="run_off", missing="run_off_rain")
    stream, days = found
    ground_m2, fallen_mm = assumed.area_m2 - area_m2, _fallen_mm(history, stream, days)
    return BalanceTerm(
        code="run_off",
        volume_m3=fallen_mm * M_PER_MM * ground_m2 * assumed.run_off_coefficient,
        datastream=history.name(stream),
        days_with_mean=days.mean.size,
        depth_mm=fallen_mm,
        area_m2=ground_m2,
        assumed=CatchmentAssumption(
            run_off_coefficient=assumed.run_off_coefficient,
            author=assumed.author,
            since=assumed.valid_from.date(),
            source=assumed.source,
        ),
    )


def _evaporation(history: History, area_m2: float) -> BalanceTerm:
    """What is reckoned to leave the pond's own surface."""
    found = _days(history, "evaporation")
    if found is None:
        return BalanceTerm(code="evaporation", missing="evaporation")
    stream, days = found
    rate_mm_d = float(np.mean(days.mean))
    return BalanceTerm(
        code="evaporation",
        volume_m3=-rate_mm_d * DAYS * M_PER_MM * area_m2,
        datastream=history.name(stream),
        days_with_mean=days.mean.size,
        rate_mm_d=rate_mm_d,
        area_m2=area_m2,
    )


def _seepage(history: History, area_m2: float) -> BalanceTerm:
    """What one weir tells; one may stand below another: nobody says so, and a sum would count water twice."""
    found = _days(history, "seepage-flow")
    if found is None:
        return BalanceTerm(code="seepage", missing="seepage")
    stream, days = found
    others = [one for one in history.of_quantity("seepage-flow") if one.name != stream.name]
    return BalanceTerm(
        code="seepage",
        volume_m3=-float(np.mean(days.mean)) * M3_PER_L * S_PER_D * DAYS,
        datastream=history.name(stream),
        days_with_mean=days.mean.size,
        not_counted=[history.name(one) for one in others],
    )


def begins(now: datetime) -> datetime:
    """When the window begins: in the middle of a day, of which the hours tell what fell."""
    return now - timedelta(days=DAYS)


def _fallen_mm(history: History, stream: Datastream, days: Means) -> float:
    """What fell in the window: on its days, and in the hours before the first of them."""
    hours, begins_ms = history.hours.get(history.name(stream)), begins(history.now).timestamp() * 1000
    if hours is None:
        return days.total
    before = hours.start_ms < begins_ms + (days.start_ms[0] - begins_ms) % DAY_MS
    return days.total + Means(*(part[before] for part in hours)).since(begins(history.now)).total


def _days(history: History, quantity: str) -> tuple[Datastream, Means] | None:
    """The datastream of a quantity with most days of the window, of equals that with most; with its days.

    A day with a suspect reading is left out.
    """
    since = begins(history.now)
    means = ((one, history.days.get(history.name(one))) for one in history.of_quantity(quantity))
    known = [(stream, days) for stream, own in means if own is not None and (days := own.since(since)).mean.size]

    def told(found: tuple[Datastream, Means]) -> tuple[int, float]:
        days = found[1]
        return days.mean.size, days.total if quantity == RAIN else float(np.mean(days.mean))

    return max(known, key=told, default=None)
