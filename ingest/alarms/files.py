"""The stored facility files, parsed once a version."""

from collections.abc import Iterator
from typing import Final

from ingest.values import Connection
from runtime.log import log_of
from tailings.facility import BadFacility, Facility, lint, parse

tell = log_of(__name__)

FACILITIES: Final = "SELECT id, hash FROM facility ORDER BY id"
FILE: Final = "SELECT file FROM facility WHERE id = %s"


class Files:
    """Remembers the newest version of each; one that a newer program wrote and this one cannot read is left out."""

    def __init__(self) -> None:
        self._parsed: dict[str, tuple[str, Facility | None]] = {}
        self._out_of_reach: dict[str, tuple[Facility, dict[str, frozenset[int]]]] = {}

    def out_of_reach(self, facility: Facility) -> dict[str, frozenset[int]]:
        """The tests that no reading can meet, by plan, looked for once a version."""
        known = self._out_of_reach.get(facility.id)
        if known is None or known[0] is not facility:
            known = self._out_of_reach[facility.id] = (facility, lint.find_out_of_reach(facility))
        return known[1]

    def known(self, connection: Connection) -> Iterator[Facility]:
        """Give every facility."""
        for id, hash in connection.execute(FACILITIES).fetchall():
            facility = self._facility(connection, id, hash)
            if facility is not None:
                yield facility

    def _facility(self, connection: Connection, id: str, hash: str) -> Facility | None:
        known = self._parsed.get(id)
        if known is None or known[0] != hash:
            row = connection.execute(FILE, (id,)).fetchone()
            try:
                parsed = parse(row[0], f"the stored file of {id}") if row else None
            except BadFacility as error:
                tell("ERROR", "plans-not-followed", facility=id, error=error)
                parsed = None
            known = self._parsed[id] = (hash, parsed)
        return known[1]
