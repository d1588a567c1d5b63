"""The notifier: a thread beside the live data that makes and sends notifications, on a connection of its own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from ingest.jobs.database_thread import DatabaseThread
from ingest.notifications import composition, dispatch
from ingest.notifications.dispatch import Send
from ingest.notifications.links import NO_PAGES, Pages
from ingest.store import commit
from ingest.values import Connection
from runtime.log import log_of
from texts import REFERENCE, languages

tell = log_of(__name__)

LOOK_S: Final = 2.0
MAX_A_ROUND: Final = 100
NEWEST: Final = "SELECT coalesce(max(id), 0) FROM notification"
TOUCHED: Final = """
SELECT DISTINCT r.facility_id FROM notification n JOIN recipient r ON r.id = n.recipient_id
WHERE n.id > %s OR n.id = ANY(%s)"""


class Notifier(DatabaseThread):
    """Works from `start` until `close`."""

    def __init__(
        self,
        conninfo: str,
        send: Send,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pages: Pages = NO_PAGES,
        language: str = REFERENCE,
    ) -> None:
        super().__init__("notifier", conninfo)
        self._send, self._clock, self._pages = send, clock, pages
        self._language = languages.named(language, languages.known()) or languages.ENGLISH
        self.moved_s = time.monotonic()
        """When it last got on: a round begun, or an attempt made, however it ended."""

    def round(self) -> int:
        """Make what is due, send what waits; return how many attempts there were."""
        self.moved_s = time.monotonic()
        now = self._clock()
        tried: list[int] = []
        newest = self._line.transact(_newest)
        with languages.speaking(self._language):
            self._line.transact(partial(composition.make, now=now, pages=self._pages))
            send = partial(dispatch.send_next, now=now, send=self._send)
            while len(tried) < MAX_A_ROUND and (number := self._line.transact(send)):
                tried.append(number)
                self.moved_s = time.monotonic()
        self._line.transact(partial(_tell_pages, newest=newest, tried=tried))
        return len(tried)

    def _run(self) -> None:
        self._again(self.round, LOOK_S, tell, "notifier-failed")


def _newest(connection: Connection) -> int:
    row = connection.execute(NEWEST).fetchone()
    assert row is not None
    return int(row[0])


def _tell_pages(connection: Connection, newest: int, tried: list[int]) -> None:
    """Log a commit of the facilities whose notifications were made or tried: who watches sees who was called."""
    touched = {facility for (facility,) in connection.execute(TOUCHED, (newest, tried)).fetchall()}
    if touched:
        commit.write(connection, touched, [])
