"""Instants as text: RFC 3339 in UTC, one way for answers, exports and packages."""

from __future__ import annotations

import datetime as dt


def rfc3339(time: dt.datetime) -> str:
    """Return for example 2026-05-03T14:10:00Z, with a fraction only where there is one; time: with a zone."""
    return time.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
