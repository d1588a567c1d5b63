"""A dam, who is told of it, a real mail sink, and a notifier with a clock of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

from ingest.commands import Task, kinds
from ingest.commands.kind import Outcome
from ingest.notifications import Notifier, by_apprise
from ingest.notifications.links import Pages
from ingest.store import Store
from ingest.values import Connection
from tailwatch import ports
from tests.ingest.alarms.dam import TEXT, Dam
from tests.servers import TestDatabase


class Sink:
    """A mail server on loopback that keeps what it takes."""

    def __init__(self) -> None:
        self.port = ports.free_port()
        self.mails: list[tuple[str, str]] = []
        self.letters: list[tuple[str, str]] = []
        """To whom, and the body."""
        self.heads: list[Mapping[str, str]] = []
        self.refused: set[str] = set()
        """Addresses that it does not take."""
        self.refused_subjects: set[str] = set()
        """How subjects begin that it does not take."""
        self._controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain", "html"))
        assert body is not None
        if str(mail["subject"]).startswith(tuple(self.refused_subjects)):
            return "552 too long"
        self.mails.append((str(mail["subject"]), body.get_content()))
        self.heads.append({name: str(value) for name, value in mail.items()})
        self.letters.append((", ".join(envelope.rcpt_tos), body.get_content()))
        return "250 OK"

    def start(self) -> None:
        """Take mail."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Take none."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


class Desk:
    """A dam, who is told, and the notifier with a clock of its own."""

    def __init__(self, dam: Dam, sink: Sink, conninfo: str, key: bytes = b"", language: str = "en") -> None:
        self.dam, self.sink = dam, sink
        send, pages = by_apprise(["127.0.0.1"]), Pages("https://tailwatch.example.org", key)
        self.notifier = Notifier(conninfo, send, lambda: dam.now, pages, language)

    def add(self, name: str, to: str = "", **more: Any) -> None:
        """Ask for a recipient as an administrator does; to: the mailbox, '': of that name."""
        people = f"from=tw@example.org&to={to or name}@example.org&mode=insecure"
        body = {"name": name, "address": f"mailto://127.0.0.1:{self.sink.port}?{people}", **more}
        task = Task(1, "set-recipient", "vale", "user:1", body, attempts=1)
        with self.dam.connection.transaction():
            kinds()["set-recipient"].do(self.dam.connection, task, lambda share: None)

    def raise_pond(self, at: float, level_m: float = 338.5) -> None:
        """The pond rises; the plans are followed."""
        self.dam.put([(at, level_m)])
        self.dam.follow(at)

    def run_until(self, at: datetime, step: timedelta = timedelta(minutes=1)) -> None:
        """Let the notifier look every so often until then."""
        while self.dam.now < at:
            self.dam.now += step
            self.notifier.round()

    def subjects(self, with_sight: bool = False) -> list[str]:
        """What arrived, in order; that a plan is blind, or sees again, only when asked for."""
        told = [subject for subject, _ in self.sink.mails]
        return [one for one in told if with_sight or not ("BLIND" in one or one.endswith("detected again"))]

    def ask(self, kind: str, author: str, **body: Any) -> Outcome:
        """Carry out a command as the command runner does; what it refuses is raised, and undone."""
        task = Task(1, kind, "vale", author, body, attempts=1)
        with self.dam.connection.transaction():
            return kinds()[kind].do(self.dam.connection, task, lambda share: None)

    def absent(self, member: str, start: str, stop: str, stand_in: str | None) -> None:
        """Write an absence as its command does, of a time that is over for the clock of this machine."""
        self.dam.connection.execute(
            "INSERT INTO rota_absence (facility_id, member, from_time, until, stand_in, given_by)"
            " VALUES ('vale', %s, %s, %s, %s, 'user:1')",
            (member, start, stop, stand_in),
        )


@contextmanager
def opened(
    connection: Connection, store: Store, vale: TestDatabase, text: str = TEXT, language: str = "en", key: bytes = b""
) -> Iterator[Desk]:
    """A desk with a sink that is up."""
    sink = Sink()
    sink.start()
    made = Desk(Dam(connection, store, text), sink, vale.conninfo("tailwatch_ingest"), key, language)
    try:
        yield made
    finally:
        made.notifier.close()
        sink.stop()
