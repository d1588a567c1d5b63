"""The assessor: what the stored readings mean for each facility, kept current in one row a facility."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.alarms.files import Files
from ingest.assessment import inputs
from ingest.assessment.compliance import WaterLimits
from ingest.assessment.uncertainties import Uncertainties
from ingest.store import commit
from ingest.values import Connection
from tailings.assess.assessment import assess
from tailings.assess.model import Assessment
from tailings.facility import Facility

LOCK: Final = 7_411_016
"""Any number that no other lock of this database uses."""
EVERY: Final = timedelta(minutes=1)
EPOCH: Final = datetime.fromtimestamp(0, UTC)
TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(%s)"
TOUCHED: Final = "SELECT DISTINCT unnest(facility_ids) FROM commit_log WHERE id > %s AND id <= %s AND id <> %s"
NEWEST_COMMIT: Final = "SELECT coalesce(max(id), 0) FROM commit_log"
STORED: Final = "SELECT document FROM assessment WHERE facility_id = %s"
PUT: Final = """
INSERT INTO assessment (facility_id, made_at, valid_until, verdict, document) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (facility_id) DO UPDATE SET made_at = excluded.made_at, valid_until = excluded.valid_until,
    verdict = excluded.verdict, document = excluded.document"""


class Assessor:
    """Remembers between rounds which commits it has taken in, and when each facility was judged.

    A facility whose stored file cannot be read is not judged: what was said of it last expires, and that is blind.
    """

    def __init__(self, files: Files, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._files, self._clock = files, clock
        self._commit: int | None = None
        self._own = 0
        """Its own last commit, which says nothing that it does not know."""
        self._made: dict[str, datetime] = {}
        self._uncertainties = Uncertainties()
        self._water = WaterLimits()

    def work(self, connection: Connection) -> bool:
        """Judge the facilities that are due inside the open transaction; there is never more to do at once."""
        if connection.execute(TRY_LOCK, (LOCK,)).fetchone() != (True,):
            return False
        row = connection.execute(NEWEST_COMMIT).fetchone()
        newest = int(row[0]) if row else 0
        now = self._clock()
        known = list(self._files.known(connection))
        touched = self._touched(connection, newest)
        due = [one for one in known if touched is None or one.id in touched or self._is_due(one.id, now)]
        changed = {one.id for one in due if self._assess(connection, one, now)}
        self._commit = newest
        if changed:
            self._own = commit.write(connection, changed, [])
        return False

    def _touched(self, connection: Connection, newest: int) -> set[str] | None:
        """The facilities of the commits since the last round; None: all, for nobody knows what came before."""
        if self._commit is None or newest < self._commit:
            return None
        return {row[0] for row in connection.execute(TOUCHED, (self._commit, newest, self._own)).fetchall()}

    def _is_due(self, id: str, now: datetime) -> bool:
        made = self._made.get(id)
        return made is None or now - made >= EVERY

    def _assess(self, connection: Connection, facility: Facility, now: datetime) -> bool:
        """Judge one facility and store it; True when it says something else than before."""
        self._made[facility.id] = now
        known = self._uncertainties.of(connection, facility, now)
        water = self._water.of(connection, facility, now)
        found = assess(inputs.gather(connection, facility, now, known, water), now)
        row = connection.execute(STORED, (facility.id,)).fetchone()
        document = msgspec.to_builtins(found)
        connection.execute(PUT, (facility.id, found.made_at, found.valid_until, found.verdict, Jsonb(document)))
        return row is None or _says(msgspec.convert(row[0], Assessment)) != _says(found)


def _says(one: Assessment) -> Assessment:
    """All that a page shows of an assessment: margins and counts too, or they would be of the reading before."""
    return msgspec.structs.replace(one, made_at=EPOCH, valid_until=EPOCH)
