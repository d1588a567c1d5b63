"""Time zones as people write them in files: an IANA name, UTC, or a fixed offset; never guessed."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIXED_OFFSET: Final = re.compile(r"(?:UTC)?([+-])(\d{2}):?(\d{2})")


class UnknownZone(ValueError):
    """Not an IANA name such as Europe/Lisbon, nor UTC, nor a fixed offset such as UTC-06:00."""


def parse_zone(text: str) -> tzinfo:
    """The zone of a mapping; raises UnknownZone."""
    fixed = FIXED_OFFSET.fullmatch(text)
    if fixed:
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        if offset >= timedelta(hours=24):
            raise UnknownZone(f"offset {text!r} is longer than a day")
        return timezone(-offset if fixed[1] == "-" else offset)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"{text!r} is no time zone; write Europe/Lisbon, UTC or UTC-06:00") from error
