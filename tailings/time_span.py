"""Wording: a length of time in the symbols that each language shares (min, h, d: SI Brochure 2019, table 8)."""

from __future__ import annotations

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


def span(seconds: float) -> str:
    """Say a length of time in two units ('1 h 48 min', '1 d 16 h', '38 min')."""
    whole = max(int(seconds), 0)
    if whole < HOUR_S:
        return f"{whole // MINUTE_S} min"
    if whole < DAY_S:
        return f"{whole // HOUR_S} h {whole % HOUR_S // MINUTE_S} min"
    return f"{whole // DAY_S} d {whole % DAY_S // HOUR_S} h"


def stated_span(seconds: float) -> str:
    """Say a length of time that somebody stated, in all units that it has ('1 h 30 min', '1 min 30 s', '0.5 s')."""
    minutes, s = divmod(seconds, MINUTE_S)
    hours, minutes = divmod(minutes, HOUR_S // MINUTE_S)
    d, h = divmod(hours, DAY_S // HOUR_S)
    parts = ((d, "d"), (h, "h"), (minutes, "min"), (s, "s"))
    return " ".join(f"{count:g} {unit}" for count, unit in parts if count) or "0 s"
