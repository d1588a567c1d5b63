"""Instants at the api's border: RFC 3339 text with a zone in, UTC with Z out."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
WITHOUT_ZONE: Final = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?", re.ASCII)
LOST_PLUS: Final = re.compile(r".+\d \d\d:\d\d", re.ASCII)

LAST_OF_A_SECOND: Final = timedelta(seconds=1, microseconds=-1)


class BadTime(ValueError):
    """A text that is not an instant; the text of the error says what to write instead."""


def now() -> datetime:
    """Return the instant of an answer by the clock: a whole second, which whoever reads the answer can write again.

    It is the end of the running second: all that there is by now lies before it, what came a moment ago too.
    """
    return (datetime.now(UTC) + LAST_OF_A_SECOND).replace(microsecond=0)


def parse(text: str) -> datetime:
    """Return the instant (UTC) that an RFC 3339 text with a zone names."""
    if RFC3339.fullmatch(text):
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise BadTime(f"no such instant: {error}") from error
    if WITHOUT_ZONE.fullmatch(text):
        raise BadTime("the zone is missing; write for example 2026-05-03T00:00:00Z")
    if LOST_PLUS.fullmatch(text):
        raise BadTime("a + in a URL means a space; write %2B, or use Z")
    raise BadTime("write an RFC 3339 time, for example 2026-05-03T14:10:00Z")


def to_microseconds(time: datetime) -> int:
    """Return whole Unix microseconds."""
    return (time - EPOCH) // timedelta(microseconds=1)


def from_microseconds(time_us: int) -> datetime:
    """Return the instant of whole Unix microseconds."""
    return EPOCH + timedelta(microseconds=time_us)
