"""The part that answers about safety and about water share: lines through the readings, and the freeboard."""

from __future__ import annotations

import math
from typing import Any, Final

from api.safety.history import WINDOW_S, History, usable
from api.safety.models import FileVersion, FittedLine, Freeboard, LastHour, Meeting, Trend
from tailings import trend
from tailings.assess import freeboard as room
from tailings.confidence import CONFIDENCE
from tailings.geometry import in_force
from tailings.trend import Rate

S_PER_D: Final = 86_400


def parts(history: History) -> dict[str, Any]:
    """Return the fields of a Situation."""
    file = history.file
    return {
        "facility": history.id,
        "overview": history.overview,
        "file": FileVersion(version=file.version, hash=file.version_hash) if file else None,
        "confidence": CONFIDENCE,
        "window_d": WINDOW_S / S_PER_D,
        "horizon_d": trend.MAX_WINDOWS_AHEAD * WINDOW_S / S_PER_D,
        "trends": [Trend(datastream=name, **_line(rate)) for name, rate in history.rates.items()],
        "last_hour": [LastHour(datastream=name, change=change) for name, change in history.last_hour.items()],
        "freeboard": freeboard(history),
    }


def line(rate: Rate) -> FittedLine:
    """Set a fitted line as the api shows it."""
    return FittedLine(**_line(rate))


def _line(rate: Rate) -> dict[str, Any]:
    band = rate.band_per_d if math.isfinite(rate.band_per_d) else None
    return rate._asdict() | {"band_per_d": band, "is_sure": rate.is_sure}


def meeting(found: trend.Meeting | None) -> Meeting | None:
    """Set a forecast as the api shows it."""
    return None if found is None else Meeting(**found._asdict())


def freeboard(history: History) -> Freeboard | None:
    """Return the room above the pond; None where no instrument measures its level."""
    pond = history.pond
    if pond is None or pond.latest is None:
        return None
    dam = history.state.facility
    level_m, crest_m, minimum_m = usable(pond), dam.crest_m, dam.minimum_freeboard_m
    limit_m = room.minimum_level_m(crest_m, minimum_m)
    rate = history.rates.get(history.name(pond))
    stated = in_force(history.file.geometry, history.now) if history.file else None
    return Freeboard(
        datastream=history.name(pond),
        time=pond.latest.time,
        quality=pond.latest.quality,
        pond_m=level_m,
        crest_m=crest_m,
        crest_since=stated.valid_from.date() if stated else None,
        freeboard_m=None if crest_m is None or level_m is None else crest_m - level_m,
        minimum_freeboard_m=minimum_m,
        minimum_level_m=limit_m,
        has_reached_minimum=room.has_reached_minimum(level_m, crest_m, minimum_m),
        forecast=meeting(trend.meets(rate, limit_m, is_above=True)) if rate and limit_m is not None else None,
    )
