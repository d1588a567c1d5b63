"""Somebody who reads the mail of a public page: a dam with such a page, the mailer, a mail server and the api."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from ingest import revisions
from ingest.alarms import Files
from ingest.assessment import Assessor
from ingest.database import connect
from ingest.notifications import by_apprise
from ingest.notifications.links import Pages
from ingest.store import Store
from ingest.subscriptions import Outgoing, SubscriptionMailer
from tests.api.server import ApiServer
from tests.ingest.alarms.dam import TEXT, Dam
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.notifications.desk import Sink
from tests.servers import Database, TestDatabase, fresh_database

KEY: Final = b"k" * 40
PAGES: Final = "https://tailwatch.example.org"
WATCHED: Final = TEXT.replace('lowered_by = "Engineer of Record"\n', "", 1)
"""Its plan comes down by itself, so that each test begins with a green dam."""
PUBLIC: Final = """
[facility.disclosure]
questions = true
contact = { name = "Community office", telephone = "+351 266 000 001" }
emergency = { name = "Civil protection", telephone = "112" }
in_an_alarm = { en = "Walk uphill to the chapel.", es = "Subir a pie hasta la capilla." }
"""
LINK: Final = re.compile(r"https://tailwatch\.example\.org(/public/mail/\S+)")


class Reader:
    """`dam` is watched, `mailer` looks when the test says so, and `web` is a browser without a login."""

    def __init__(self, dam: Dam, sink: Sink, vale: TestDatabase, server: ApiServer) -> None:
        self.dam, self.sink, self.database = dam, sink, vale
        self.assessor = Assessor(Files(), lambda: dam.now)
        self.web = httpx.Client(base_url=server.url, timeout=120)
        self.mailer = self.another()
        self._base = 0.0

    def begin(self) -> None:
        """A week later, with nobody subscribed: the dam is green, and the pages know that mail goes out."""
        self._base += 7 * 24 * 60
        self.do("DELETE FROM subscription; DELETE FROM public_question")
        for kept in (self.sink.mails, self.sink.letters, self.sink.heads, self.sink.refused):
            kept.clear()
        self.level(1, 330.0)
        self.mailer.round()

    def another(self, url: str | None = None) -> SubscriptionMailer:
        """A mailer as a new ingest would have it; url: of its mail server."""
        way = Outgoing(mail_url(self.sink) if url is None else url, Pages(PAGES, KEY))
        send = by_apprise(["127.0.0.1"], is_private=True)
        return SubscriptionMailer(self.database.conninfo("tailwatch_ingest"), send, way, lambda: self.dam.now)

    def level(self, at: float, level_m: float) -> None:
        """The pond stands so high from this minute on, and everybody has seen it."""
        self.dam.put([(self._base + at, level_m)])
        self.dam.follow(self._base + at)
        self.assess()

    def assess(self) -> None:
        """Judge the dam as ingest does, now."""
        with self.dam.connection.transaction():
            self.assessor.work(self.dam.connection)

    def later(self, minutes: float, *, assessed: bool = False) -> None:
        """Let time pass, and the mailer look; assessed: somebody judges the dam meanwhile."""
        self.dam.now += timedelta(minutes=minutes)
        if assessed:
            self.assess()
        self.mailer.round()

    def ask(self, address: str = "ana@example.org", where: str = "f/vale", **fields: str) -> httpx.Response:
        """Send the form as a browser without scripts does."""
        language = fields.pop("lang", "en")
        body = {"address": address, "homepage": "", **fields}
        return self.web.post(f"/public/{where}/mail?lang={language}", data=body)

    def subscribe(self, address: str = "ana@example.org", where: str = "f/vale", **fields: str) -> str:
        """Ask, open the link of the mail and press its button; return the way out."""
        assert self.ask(address, where, **fields).status_code == 200
        self.mailer.round()
        confirm, leave = links(self.sink.letters[-1][1])
        assert self.web.post(confirm).status_code == 200
        return leave

    def told(self) -> list[tuple[str, str]]:
        """To whom what was mailed, without the mails that ask to confirm."""
        sent = zip(self.sink.letters, self.sink.mails, strict=True)
        return [(to, subject) for (to, _), (subject, _) in sent if not subject.startswith(("Confirm:", "Confirmar:"))]

    def rows(self, query: str = "SELECT facility_id, region, language FROM subscription ORDER BY id") -> list[Any]:
        """What is stored."""
        with psycopg.connect(self.database.conninfo()) as owner:
            return owner.execute(query.encode()).fetchall()

    def do(self, statement: str) -> None:
        """Change what is stored."""
        with psycopg.connect(self.database.conninfo()) as owner:
            owner.execute(statement.encode())


def mail_url(sink: Sink) -> str:
    """The mail server as an operator writes it."""
    return f"mailto://127.0.0.1:{sink.port}?from=tw@example.org&mode=insecure"


def links(body: str) -> list[str]:
    """The addresses behind the links of a mail, as its reader opens them."""
    return LINK.findall(body)


def api(folder: Path, vale: TestDatabase, an_hour: int) -> ApiServer:
    """The api with the key of links; an_hour: addresses that it takes of one line."""
    key_file = folder / "links.key"
    key_file.write_bytes(KEY)
    key_file.chmod(0o600)
    settings = {"link_key_file": f'"{key_file}"', "subscriptions_per_hour": an_hour}
    return ApiServer(folder, vale.conninfo("tailwatch_api"), **settings).start()


@contextmanager
def reading(cluster: Database, folder: Path) -> Iterator[Reader]:
    """A dam with a public page, a mail server and the api, for all tests of a file."""
    sink = Sink()
    sink.start()
    with fresh_database(cluster, KNOWS_VALE) as vale, connect(vale.conninfo("tailwatch_ingest")) as connection:
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        server = api(folder, vale, 300)
        reader = Reader(Dam(connection, store, WATCHED + PUBLIC), sink, vale, server)
        try:
            yield reader
        finally:
            reader.web.close()
            reader.mailer.close()
            server.stop()
            sink.stop()


__all__ = ["KEY", "PAGES", "PUBLIC", "WATCHED", "Reader", "api", "links", "mail_url", "reading"]
