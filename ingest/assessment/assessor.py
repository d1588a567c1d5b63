"""The assessor: what the stored readings mean for each facility, kept current in one row a facility."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.alarms.files import FacilityFiles
from ingest.assessment import inputs
from ingest.store import commit
from ingest.values import Connection
from tailings.assess.assessment import assess
from tailings.assess.model import Assessment

LOCK: Final = 7_411_016
"""Any number that no other lock of this database uses."""
EVERY: Final = timedelta(minutes=1)
TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(%s)"
TOUCHED: Final = "SELECT DISTINCT unnest(facility_ids) FROM commit_log WHERE id > %s AND id <= %s"
NEWEST_COMMIT: Final = "SELECT coalesce(max(id), 0) FROM commit_log"
STORED: Final = "SELECT document FROM assessment WHERE facility_id = %s"
PUT: Final = """
INSERT INTO assessment (facility_id, made_at, valid_until, verdict, document) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (facility_id) DO UPDATE SET made_at = excluded.made_at, valid_until = excluded.valid_until,
    verdict = excluded.verdict, document = excluded.document"""


class Assessor:
    """Remembers between rounds which commits it has taken in, and when each facility was judged."""

    def __init__(self, files: FacilityFiles, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._files, self._clock = files, clock
        self._commit: int | None = None
        self._made: dict[str, datetime] = {}

    def work(self, connection: Connection) -> bool:
        """Judge the facilities that are due inside the open transaction; there is never more to do at once."""
        if connection.execute(TRY_LOCK, (LOCK,)).fetchone() != (True,):
            return False
        row = connection.execute(NEWEST_COMMIT).fetchone()
        newest = int(row[0]) if row else 0
        touched = self._touched(connection, newest)
        now = self._clock()
        changed = {id for id in self._due(touched, connection, now) if self._assess(connection, id, now)}
        self._commit = newest
        if changed:
            commit.write(connection, changed, [])
        return False

    def _touched(self, connection: Connection, newest: int) -> set[str]:
        if self._commit is None or newest < self._commit:
            return set(self._files.ids(connection))
        return {row[0] for row in connection.execute(TOUCHED, (self._commit, newest)).fetchall()}

    def _due(self, touched: set[str], connection: Connection, now: datetime) -> Iterable[str]:
        for id in self._files.ids(connection):
            made = self._made.get(id)
            if id in touched or made is None or now - made >= EVERY:
                yield id

    def _assess(self, connection: Connection, id: str, now: datetime) -> bool:
        """Judge one facility and store it; True when it says something else than before."""
        facility = self._files.facility(connection, id)
        self._made[id] = now
        if facility is None:  # its stored file cannot be read: what was said last expires, and that is blind
            return False
        found = assess(inputs.gather(connection, facility, now), now)
        row = connection.execute(STORED, (id,)).fetchone()
        document = msgspec.to_builtins(found)
        connection.execute(PUT, (id, found.made_at, found.valid_until, found.verdict, Jsonb(document)))
        return row is None or _says(msgspec.convert(row[0], Assessment)) != _says(found)


def _says(one: Assessment) -> tuple[object, ...]:
    """What of an assessment a page must show at once; margins and counts follow with their readings."""
    return one.verdict, one.level, one.sight, one.reasons, one.failure_modes, one.due_actions, one.silent_nodes
