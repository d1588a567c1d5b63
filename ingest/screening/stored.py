"""Screenings as they are stored, for who reads the database itself: the newest of a scope, and how intervals held."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ingest.screening.known_facilities import Scope
from ingest.values import Connection
from tailings.screening import StatedGrade
from tailings.screening.hit_rate import HitRate, of_counts

NEWEST: Final = """
SELECT i.name, i.facility_id, i.entry_id, i.element, i.reason, i.count, i.document FROM screening_interval i
WHERE i.run_id = (SELECT max(id) FROM screening_run WHERE scope = %s) AND (%s::text IS NULL OR i.element = %s)
ORDER BY i.name, i.id
"""
VERDICTS: Final = """
SELECT s.verdict, count(*) FROM screening_score s JOIN screening_interval i ON i.id = s.interval_id
JOIN screening_run r ON r.id = i.run_id WHERE r.scope = %s GROUP BY s.verdict
"""


class StoredInterval(msgspec.Struct, frozen=True):
    """What is stated of an element in a facility, or why nothing is."""

    name: str
    facility: str | None
    entry: int | None
    element: str
    reason: str
    count: int
    statement: StatedGrade | None


def newest(connection: Connection, scope: Scope, element: str | None = None) -> list[StoredInterval]:
    """Return the intervals of the newest screening, by name."""
    rows = connection.execute(NEWEST, (scope, element, element)).fetchall()
    return [
        StoredInterval(name, facility, entry, element, reason, count=count, statement=_statement(document))
        for name, facility, entry, element, reason, count, document in rows
    ]


def hit_rate(connection: Connection, scope: Scope) -> tuple[HitRate, int]:
    """Return how many scored intervals held, and how many are undecided."""
    counts: dict[str, int] = dict(connection.execute(VERDICTS, (scope,)).fetchall())
    held, missed = counts.get("held", 0), counts.get("missed", 0)
    return of_counts(held, held + missed), counts.get("undecided", 0)


def _statement(document: dict[str, Any] | None) -> StatedGrade | None:
    return None if document is None else msgspec.convert(document, StatedGrade)
