"""Periods as people write them: 2026, 2026-05, 2026-05-03, two of them with / between; in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tailwatch_client.rows import Interval

FORMS: Final = ("%Y", "%Y-%m", "%Y-%m-%d")
DAY: Final = timedelta(days=1)
Period = str | tuple[datetime | None, datetime | None] | None


def interval_of(period: Period) -> Interval:
    """Return [start, stop) of a period: a text, two instants with a zone, or None for all; raise ValueError."""
    if period is None:
        return Interval(None, None)
    if not isinstance(period, str):
        if any(one is not None and one.tzinfo is None for one in period):
            raise ValueError("an instant needs its zone, for example datetime(2026, 5, 3, tzinfo=UTC)")
        return Interval(*period)
    first, has_two, last = period.partition("/")
    found = Interval(_whole(first)[0], _whole(last if has_two else first)[1])
    if found.start == found.stop:
        raise ValueError(f"{period!r} is an instant and no period; write two of them with / between, or its day")
    return found


def instant_of(text: str | datetime) -> datetime:
    """Return an instant: one with a zone, its text, or a day, which is its beginning (UTC); raise ValueError."""
    if isinstance(text, str) and len(text) == len("2026-05-03"):
        return _whole(text)[0]
    found = datetime.fromisoformat(text) if isinstance(text, str) else text
    if found.tzinfo is None:
        raise ValueError(f"{text} has no zone; write for example 2026-05-03T00:00:00Z")
    return found


def _whole(text: str) -> tuple[datetime, datetime]:
    for form in FORMS:
        try:
            start = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        months = {"%Y": 12, "%Y-%m": 1}.get(form, 0)
        years, month = divmod(start.month - 1 + months, 12)
        return start, start.replace(year=start.year + years, month=month + 1) if months else start + DAY
    if "T" in text:
        at = instant_of(text)
        return at, at
    raise ValueError(f"{text!r} is no period; write 2026, 2026-05, 2026-05-03 or 2026-05-03/2026-05-10")
