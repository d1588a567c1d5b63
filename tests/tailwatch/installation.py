"""A running installation for tests of commands: the parts of `tailwatch up`, and what the api answers."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg

from tailwatch.ports import free_port
from tailwatch.servers.database import ADMIN
from tailwatch.site import Site, read_facilities
from tailwatch.state import StateFolder
from tailwatch.supervise import Supervisor
from tests import plain_http

WITHIN_S = 120.0
POLL_S = 0.05


class Installation:
    """Everything that runs for some facility files; `end` ends it in order."""

    def __init__(self, state_folder: Path, facilities: list[Path]) -> None:
        self.folder = state_folder
        self.lines: list[str] = []
        self._state = StateFolder(state_folder)
        # Not the usual port: another worker's installation that takes it a moment sooner would answer in our place.
        self.site = Site(self._state, read_facilities(facilities), api_port=free_port())
        self.site.prepare()
        self._supervisor = Supervisor(self.site.parts(), lambda part, line: self.lines.append(f"{part}: {line}"))
        self._supervisor.start()
        self.until(self._is_answering, "the api answers")

    def end(self) -> None:
        self._supervisor.end()
        self._state.close()

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for a condition, restarting what dies meanwhile."""
        deadline_s = time.monotonic() + WITHIN_S
        while not condition():
            lines = "\n".join(self.lines[-20:])
            assert time.monotonic() < deadline_s, f"not within {WITHIN_S:.0f} s: {what}\n{lines}"
            self._supervisor.poll()
            time.sleep(POLL_S)

    def get(self, path: str) -> dict[str, object]:
        """A JSON answer of the api."""
        answer = plain_http.get(f"{self.site.api_url}/api/v1/{path}", timeout=60)
        assert answer.status_code == 200, answer.text
        body: dict[str, object] = answer.json()
        return body

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the database, as superuser."""
        with psycopg.connect(self.site.database.conninfo(ADMIN)) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def _is_answering(self) -> bool:
        try:
            return plain_http.get(f"{self.site.api_url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False
