"""Case 3: an approval that ends silences nothing; only a person does, on purpose, and under a name.

Through the stored file, ingest's rooms, a real mail sink, the api and the pages.
"""

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from ingest import versions
from ingest.alarms import Equipment, NotPossible, operator_actions, plans
from ingest.commands.kind import CommandRefused
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import Publisher
from tailings import tarp
from tailings.facility import parse
from tailwatch.commands.tarp import app
from tests.api import people
from tests.api.server import ApiServer
from tests.ingest.alarms.dam import ROLE, START_S, TEXT, minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

ENGINEER, OTHER = "user:4", "user:3"
APPROVED = 'approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n'
ENDED = TEXT.replace(APPROVED, f"{APPROVED}valid_to = 2025-11-20\n")
UNAPPROVED = TEXT.replace(APPROVED, "")
THIRD = ("version = 2\n", "version = 3\n")
YELLOW = "YELLOW, Vale do Sino: overtopping, pond level 338.50 m"


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A facility file with these changes, each made once."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def since_start(at: datetime) -> float:
    """Minutes of the dam's clock, at a time of the real one."""
    return (at.timestamp() - START_S) / 60


@contextmanager
def reading(database: TestDatabase, folder: Path) -> Iterator[httpx.Client]:
    """The api and the pages over this database, for one who may approve."""
    people.add_user(database.conninfo(), "engineer", vale="approve")
    server = ApiServer(folder, database.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60, follow_redirects=True) as client:
        people.log_in(client, "engineer")
        yield client
    server.stop()


