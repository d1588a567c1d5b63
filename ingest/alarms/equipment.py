"""Alarms of the equipment: raised while a rule finds a fault, closed when it finds none; never a level of the dam."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb

from ingest.alarms import change_signal, equipment_rules, record
from ingest.alarms.equipment_rules import DISK_FREE_SHARE, Centre, Detail, Inspection, Key
from ingest.alarms.files import Files
from ingest.alarms.record import HistoryRow
from ingest.values import Connection

LOCK: Final = 7_411_015
"""Any number that no other lock of this database uses."""
EVERY: Final = timedelta(seconds=30)
TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(%s)"
OPEN: Final = """
SELECT id, facility_id, rule, subject, detail FROM alarm_event WHERE family = 'maintenance' AND closed_at IS NULL"""
ADD: Final = """
INSERT INTO alarm_event (facility_id, family, rule, subject, title, detail, is_simulated, level, signal, highest,
                         began_at, noted_at, is_past)
VALUES (%s, 'maintenance', %s, %s, '', %s, false, 1, 1, 1, %s, %s, false) RETURNING id"""
CHANGE: Final = "UPDATE alarm_event SET title = '', detail = %s WHERE id = %s"
BACK: Final = "UPDATE alarm_event SET signal = 0, level = 0, returned_at = %s, closed_at = %s WHERE id = %s"


class Equipment:
    """Looks every half minute, as a job of the scheduler. `folder` is on the disk of which so much must be free."""

    def __init__(
        self,
        folder: Path,
        certificate: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        free_share: float = DISK_FREE_SHARE,
        files: Files | None = None,
    ) -> None:
        self._centre, self._clock = Centre(folder, certificate, free_share), clock
        self._files = files or Files()
        self._began = clock()
        self._due = datetime.min.replace(tzinfo=UTC)

    def look(self, connection: Connection) -> bool:
        """Raise and close what has changed inside the open transaction; there is never more to do at once."""
        now = self._clock()
        if now < self._due or connection.execute(TRY_LOCK, (LOCK,)).fetchone() != (True,):
            return False
        self._due = now + EVERY
        with change_signal.told(connection):
            self._compare(connection, now)
        return False

    def _compare(self, connection: Connection, now: datetime) -> None:
        known: dict[Key, tuple[int, Mapping[str, Any]]] = {
            (facility, rule, subject): (id, detail)
            for id, facility, rule, subject, detail in connection.execute(OPEN).fetchall()
        }
        facilities = tuple(self._files.known(connection))
        inspection = Inspection(connection, now, self._began, facilities, known=known.keys(), centre=self._centre)
        found = dict(equipment_rules.find_all(inspection))
        for key, detail in found.items():
            if key not in known:
                _raise(connection, key, detail, now)
            elif known[key][1] != detail:
                connection.execute(CHANGE, (Jsonb(detail), known[key][0]))
        for key, (id, _) in known.items():
            if key not in found:
                connection.execute(BACK, (now, now, id))
                record.note(connection, id, HistoryRow("returned", 0, now, noted_at=now))


def _raise(connection: Connection, key: Key, detail: Detail, now: datetime) -> None:
    row = connection.execute(ADD, (*key, Jsonb(detail), now, now)).fetchone()
    assert row is not None
    record.note(connection, row[0], HistoryRow("raised", 1, now, noted_at=now))
