"""Case 7: what used to be told to nobody at once, through the stored file, ingest's rooms and a real mail sink.

A plan in these tests is that of tests/tailings/tarp/plans.py: yellow above 338.0 m, red above 340.5 m for two minutes,
hysteresis 0.2 m, lowered by the Engineer of Record alone; times are minutes from Monday 24 November 2025, 16:00 UTC.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.alarms import operator_actions, plans
from ingest.store import Store
from ingest.values import Connection
from tailings import tarp
from tests.ingest.alarms.dam import ROLE, TEXT, minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

OPERATOR, ENGINEER = "user:3", "user:4"
APPROVED = 'approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n'
UNAPPROVED = TEXT.replace(APPROVED, "")
DAY_MIN = 24 * 60
PLACE = "Vale do Sino: overtopping"
YELLOW, RED = (f"{level}, {PLACE}, pond level {value} m" for level, value in (("YELLOW", "338.50"), ("RED", "341.00")))


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A dam, and a shift that is told from yellow on."""
    with opened(connection, store, vale) as made:
        made.add("shift")
        yield made


def pond(desk: Desk, level_m: float, *minutes: float) -> None:
    """The pond stands at this level at these minutes; each is followed and told."""
    for at in minutes:
        desk.raise_pond(at, level_m)
        desk.notifier.round()


def of_level(desk: Desk) -> list[tuple[str, str]]:
    """The mails of levels: the pond is silent for long in some of these stories, and blind is told too."""
    return [(subject, body) for subject, body in desk.sink.mails if subject in desk.subjects()]


def alarm(desk: Desk) -> int:
    """The newest alarm."""
    return int(desk.dam.event("id")[0])


@pytest.mark.case("7", "A second rise to red while red still stands is told at once, and asks for an answer anew.")
def test_a_second_red_is_told_while_the_first_still_stands(desk: Desk) -> None:
    """Red, acknowledged, the values fall, nobody lowers it; they rise again: yellow again, red again, not answered."""
    pond(desk, 341.0, 1, 2, 3, 4)
    operator_actions.acknowledge(desk.dam.connection, "vale", alarm(desk), OPERATOR, "on my way", now=minute(5))
    pond(desk, 337.0, 10)
    desk.sink.mails.clear()
    pond(desk, 341.0, 20, 21, 22, 23)

    assert desk.subjects() == [
        f"YELLOW again, {PLACE}, pond level 341.00 m",
        f"RED again, {PLACE}, pond level 341.00 m",
    ]
    assert "Overtopping at Vale do Sino has risen to RED again; it began 16:01 WET" in desk.sink.mails[-1][1]
    assert desk.dam.event("level, signal, acknowledged_at") == (3, 3, None)
    assert [kind for kind, _ in desk.dam.history()][-2:] == ["raised-again", "raised-again"]


def test_a_lower_rise_under_a_standing_red_is_told_and_keeps_its_answer(desk: Desk) -> None:
    """Yellow again: whoever is told of yellow hears of it; red stays acknowledged."""
    desk.add("authority", from_level=3)
    pond(desk, 341.0, 1, 2, 3, 4)
    operator_actions.acknowledge(desk.dam.connection, "vale", alarm(desk), OPERATOR, "on my way", now=minute(5))
    pond(desk, 337.0, 10)
    pond(desk, 338.5, 20)

    told = desk.dam.rows(
        "SELECT r.name, n.kind FROM notification n JOIN recipient r ON r.id = n.recipient_id ORDER BY n.id"
    )
    assert told[-1] == ("shift", "raised-again") and ("authority", "raised-again") not in told
    assert desk.dam.event("level, acknowledged_at IS NOT NULL") == (3, True)


@pytest.mark.case("7", "An approval that is given while red stands calls as a rise does.")
def test_an_approval_while_red_stands_calls(connection: Connection, store: Store, vale: TestDatabase) -> None:
    """The plan only simulated; nobody was told, also not that somebody had acknowledged the simulation."""
    with opened(connection, store, vale, UNAPPROVED) as desk:
        desk.add("shift")
        pond(desk, 341.0, 1, 2, 3, 4)
        operator_actions.acknowledge(connection, "vale", alarm(desk), OPERATOR, "a test?", now=minute(5))
        before = desk.subjects()
        _, plan = plans.stored(connection, "vale", "overtopping")
        approval = plans.Approval("overtopping", tarp.digest(plan), ROLE, ENGINEER, "reviewed", valid_to=None)
        plans.approve(connection, "vale", approval, minute(6))
        desk.run_until(minute(8))

        assert (before, desk.subjects()) == ([], [RED])
        assert (
            "Its plan is in force from now. Before, it was only simulated and called nobody." in desk.sink.mails[0][1]
        )
        assert desk.dam.event("is_simulated, acknowledged_at") == (False, None)


