"""The prover: proves the sight of each facility hour by hour, and as soon as its configuration changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from ingest.alarms.files import Files
from ingest.sight import proofs
from ingest.sight.inputs import gather
from ingest.values import Connection
from tailings.facility import Facility
from tailings.sight.proving import prove

EVERY: Final = timedelta(hours=1)
CONFIGURATION: Final = """
SELECT f.hash || ':' || (SELECT count(*) FROM tarp_approval WHERE facility_id = f.id)
    || ':' || (SELECT count(*) FROM tarp_withdrawal WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM alarm_hold WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM recipient WHERE facility_id = f.id)
FROM facility f WHERE f.id = %s"""
"""What is only ever added to and ended: a change of any of it changes the text."""


class Prover:
    """Remembers when each facility was looked at, and with which configuration."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock, self._files = clock, Files()
        self._looked: dict[str, tuple[str, datetime]] = {}

    def due(self, connection: Connection) -> list[Facility]:
        """Return the facilities that were not looked at for an hour, or whose configuration changed since."""
        now = self._clock()
        found = []
        for facility in self._files.known(connection):
            looked = self._looked.get(facility.id)
            if looked is None or looked[0] != _configuration(connection, facility) or now - looked[1] >= EVERY:
                found.append(facility)
        return found

    def prove(self, connection: Connection, facility: Facility) -> int:
        """Prove a facility and store what is new, inside the open transaction; return how many proofs are."""
        now = self._clock()
        configuration = _configuration(connection, facility)
        made = list(prove(gather(connection, facility, now), proofs.known(connection, facility.id)))
        for one in made:
            proofs.append(connection, facility.version, one)
        proofs.note_round(connection, facility.id, now)
        self._looked[facility.id] = configuration, now
        return len(made)


def _configuration(connection: Connection, facility: Facility) -> str:
    row = connection.execute(CONFIGURATION, (facility.id,)).fetchone()
    return str(row[0]) if row else ""
