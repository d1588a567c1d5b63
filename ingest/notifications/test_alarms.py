"""Test alarms: to the recipients of the dam in turn as an alarm would go, marked as a test, until somebody confirms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from ingest.notifications import links, outbox, templates
from ingest.notifications.links import Pages
from ingest.notifications.phrases import Reader, words_of
from ingest.notifications.recipients import Recipient, called, concerned
from ingest.values import Connection
from tailings import on_call
from tailings.rota import Rota

OPEN: Final = """
SELECT t.id, t.facility_id, t.level, t.made_at, f.name, f.document ->> 'timezone',
       EXISTS (SELECT FROM notification n WHERE n.kind = 'test' AND n.key = 't:' || t.id)
FROM alarm_test t JOIN facility f ON f.id = t.facility_id
WHERE t.confirmed_at IS NULL AND t.made_at > %s ORDER BY t.id LIMIT 100"""
ADD: Final = "INSERT INTO alarm_test (facility_id, level, author, made_at) VALUES (%s, %s, %s, %s) RETURNING id"
CONFIRM: Final = """
UPDATE alarm_test SET confirmed_at = coalesce(confirmed_at, %s) WHERE id = %s AND facility_id = %s RETURNING id"""
CONFIRMATION: Final = """
INSERT INTO alarm_test_confirmation (test_id, author, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING at"""


class TestAlarm(msgspec.Struct, frozen=True):
    """One that nobody has confirmed yet; is_begun: who is called at once was called."""

    id: int
    facility: str
    level: int
    made_at: datetime
    place: str
    zone: str
    is_begun: bool


def add(connection: Connection, facility: str, level: int, author: str, now: datetime) -> int:
    """Ask for a test alarm; return its number."""
    row = connection.execute(ADD, (facility, level, author, now)).fetchone()
    assert row is not None
    return int(row[0])


def confirm(connection: Connection, facility: str, test: int, author: str, now: datetime) -> bool:
    """Write that somebody got it, once; False when there is no such test."""
    if connection.execute(CONFIRM, (now, test, facility)).fetchone() is None:
        return False
    connection.execute(CONFIRMATION, (test, author, now))
    return True


def make(
    connection: Connection, recipients: Iterable[Recipient], given: Mapping[str, Rota], pages: Pages, now: datetime
) -> None:
    """Write the notifications of open tests that are due to be made, inside the open transaction."""
    for row in connection.execute(OPEN, (now - on_call.TEST_LASTS,)).fetchall():
        test = TestAlarm(*row)
        of_it = concerned(recipients, test.facility, "dam", test.level)
        after = on_call.later(of_it, test.made_at)
        ahead = [(one.name, at) for one, at in after if now < at < on_call.alarm_test_ends_at(test.made_at)][:1]
        first = [one for one in of_it if not one.after_min]
        at_once = [] if test.is_begun else called(first, given.get(test.facility), test.zone, test.made_at)
        for one in [*at_once, *(one for one, at in after if at <= now)]:
            _notify(connection, one, test, ahead, pages, now=now)


def _notify(
    connection: Connection,
    one: Recipient,
    test: TestAlarm,
    ahead: Sequence[tuple[str, datetime]],
    pages: Pages,
    *,
    now: datetime,
) -> None:
    key = f"t:{test.id}"
    if not outbox.is_new(connection, one.id, "test", key):
        return
    link = links.make(connection, pages, test.id, one.id, now, is_test=True)
    with one.speaking():
        reader = Reader(words_of(), test.zone, now)
        words = templates.of_test_alarm(one.name, test.place, test.level, ahead, link, reader=reader)
    outbox.add(connection, one.id, "test", key, words, made_at=now)
