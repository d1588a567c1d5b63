"""The stored facility files, parsed once for each version."""

from typing import Final

from ingest.log import tell
from ingest.values import Connection
from tailings.facility import BadFacility, Facility, parse

FACILITIES: Final = "SELECT id FROM facility ORDER BY id"
HASH: Final = "SELECT hash FROM facility WHERE id = %s"
FILE: Final = "SELECT file FROM facility WHERE id = %s"


class FacilityFiles:
    """Remembers the newest version of each."""

    def __init__(self) -> None:
        self._parsed: dict[str, tuple[str, Facility | None]] = {}

    def ids(self, connection: Connection) -> list[str]:
        """The facilities that are stored."""
        return [id for (id,) in connection.execute(FACILITIES).fetchall()]

    def facility(self, connection: Connection, id: str) -> Facility | None:
        """A facility as its file says now; None when the file cannot be read, which is told once."""
        row = connection.execute(HASH, (id,)).fetchone()
        if row is None:
            return None
        known = self._parsed.get(id)
        if known is None or known[0] != row[0]:
            known = self._parsed[id] = (row[0], self._parse(connection, id))
        return known[1]

    def _parse(self, connection: Connection, id: str) -> Facility | None:
        row = connection.execute(FILE, (id,)).fetchone()
        try:
            return parse(row[0], f"the stored file of {id}") if row else None
        except BadFacility as error:
            tell("ERROR", "plans-not-followed", facility=id, error=error)
            return None
