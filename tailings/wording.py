"""Wording: what pages and letters say in the same words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?Z")
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


def span(seconds: float) -> str:
    """Say a length of time in two units ('1 h 48 min', '1 d 16 h', '38 min')."""
    whole = max(int(seconds), 0)
    if whole < HOUR_S:
        return f"{whole // MINUTE_S} min"
    if whole < DAY_S:
        return f"{whole // HOUR_S} h {whole % HOUR_S // MINUTE_S} min"
    return f"{whole // DAY_S} d {whole % DAY_S // HOUR_S} h"


def local_times(text: str, write: Callable[[datetime], str]) -> str:
    """Write the times in a text of a program, which are kept in UTC, as `write` does."""
    return INSTANT.sub(lambda found: write(datetime.fromisoformat(found[0])), text)
