"""What persons do to an alarm: acknowledge, close actions, lower, shelve; and when it is over."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from ingest.alarms import NotPossible, operator_actions, plans
from ingest.commands import rows
from ingest.store import Store
from ingest.values import Connection
from tailings import tarp
from tests.ingest.alarms.dam import ROLE, TEXT, Dam, minute

FACILITY, OPERATOR, ENGINEER = "vale", "user:3", "user:4"


@pytest.fixture
def dam(connection: Connection, store: Store) -> Iterator[Dam]:
    """A dam whose pond has just gone over yellow."""
    made = Dam(connection, store)
    operator_actions.name_role(connection, FACILITY, ROLE, ENGINEER, "user:1", is_taken=False)
    made.put([(0, 337.0), (1, 338.5)])
    made.follow(2)
    yield made


def state(dam: Dam, at: float) -> str:
    """Where the newest alarm stands, in the words of ISA-18.2."""
    found: str = dam.rows("SELECT alarm_state_of(e, %s) FROM alarm_event e ORDER BY id DESC LIMIT 1", (minute(at),))[0][
        0
    ]
    return found


def number(dam: Dam) -> int:
    """The newest alarm."""
    return int(dam.event("id")[0])


def test_from_the_rise_to_the_end(dam: Dam) -> None:
    """Raised, acknowledged, acted on, back, lowered by the named role: then, and not before, it is closed."""
    connection, alarm = dam.connection, number(dam)
    assert state(dam, 2) == "unacknowledged"
    operator_actions.acknowledge(connection, FACILITY, alarm, OPERATOR, "on my way", now=minute(3))
    assert state(dam, 3) == "acknowledged"
    ((action, due),) = dam.rows("SELECT id, due_at FROM alarm_action")
    operator_actions.close_action(connection, FACILITY, action, OPERATOR, "beach is dry, photo 12", now=minute(30))
    dam.put([(40, 337.0)])
    dam.follow(41)
    assert dam.event("level, signal, closed_at IS NULL") == (1, 0, True)
    operator_actions.lower(connection, FACILITY, alarm, ENGINEER, "pond is back", now=minute(50))

    assert due == minute(2) + timedelta(hours=4)
    assert state(dam, 51) == "normal"
    assert [kind for kind, _ in dam.history()] == [
        "raised",
        "acknowledged",
        "action-closed",
        "returned",
        "lowered",
        "closed",
    ]


def test_back_but_not_seen(dam: Dam) -> None:
    """What came and went unseen stays in the list until somebody says that he saw it."""
    dam.put([(40, 337.0)])
    dam.follow(41)

    assert state(dam, 41) == "returned-unacknowledged"


def test_a_higher_level_asks_again(dam: Dam) -> None:
    """After yellow is acknowledged, red is not; its actions come on top, those of yellow are not asked for twice."""
    operator_actions.acknowledge(dam.connection, FACILITY, number(dam), OPERATOR, "", now=minute(3))
    dam.put([(10, 341.0), (11, 341.0), (12, 341.0)])
    dam.follow(13)

    assert state(dam, 13) == "unacknowledged"
    assert dam.event() == (3, 3, 3)
    assert dam.rows("SELECT count(*) FROM alarm_action") == [(1,)]


SOON, LATE = minute(3), minute(3) + timedelta(days=8)
FAULTS: dict[str, tuple[Callable[[Connection, int], object], str]] = {
    "by another role": (
        lambda c, one: operator_actions.lower(c, FACILITY, one, OPERATOR, "", now=SOON),
        "Engineer of Record alone",
    ),
    "while it lasts": (
        lambda c, one: operator_actions.lower(c, FACILITY, one, ENGINEER, "", now=SOON),
        "values still say yellow",
    ),
    "elsewhere": (lambda c, one: operator_actions.note(c, "elsewhere", one, OPERATOR, "x", now=SOON), "no alarm"),
    "for ever": (
        lambda c, one: operator_actions.hold(c, FACILITY, one, "shelved", OPERATOR, reason="x", now=SOON, until=LATE),
        "at most 7 days",
    ),
    "no action": (
        lambda c, one: operator_actions.close_action(c, FACILITY, 999, OPERATOR, "x", now=SOON),
        "no action 999",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_is_told(dam: Dam, name: str) -> None:
    """Each refusal says why, and changes nothing."""
    act, sentence = FAULTS[name]
    before = dam.history()

    with pytest.raises(NotPossible, match=sentence):
        act(dam.connection, number(dam))

    assert dam.history() == before


def test_twice_is_once(dam: Dam) -> None:
    """A second acknowledgement is refused; the first name stays."""
    operator_actions.acknowledge(dam.connection, FACILITY, number(dam), OPERATOR, "", now=minute(3))

    with pytest.raises(NotPossible, match="already"):
        operator_actions.acknowledge(dam.connection, FACILITY, number(dam), ENGINEER, "", now=minute(4))

    assert dam.event("acknowledged_by") == (OPERATOR,)


def test_shelved_comes_back_by_itself(dam: Dam) -> None:
    """While it is shelved it is recorded all the same; at its end, or when it is ended, it stands where it stood."""
    hold = operator_actions.hold(
        dam.connection,
        FACILITY,
        number(dam),
        "shelved",
        OPERATOR,
        reason="excavator beside it",
        now=minute(3),
        until=minute(63),
    )
    assert (state(dam, 4), state(dam, 64)) == ("shelved", "unacknowledged")
    operator_actions.end_hold(dam.connection, FACILITY, hold, OPERATOR, minute(10))

    assert state(dam, 11) == "unacknowledged"
    assert [kind for kind, _ in dam.history()] == ["raised", "shelved", "unshelved"]


def test_an_unapproved_plan_only_simulates_until_somebody_answers(connection: Connection, store: Store) -> None:
    """Suppressed by design, until the named role approves just these conditions; of others it is refused."""
    text = TEXT.replace('approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n', "")
    dam = Dam(connection, store, text)
    dam.put([(1, 338.5)])
    dam.follow(2)
    assert state(dam, 2) == "suppressed-by-design"
    _, plan = plans.stored(connection, FACILITY, "overtopping")

    with pytest.raises(NotPossible, match="look at it again"):
        plans.approve(
            connection, FACILITY, plans.Approval("overtopping", "0", ROLE, ENGINEER, "ok", valid_to=None), minute(3)
        )
    approval = plans.Approval("overtopping", tarp.digest(plan), ROLE, ENGINEER, "reviewed", valid_to=None)
    plans.approve(connection, FACILITY, approval, minute(3))

    assert state(dam, 4) == "unacknowledged"


def test_every_act_stands_in_the_audit_log(dam: Dam) -> None:
    """The chain names who did what, without the words."""
    operator_actions.acknowledge(dam.connection, FACILITY, number(dam), OPERATOR, "secret words", now=minute(3))

    rows = dam.rows("SELECT actor, action, detail FROM audit WHERE action LIKE 'alarm.%%' ORDER BY number")
    assert [row[:2] for row in rows] == [("program:ingest", "alarm.raised"), (OPERATOR, "alarm.acknowledged")]
    assert "secret" not in str(rows)


def test_who_takes_a_role_away_is_audited(dam: Dam) -> None:
    """Under the number of who took it, as the command runner sets it, not of who had given it."""
    with dam.connection.transaction():
        rows.act_as(dam.connection, "user:9")
        held = operator_actions.name_role(dam.connection, FACILITY, ROLE, ENGINEER, "user:9", is_taken=True)

    assert held == []
    audited = dam.rows("SELECT action, actor FROM audit WHERE action LIKE %s ORDER BY number", ("duty.%",))
    assert audited == [("duty.insert", "user:1"), ("duty.delete", "user:9")]
