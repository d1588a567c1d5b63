"""Somebody who looks at the equipment of a dam, with a clock of the test."""

from pathlib import Path

from ingest import rollups
from ingest.alarms import Equipment
from tests.ingest.alarms.dam import Dam, minute


class Looked:
    """A dam with somebody who looks at its equipment."""

    def __init__(self, dam: Dam, folder: Path) -> None:
        self.dam = dam
        self._equipment = Equipment(folder, None, lambda: dam.now)

    def look(self, at: float) -> list[tuple[str, str]]:
        """Rule and subject of what is open after a look, the machine's own disk left out."""
        self.dam.now = minute(at)
        with self.dam.connection.transaction():
            self._equipment.look(self.dam.connection)
        return self.dam.rows(
            "SELECT rule, subject FROM alarm_event WHERE family = 'maintenance' AND closed_at IS NULL"
            " AND rule NOT IN ('disk', 'no-recipient') ORDER BY rule, subject"
        )

    def rebuild(self) -> None:
        """Bring the hourly rollups up to date."""
        with self.dam.connection.transaction():
            rollups.rebuild(self.dam.connection)
