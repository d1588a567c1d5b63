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
    """Say a length of time that somebody stated, whole: as `span` does, and else with all its units ('1 min 30 s')."""
    units = ((DAY_S, "d"), (HOUR_S, "h"), (MINUTE_S, "min"))
    parts, rest = list[str](), float(seconds)
    for size, name in units:
        count, rest = divmod(rest, size)
        parts += [f"{count:.0f} {name}"] if count else []
    is_whole = rest == 0 and (seconds < DAY_S or seconds % HOUR_S == 0)
    return span(seconds) if is_whole else " ".join([*parts, *([f"{rest:g} s"] if rest else [])])
