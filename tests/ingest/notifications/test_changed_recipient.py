"""What waits and what was told, when who is told is changed, and which notification waits behind which."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.notifications import recipients
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

YELLOW = "YELLOW, Vale do Sino: overtopping, pond level 338.50 m"
RED = "RED, Vale do Sino: overtopping, pond level 341.00 m"
LINKS = """
SELECT r.name, r.ended_at IS NULL AND l.used_at IS NULL
FROM alarm_link l JOIN recipient r ON r.id = l.recipient_id ORDER BY l.expires_at, r.id"""


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A desk with a sink that is up, whose letters have links."""
    with opened(connection, store, vale, key=b"k" * 32) as made:
        yield made


def _red(desk: Desk, at: float) -> None:
    """The pond stands past red for as long as its plan wants to see it."""
    for more in range(4):
        desk.raise_pond(at + more, 341.0)


def test_what_is_new_lets_what_waits_be_tried_at_once(desk: Desk) -> None:
    """The channel came back at minute 22: the red of minute 25 is told by 26, not when yellow's next try is due."""
    desk.add("shift")
    desk.sink.stop()
    desk.raise_pond(2)
    desk.run_until(minute(22))
    (next_try,) = desk.dam.rows("SELECT next_try_at > %s FROM notification", [minute(27)])
    assert next_try == (True,)
    desk.sink.start()
    _red(desk, 22)
    desk.run_until(minute(26))

    assert desk.subjects() == [YELLOW, RED]


def test_no_alarm_waits_behind_a_digest(desk: Desk) -> None:
    """The channel takes no digest, for its length as it were; a red alarm is told all the same."""
    desk.add("shift", has_digest=True)
    desk.sink.refused_subjects.add("Daily")
    desk.raise_pond(1)
    desk.run_until(minute(21), timedelta(minutes=2))
    _red(desk, 22)
    desk.run_until(minute(26))

    assert desk.subjects() == [YELLOW, RED]
    assert desk.dam.rows("SELECT sent_at IS NULL FROM notification WHERE kind = 'digest'") == [(True,)]


def test_what_waits_goes_to_the_new_address(desk: Desk) -> None:
    """A mailbox that does not exist is put right after 20 minutes: yellow arrives there, with a link that counts."""
    desk.sink.refused.add("shift@example.org")
    desk.add("shift")
    desk.raise_pond(2)
    desk.run_until(minute(22))
    assert desk.sink.mails == []
    desk.add("shift", to="night")
    desk.run_until(minute(23))

    assert [(address, desk.sink.mails[at][0]) for at, (address, _) in enumerate(desk.sink.letters)] == [
        ("night@example.org", YELLOW)
    ]
    assert desk.dam.rows(LINKS) == [("shift", True)]


def test_who_is_told_at_other_hours_is_not_told_again(desk: Desk) -> None:
    """The manager was told, has other hours and another language then, keeps the link and hears that it is over."""
    desk.add("shift")
    desk.add("manager", after_min=15)
    desk.raise_pond(1)
    desk.run_until(minute(20))
    desk.add("manager", after_min=10, weekdays=[1, 2, 3], language="en")
    desk.run_until(minute(30))
    desk.raise_pond(31, 337.0)
    desk.run_until(minute(33))

    told = [mail for (to, _), (mail, _) in zip(desk.sink.letters, desk.sink.mails, strict=True) if "manager" in to]
    assert told == [f"Not acknowledged: {YELLOW}", "Cleared, Vale do Sino: overtopping"]
    assert set(desk.dam.rows(LINKS)) == {("shift", True), ("manager", True)}


def test_who_has_another_address_hears_that_it_is_over(desk: Desk) -> None:
    """The old address was told that it stands, with a link that counts no more; the new one hears that it is over."""
    desk.add("shift")
    desk.raise_pond(1)
    desk.run_until(minute(3))
    desk.add("shift", to="night", weekdays=[7])
    desk.add("office")
    desk.raise_pond(31, 337.0)
    desk.run_until(minute(33))

    assert sorted(address for address, _ in desk.sink.letters) == [
        "night@example.org",
        "office@example.org",
        "shift@example.org",
    ]
    assert ("shift", False) in desk.dam.rows(LINKS)


def test_who_is_told_no_more_does_not_hear_what_waits(desk: Desk) -> None:
    """Ended while the channel is down: nothing arrives when it is up, and the history says why."""
    desk.add("shift")
    desk.sink.stop()
    desk.raise_pond(2)
    desk.run_until(minute(4))
    assert recipients.end(desk.dam.connection, "vale", "shift", desk.dam.now)
    desk.sink.start()
    desk.run_until(minute(60), timedelta(minutes=8))

    assert desk.sink.mails == []
    given_up = desk.dam.rows("SELECT given_up_at IS NOT NULL FROM notification")
    last = desk.dam.rows("SELECT error FROM notification_attempt ORDER BY id DESC LIMIT 1")
    assert (given_up, last) == ([(True,)], [("told no more",)])