def test_an_approval_by_the_file_calls_too(connection: Connection, store: Store, vale: TestDatabase) -> None:
    """The same plan, approved by the next version of the file."""
    with opened(connection, store, vale, UNAPPROVED) as desk:
        desk.add("shift")
        pond(desk, 338.5, 1)
        desk.dam.apply(TEXT.replace("version = 2\n", "version = 3\n", 1))
        desk.dam.follow(3)
        desk.run_until(minute(5))

        assert desk.subjects() == [YELLOW]


@pytest.mark.case("7", "A shelf whose time is over tells at once what still stands under it, and once.")
@pytest.mark.parametrize(("kind", "says"), [("shelved", "shelved"), ("out-of-service", "out of service")])
def test_a_hold_that_ends_by_itself_tells_what_stands(desk: Desk, kind: str, says: str) -> None:
    """Held for half an hour; when it is over, the next look gives it back, whatever the number of looks."""
    pond(desk, 338.5, 1)
    operator_actions.hold(
        desk.dam.connection, "vale", alarm(desk), kind, OPERATOR, reason="excavator", now=minute(2), until=minute(32)
    )
    for at in (10, 20, 31, 33, 34, 60):
        desk.dam.follow(at)
        desk.notifier.round()

    assert desk.subjects() == [YELLOW, YELLOW]
    assert f"It was {says} until now." in desk.sink.mails[-1][1]
    assert [kind for kind, _ in desk.dam.history()].count("unshelved" if kind == "shelved" else "in-service") == 1
    assert desk.dam.rows("SELECT ended_at, ended_by FROM alarm_hold") == [(minute(32), "program:ingest")]


def test_a_hold_under_which_nothing_stands_any_more_tells_nobody(desk: Desk) -> None:
    """The pond came back meanwhile, and somebody lowered it."""
    operator_actions.name_role(desk.dam.connection, "vale", ROLE, ENGINEER, "user:1", is_taken=False)
    pond(desk, 338.5, 1)
    operator_actions.hold(
        desk.dam.connection,
        "vale",
        alarm(desk),
        "shelved",
        OPERATOR,
        reason="excavator",
        now=minute(2),
        until=minute(32),
    )
    pond(desk, 337.0, 10)
    operator_actions.lower(desk.dam.connection, "vale", alarm(desk), ENGINEER, "back", now=minute(11))
    desk.dam.follow(40)
    desk.notifier.round()

    assert desk.subjects() == [YELLOW]


@pytest.mark.case("7", "A shelf holds the level at which it was given; a worse one calls.")
def test_a_shelf_never_holds_a_worse_level(desk: Desk) -> None:
    """Yellow is shelved, and rises to red: red is told at once, and stands in the list of what is told."""
    pond(desk, 338.5, 1)
    operator_actions.hold(
        desk.dam.connection,
        "vale",
        alarm(desk),
        "shelved",
        OPERATOR,
        reason="excavator",
        now=minute(2),
        until=minute(600),
    )
    pond(desk, 338.6, 5)
    pond(desk, 341.0, 10, 11, 12, 13)

    state = desk.dam.rows("SELECT alarm_state_of(e, %s) FROM alarm_event e WHERE type = 'level'", (minute(14),))
    assert (desk.subjects(), state) == ([YELLOW, RED], [("unacknowledged",)])
    assert desk.dam.rows("SELECT type, level FROM alarm_hold") == [("level", 1)]


def test_a_red_that_fell_before_anybody_looked_is_told_all_the_same(
    connection: Connection, store: Store, vale: TestDatabase
) -> None:
    """A plan that falls by itself: shelved at yellow, red and back to yellow between two looks of the notifier."""
    text = TEXT.replace('lowered_by = "Engineer of Record"\n', "", 1)
    with opened(connection, store, vale, text) as desk:
        desk.add("shift")
        pond(desk, 338.5, 1)
        operator_actions.hold(
            connection, "vale", alarm(desk), "shelved", OPERATOR, reason="excavator", now=minute(2), until=minute(600)
        )
        for at, level_m in ((10, 341.0), (11, 341.0), (12, 341.0), (13, 338.5)):
            desk.raise_pond(at, level_m)
        desk.notifier.round()

        assert [subject.partition(",")[0] for subject in desk.subjects()] == ["YELLOW", "RED"]
        assert desk.dam.event("level") == (1,)


