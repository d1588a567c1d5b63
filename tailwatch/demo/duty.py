"""Who is on duty at the demo dam: two shifts that hand over to each other, and whoever is called when nobody answers.

They are told by a pager on this machine, which says in the terminal what it was sent: the demo calls nobody else.
"""

import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import psycopg

from ingest.commands import Task, kinds
from ingest.database import connect
from ingest.notifications import links, recipients
from ingest.values import Connection
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.ports import LOOPBACK, Ports
from tailwatch.supervise import Tell

PART: Final = "pager"
AUTHOR: Final = "program:demo"
RETRY_AFTER_S: Final = 2.0
MAX_BYTES: Final = 100_000
LINK: Final = re.compile(r"https?://\S+" + re.escape(links.ADDRESS) + r"\S+")
HAND_OVERS: Final = {"Day": ("06:00", "18:00", ("Ana", "Rui")), "Night": ("18:00", "06:00", ("Inês", "Tiago"))}
"""Shifts by name: from when to when of the dam's clock, and who has it in turn, a week each."""
LATER: Final = {"Engineer of record": 30}
"""Who is called when nobody has acknowledged by then [min]."""
PEOPLE: Final = {name: 0 for _, _, turns in HAND_OVERS.values() for name in turns} | LATER
ShiftCommand = tuple[str, dict[str, Any]]
"""A kind of command and its body."""
KNOWN: Final = "SELECT FROM facility WHERE id = %s"


class Pager:
    """Takes what the notifier sends (apprise's `json://`) on a port of this machine, and tells it."""

    def __init__(self, ports: Ports, tell: Tell) -> None:
        self.port = ports.port_of(PART)
        self._server = ThreadingHTTPServer((LOOPBACK, self.port), _taking(tell))
        self._thread = threading.Thread(target=self._server.serve_forever, name=PART, daemon=True)
        self._thread.start()

    def address(self, name: str) -> str:
        """Where somebody's messages go."""
        return f"json://{LOOPBACK}:{self.port}/{quote(name)}"

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Duty:
    """Writes who is told as soon as the database knows the dam: once, and again where the pager has moved.

    people: each with the minutes after which it is told. shifts: commands that name them.
    """

    def __init__(
        self,
        facility: str,
        state_folder: Path,
        pager: Pager,
        tell: Tell,
        people: Mapping[str, int] = PEOPLE,
        shifts: Iterable[ShiftCommand] = (),
    ) -> None:
        self._facility, self._file, self._pager, self._tell = facility, state_folder / CONNINFO, pager, tell
        self._people, self._shifts = people, list(shifts)
        self.is_done, self._due_s = False, 0.0

    def turn(self) -> None:
        """Write them where they are not there; a database that does not answer is asked again."""
        if self.is_done or time.monotonic() < self._due_s:
            return
        self._due_s = time.monotonic() + RETRY_AFTER_S
        with suppress(psycopg.OperationalError), connect(self._file.read_text().strip()) as connection:
            self.is_done = connection.execute(KNOWN, (self._facility,)).fetchone() is not None
            if self.is_done and not self._is_written(connection):
                with connection.transaction():
                    for one, after_min in self._people.items():
                        recipient = {"name": one, "address": self._pager.address(one), "after_min": after_min}
                        _do(connection, self._facility, "set-recipient", recipient)
                    for kind, body in self._shifts:
                        _do(connection, self._facility, kind, body)
                self._tell(PART, "the recipients are on the page Alarms, Recipients")

    def _is_written(self, connection: Connection) -> bool:
        return all(
            recipients.address_of(connection, self._facility, name) == self._pager.address(name)
            for name in self._people
        )


def shifts_of_the_demo() -> Iterator[ShiftCommand]:
    """What an administrator would ask for on the page: the shifts that name the people of the demo."""
    first_day = date.today() - timedelta(days=8)
    for shift, (begins, ends, turns) in HAND_OVERS.items():
        hours = {"begins": begins, "ends": ends, "first_day": str(first_day)}
        yield "set-shift", {"name": shift, "members": list(turns), **hours}


def _do(connection: Connection, facility: str, kind: str, body: dict[str, Any]) -> None:
    task = Task(0, kind, facility, AUTHOR, body, attempts=1)
    kinds()[kind].do(connection, task, lambda share: None)


def _taking(tell: Tell) -> type[BaseHTTPRequestHandler]:
    class IncomingMessage(BaseHTTPRequestHandler):
        """One message: {"title", "message", ...} to the name at the end of the address."""

        def do_POST(self) -> None:
            length = min(int(self.headers.get("content-length", 0)), MAX_BYTES)
            try:
                said = json.loads(self.rfile.read(length))
                title, link = str(said["title"]), LINK.search(str(said["message"]))
            except (ValueError, KeyError, TypeError):
                self.send_error(400)
                return
            answer = f"\n    I have it: {link[0]}" if link else ""
            tell(PART, f"to {unquote(self.path).strip('/')}: {title}{answer}")
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """It has no log of its own."""

    return IncomingMessage