@pytest.fixture
def ended(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A dam whose plan was approved until 20 November 2025; it is the 24th."""
    with opened(connection, store, vale, ENDED) as made:
        operator_actions.name_role(connection, "vale", ROLE, ENGINEER, "user:1", is_taken=False)
        made.add("shift")
        yield made


def equipment(desk: Desk, folder: Path) -> list[str]:
    """What the equipment says of approvals after a look."""
    with desk.dam.connection.transaction():
        Equipment(folder, None, lambda: desk.dam.now).look(desk.dam.connection)
    return desk.dam.titles("rule = 'approval' AND closed_at IS NULL")


@pytest.mark.case(
    "3", "A plan whose approval has ended goes on calling; alarm, notification, API and pages say that it ended."
)
def test_a_plan_whose_approval_ended_goes_on_calling_and_says_so(
    ended: Desk, vale: TestDatabase, tmp_path: Path
) -> None:
    """Yellow is told at once with the day on which the approval ended, and so is it shown."""
    ended.raise_pond(1)
    ended.run_until(minute(3))
    ((subject, body),) = ended.sink.mails
    with reading(vale, tmp_path) as client:
        (alarm,) = client.get("/api/v1/alarms", params={"family": "dam"}).json()["alarms"]
        (plan,) = client.get("/api/v1/facilities/vale/plans").json()["plans"]
        pages = [html.unescape(client.get(path).text) for path in ("/alarms", "/f/vale/plans/overtopping")]

    assert (subject, alarm["state"]) == (YELLOW, "unacknowledged")
    assert "The approval ended 20 Nov 2025. The plan still calls people until somebody renews or withdraws it." in body
    assert (alarm["approval"], alarm["approval_ended_on"]) == ("approval-ended", "2025-11-20")
    assert (plan["approval"], plan["valid_to"]) == ("approval-ended", "2025-11-20")
    assert "Approval ended 20 Nov 2025" in pages[0]
    assert "The approval ended on 20 Nov 2025. The plan still calls people" in pages[1] and "Withdraw it" in pages[1]


def test_that_it_ended_is_a_fault_of_the_equipment(ended: Desk, tmp_path: Path) -> None:
    """Until somebody renews it."""
    ended.dam.follow(1)
    said = equipment(ended, tmp_path)
    _, plan = plans.stored(ended.dam.connection, "vale", "overtopping")
    renewed = plans.Approval("overtopping", tarp.digest(plan), ROLE, ENGINEER, "again", valid_to=None)
    plans.approve(ended.dam.connection, "vale", renewed, minute(2))
    ended.dam.now = minute(3)

    assert said == ["Approval of plan overtopping ended on 20 Nov 2025. It still calls people; renew it"]
    assert equipment(ended, tmp_path) == []


@pytest.mark.case(
    "3",
    "Only whoever holds the role withdraws a plan, under a name; then it calls nobody until it is approved anew.",
)
def test_a_person_withdraws_it_on_purpose(ended: Desk, vale: TestDatabase, tmp_path: Path) -> None:
    """Another is refused; after the role has done it a rise calls nobody, gateways hear of it, the log has it, and the
    plan's page says by whom. A second time there is nothing to withdraw."""
    desk, now = ended, datetime.now(UTC)
    body = {"plan": "overtopping", "role": ROLE, "note": "the pond was drained"}
    left: list[bytes] = []
    with pytest.raises(CommandRefused, match="Engineer of Record alone"):
        desk.ask("withdraw-plan", OTHER, **body)
    desk.ask("withdraw-plan", ENGINEER, **body)
    desk.raise_pond(since_start(now))
    desk.run_until(desk.dam.now + timedelta(minutes=2))
    Publisher(lambda topic, payload: topic.endswith("config") or left.append(payload) is None).publish(
        desk.dam.connection
    )
    with reading(vale, tmp_path) as client:
        page = html.unescape(client.get("/f/vale/plans/overtopping").text)

    assert desk.dam.event("is_simulated, level") == (True, 1) and desk.sink.mails == []
    given = msgspec.json.decode(left[0], type=tarp.GivenApprovals)
    assert given.withdrawals == (tarp.Withdrawal("overtopping", ROLE, now.date()),)
    assert desk.dam.rows("SELECT actor FROM audit WHERE action = 'plan.withdrawn'") == [(ENGINEER,)]
    assert f"Only simulated: Engineer of Record withdrew it on {now.day} {now:%b %Y}" in page
    with pytest.raises(CommandRefused, match="no approval to withdraw"):
        desk.ask("withdraw-plan", ENGINEER, **body)


def test_what_stands_when_it_is_withdrawn_calls_nobody_more(ended: Desk) -> None:
    """The manager who would be called after 15 minutes is not; approved anew, it calls as a rise does."""
    desk = ended
    desk.add("manager", after_min=15)
    desk.raise_pond(1)
    desk.run_until(minute(3))
    withdrawal = plans.Withdrawal("overtopping", ROLE, ENGINEER, "drained")
    plans.withdraw(desk.dam.connection, "vale", withdrawal, minute(4))
    desk.run_until(minute(40), timedelta(minutes=6))
    assert desk.subjects() == [YELLOW]

    _, plan = plans.stored(desk.dam.connection, "vale", "overtopping")
    approval = plans.Approval("overtopping", tarp.digest(plan), ROLE, ENGINEER, "full again", valid_to=None)
    plans.approve(desk.dam.connection, "vale", approval, minute(41))
    desk.run_until(minute(50))

    assert [kind for kind, _ in desk.dam.history()] == ["raised", "simulated", "in-force"]
    assert desk.subjects() == [YELLOW, YELLOW]
    assert "Its plan is in force from now. Before, it was only simulated" in desk.sink.mails[-1][1]


def test_a_command_withdraws_it(ended: Desk, vale: TestDatabase, tmp_path: Path) -> None:
    """The system user that holds the role does; one that does not is told who may."""
    conninfo = tmp_path / "conninfo"
    conninfo.write_text(vale.conninfo("tailwatch_ingest"))
    command = ["withdraw", "overtopping", "--facility", "vale", "--role", ROLE, "--reason", "drained"]
    words = [*command, "--database", str(conninfo)]
    refused = CliRunner().invoke(app, words)
    holder = refused.output.partition("alone, and ")[2].partition(" does not hold")[0]
    operator_actions.name_role(ended.dam.connection, "vale", ROLE, holder, "user:1", is_taken=False)
    done = CliRunner().invoke(app, words)

    assert refused.exit_code == 2
    assert (done.exit_code, done.output.strip()) == (
        0,
        "vale, plan overtopping: withdrawn; it only simulates until it is approved anew",
    )
    assert ended.dam.rows("SELECT author, note FROM tarp_withdrawal") == [(holder, "drained")]


def test_the_file_withdraws_it(ended: Desk) -> None:
    """From the day that the file says; an approval on the page is refused while the file says otherwise."""
    desk = ended
    gone = f'valid_to = 2025-11-20\nwithdrawn_on = 2025-11-24\nwithdrawn_by = "{ROLE}"\n'
    desk.dam.apply(changed(ENDED, THIRD, ("valid_to = 2025-11-20\n", gone)))
    desk.raise_pond(1)
    desk.run_until(minute(3))
    _, plan = plans.stored(desk.dam.connection, "vale", "overtopping")
    approval = plans.Approval("overtopping", tarp.digest(plan), ROLE, ENGINEER, "again", valid_to=None)

    assert desk.dam.event("is_simulated, level") == (True, 1) and desk.sink.mails == []
    with pytest.raises(NotPossible, match="the facility file withdraws plan overtopping on 2025-11-24"):
        plans.approve(desk.dam.connection, "vale", approval, minute(4))


@pytest.mark.case(
    "3",
    "A plan whose conditions changed after its approval is not silent about it: the diff and an alarm say so.",
)
def test_conditions_that_changed_are_told(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """Approved here, then changed by a file: the diff names it, and it is a fault until these are approved."""
    with opened(connection, store, vale, UNAPPROVED) as desk:
        _, plan = plans.stored(connection, "vale", "overtopping")
        approval = plans.Approval("overtopping", tarp.digest(plan), ROLE, ENGINEER, "reviewed", valid_to=None)
        plans.approve(connection, "vale", approval, minute(-60))
        desk.dam.now = minute(1)
        before = equipment(desk, tmp_path)
        text = changed(UNAPPROVED, THIRD, ("value = 338.0", "value = 337.5"))
        with connection.transaction():
            done = versions.apply(connection, parse(text), text, ENGINEER)
        lost = equipment(desk, tmp_path)
        _, new = plans.stored(connection, "vale", "overtopping")
        again = plans.Approval("overtopping", tarp.digest(new), ROLE, ENGINEER, "reviewed", valid_to=None)
        plans.approve(connection, "vale", again, minute(2))
        after = equipment(desk, tmp_path)

    told = [str(one) for one in done.changes if one.path == "tarp.overtopping.approval"]
    assert told == [
        "tarp.overtopping.approval: calls -> of other conditions: it only simulates, and calls nobody, until somebody"
        " approves these"
    ]
    assert (before, after) == ([], [])
    assert lost == ["Plan overtopping calls nobody: its conditions changed after the approval of 24 Nov 2025"]


def test_an_approval_in_the_file_that_is_left_out_is_told(
    connection: Connection, store: Store, vale: TestDatabase
) -> None:
    """A file that forgets the lines of the approval says so in its diff; one that keeps them says nothing."""
    with opened(connection, store, vale, TEXT):
        forgotten = changed(UNAPPROVED, THIRD)
        kept = changed(TEXT, THIRD, ("crest_m = 342.0", "crest_m = 343.0"))
        stored = versions.newest(connection, "vale")
        assert stored is not None
        found = [[one.path for one in versions.changes(connection, stored, parse(text))] for text in (forgotten, kept)]

    assert "tarp.overtopping.approval" in found[0]
    assert found[1] == ["geometry[0].crest_m"]


def test_a_document_of_an_older_centre_still_counts() -> None:
    """What a gateway kept before there were withdrawals."""
    kept: dict[str, Any] = {"plan": "pond", "digest": "d", "approved_by": ROLE, "approved_on": "2026-01-01"}

    found = msgspec.json.decode(json.dumps({"approvals": [kept]}), type=tarp.GivenApprovals)
    assert [one.approved_by for one in found.approvals] == [ROLE] and found.withdrawals == ()