@pytest.mark.case("7", "A red that became known a day late, and is over, is told once: from when to when.")
def test_a_red_that_was_over_when_it_became_known_is_told(desk: Desk) -> None:
    """Two days without a link; what it brings was red for an hour. It is told once, and closed."""
    desk.add("manager", after_min=15)
    late = [(0, 337.0), *((at, 341.0) for at in range(60, 121)), (125, 337.0)]
    desk.dam.put([*late, (2 * DAY_MIN, 337.0)])
    desk.dam.follow(2 * DAY_MIN + 5)
    desk.run_until(minute(2 * DAY_MIN + 60), timedelta(minutes=10))

    ((subject, body),) = of_level(desk)
    assert subject == f"Known late, {PLACE} was RED from 24 Nov 17:02 WET to 24 Nov 18:05 WET"
    assert "Known only now: the readings came more than a day late." in body
    assert "inspect the dam for what this may have left behind" in body
    assert desk.dam.event("is_past, closed_at IS NOT NULL") == (True, True)


@pytest.mark.case("7", "A red that became known a day late, and still stands, calls as a rise and says since when.")
def test_a_red_that_still_stands_when_it_becomes_known_is_told(desk: Desk) -> None:
    """And the next one is called when nobody acknowledges."""
    desk.add("manager", after_min=15)
    desk.dam.put([(0, 337.0), *((at, 341.0) for at in range(60, 2 * DAY_MIN))])
    desk.dam.follow(2 * DAY_MIN)
    desk.run_until(minute(2 * DAY_MIN + 40), timedelta(minutes=5))

    assert desk.subjects() == [f"{RED}, known late", f"Not acknowledged: {RED}"]
    assert "is RED since 24 Nov 17:02 WET" in desk.sink.mails[0][1]


@pytest.mark.case("7", "A backlog of many late rises makes one call a plan, not hundreds.")
def test_a_backlog_of_many_rises_is_one_call(desk: Desk) -> None:
    """Three hundred rises to yellow, one to red, in four days that arrive at once."""
    rises = [(10 * at, 338.5 if at % 2 else 337.0) for at in range(600)]
    red = [(6000 + at, 341.0) for at in range(4)]
    desk.dam.put([*rises, *red, (6010, 337.0)])
    desk.dam.follow(6010 + 2 * DAY_MIN)
    desk.run_until(minute(6010 + 2 * DAY_MIN + 30), timedelta(minutes=10))

    ((subject, body),) = of_level(desk)
    assert subject.startswith(f"Known late, {PLACE} was RED from")
    assert "with 301 rises in that time" in body


@pytest.mark.case("7", "History of the time before a plan was approved calls nobody.")
def test_history_before_the_approval_calls_nobody(connection: Connection, store: Store, vale: TestDatabase) -> None:
    """Approved on 26 November 2025; what is imported of the 24th is simulated."""
    text = TEXT.replace("approved_on = 2024-07-01", "approved_on = 2025-11-26")
    with opened(connection, store, vale, text) as desk:
        desk.add("shift")
        desk.dam.put([(0, 337.0), (10, 341.0), (20, 341.0), (30, 337.0), (5 * DAY_MIN, 337.0)])
        desk.dam.follow(5 * DAY_MIN + 1)
        desk.run_until(minute(5 * DAY_MIN + 30), timedelta(minutes=10))

        assert of_level(desk) == []
        assert desk.dam.event("is_simulated, closed_at IS NOT NULL") == (True, True)


def test_what_began_before_the_approval_and_still_stands_calls(
    connection: Connection, store: Store, vale: TestDatabase
) -> None:
    """The pond went over yellow before the plan was in force, and is there still: it calls once."""
    text = TEXT.replace("approved_on = 2024-07-01", "approved_on = 2025-11-26")
    with opened(connection, store, vale, text) as desk:
        desk.add("shift")
        desk.dam.put([(0, 337.0), (10, 338.5), (5 * DAY_MIN, 338.5)])
        desk.dam.follow(5 * DAY_MIN + 1)
        desk.run_until(minute(5 * DAY_MIN + 30), timedelta(minutes=10))

        assert desk.subjects() == [YELLOW]


def test_a_long_backlog_that_is_followed_in_parts_is_one_call(desk: Desk) -> None:
    """Eighty days are two parts of forty, and the last is an hour long: what the first ones learned is told with it."""
    desk.dam.put([(0, 337.0), (60, 338.5), (70, 337.0), (80 * DAY_MIN + 60, 337.0)])
    desk.dam.follow(80 * DAY_MIN + 61)
    desk.run_until(minute(80 * DAY_MIN + 80), timedelta(minutes=10))

    assert desk.subjects() == [f"Known late, {PLACE} was YELLOW from 24 Nov 2025 17:00 WET to 24 Nov 2025 17:10 WET"]
