"""Runs a screening of what is public, and one of all, and logs every interval that they state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.screening import scoring
from ingest.screening.known_facilities import SCOPES, KnownFacility, Scope, known_facilities
from ingest.values import Connection
from tailings.screening import Screening, ScreeningParameters, screen

MAX_WORDS: Final = 100
SAME: Final = """
SELECT id, inputs_sha256, method, parameters FROM screening_run WHERE scope = %s ORDER BY id DESC LIMIT 1
"""
ADD_RUN: Final = """
INSERT INTO screening_run (scope, author, method, inputs_sha256, parameters, newest_sample, summary)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
ADD_INTERVAL: Final = """
INSERT INTO screening_interval (run_id, facility_id, entry_id, name, element, reason, count, document)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


class MadeScreening(msgspec.Struct, frozen=True):
    """What became of one: its number, that of the first where nothing has changed, and how much it states."""

    run: int
    scope: Scope
    facilities: int
    stated: int
    without: int
    is_new: bool
    scored: int
    """Intervals of earlier ones that samples have come for."""


def make(connection: Connection, author: str, parameters: ScreeningParameters | None = None) -> list[MadeScreening]:
    """Score what waits, then state anew, in one transaction; with the same inputs nothing changes.

    Raises TooManyFacilities.
    """
    chosen = parameters or ScreeningParameters()
    with connection.transaction():
        scored = scoring.score_waiting(connection)
        return [_make(connection, scope, author, chosen, scored) for scope in SCOPES]


def _make(
    connection: Connection, scope: Scope, author: str, parameters: ScreeningParameters, scored: int
) -> MadeScreening:
    (newest,) = connection.execute(scoring.NEWEST_SAMPLE).fetchone() or (0,)
    known = known_facilities(connection, scope)
    found = screen([one.facts for one in known], parameters)
    counts = (len(known), len(found.statements), len(found.without))
    same = connection.execute(SAME, (scope,)).fetchone()
    if same is not None and same[1:] == (found.inputs_sha256, found.method, msgspec.to_builtins(parameters)):
        return MadeScreening(same[0], scope, *counts, is_new=False, scored=scored)
    row = (scope, author, found.method, found.inputs_sha256, Jsonb(msgspec.to_builtins(parameters)), newest)
    run = connection.execute(ADD_RUN, (*row, Jsonb(_summary(known, found)))).fetchone()
    assert run is not None
    with connection.cursor() as cursor:
        cursor.executemany(ADD_INTERVAL, _rows(run[0], known, found))
    return MadeScreening(run[0], scope, *counts, is_new=True, scored=scored)


def _summary(known: Sequence[KnownFacility], found: Screening) -> dict[str, Any]:
    words = sorted({word for one in known for word in one.unknown_words})
    return {
        "facilities": len(known),
        "synthetic": sum(one.is_synthetic for one in known),
        "unknown_words": words[:MAX_WORDS],
        "pools": msgspec.to_builtins(found.pools),
    }


def _rows(run: int, known: Sequence[KnownFacility], found: Screening) -> list[Sequence[object]]:
    by_key = {one.facts.key: (run, one.facility, one.entry, one.name) for one in known}
    rows: list[Sequence[object]] = [
        (*by_key[one.key], one.element, "", 0, Jsonb(msgspec.to_builtins(one))) for one in found.statements
    ]
    return rows + [(*by_key[one.key], one.element, one.reason, one.count, None) for one in found.without]
