"""Time zones as people write them in files: an IANA name, UTC, or a fixed offset; never guessed."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from toml_file.nearest import near

FIXED_OFFSET: Final = re.compile(r"(?:UTC)?([+-])(\d{2}):?(\d{2})")


HOUR_OFFSET: Final = re.compile(r"(?:UTC|GMT|Z)?\s*([+-])0?(\d{1,2})(?::?00)?", re.IGNORECASE)
LONGEST_H: Final = 12
IANA_NAME: Final = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}")
"""At most three parts (America/Argentina/Buenos_Aires), by the rules of the tz database."""
MOST_SHOWN: Final = 80
FORMS: Final = "write Europe/Lisbon, UTC or UTC-06:00"


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
    return iana_zone(text)


def iana_zone(text: str) -> ZoneInfo:
    """The zone of an IANA name; raises UnknownZone. It is looked at before a file or module is looked for."""
    try:
        if IANA_NAME.fullmatch(text):
            return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"{text!r} is no time zone; {FORMS}") from error
    raise UnknownZone(f"{text[:MOST_SHOWN]!r} is no time zone; {FORMS}")


def nearest(text: str) -> str:
    """An ending for an error sentence: the IANA name that is meant by a city, an offset or a slip of the pen."""
    text = text[:MOST_SHOWN]
    offset = HOUR_OFFSET.fullmatch(text.strip())
    if offset and int(offset[2]) <= LONGEST_H:
        sign = "-" if offset[1] == "+" else "+"  # as POSIX has it: Etc/GMT-1 is an hour before UTC
        hours = int(offset[2])
        return f'; an offset of {offset[1]}{hours} h that never changes is written "Etc/GMT{sign}{hours}"'
    names = sorted(available_timezones())
    plain = text.strip().replace(" ", "_").casefold()
    cities = [name for name in names if plain in {name.casefold(), name.rpartition("/")[2].casefold()}]
    meant = cities[0] if cities else near(text, names, cutoff=0.7)
    return f"; did you mean {meant!r}?" if meant else '; use a name such as "Europe/Lisbon"'
