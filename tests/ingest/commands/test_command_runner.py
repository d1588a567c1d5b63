"""Commands are carried out once, their progress and outcome are seen, and a bad one harms nobody."""

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.types.json import Jsonb

from ingest.commands import CommandRefused, CommandRunner, Kind, Task, kinds
from ingest.commands.kind import Tell
from ingest.values import Connection
from tests.ingest.waiting import until
from tests.servers import TestDatabase

HALF = threading.Event()


class Empty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body without anything."""


def half_way(connection: Connection, task: Task, body: Empty, tell: Tell) -> dict[str, Any]:
    """Tell half and wait for the test."""
    tell(0.5)
    HALF.wait(60)
    connection.execute("UPDATE quarantine SET state = 'seen'")
    tell(0.9)
    return {"attempts": task.attempts}


def forbidden(connection: Connection, task: Task, body: Empty, tell: Tell) -> dict[str, Any]:
    """Change something and then try what ingest has no right to."""
    connection.execute("UPDATE quarantine SET state = 'half'")
    connection.execute("DELETE FROM quarantine")
    return {}


def broken(connection: Connection, task: Task, body: Empty, tell: Tell) -> dict[str, Any]:
    """A bug."""
    raise ZeroDivisionError("a secret of the program")


def refusing(connection: Connection, task: Task, body: Empty, tell: Tell) -> dict[str, Any]:
    """A command that cannot be."""
    raise CommandRefused("the pond is empty")


def endless(connection: Connection, task: Task, body: Empty, tell: Tell) -> dict[str, Any]:
    """Work of which no percent is ever done."""
    for _ in range(400):
        tell(0.001)
        time.sleep(0.05)
    return {}


def counting(
    connection: Connection, task: Task, body: Empty, so_far: dict[str, Any] | None
) -> tuple[dict[str, Any], float]:
    """Ten slices, each of which changes one row; the sixth waits for the test."""
    done = so_far["done"] + 1 if so_far else 1
    connection.execute("UPDATE quarantine SET times = times + 1")
    if done == 6:
        HALF.wait(60)
    return {"done": done}, done / 10


KINDS = (
    kinds()
    | {"counting": Kind("counting", "annotate", "for tests", Empty, carry_out_slice=counting)}
    | {
        name: Kind(name, "annotate", "for tests", Empty, work)
        for name, work in {
            "half": half_way,
            "forbidden": forbidden,
            "broken": broken,
            "refusing": refusing,
            "endless": endless,
        }.items()
    }
)


@pytest.fixture
def owner(vale: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to a database with one quarantined message."""
    with psycopg.connect(vale.conninfo(), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, stage)"
            " VALUES ('vale', 'n07', now(), 'relative-time', 'x', 1, 'edge')"
        )
        HALF.clear()
        yield connection


@pytest.fixture
def command_runner(vale: TestDatabase, owner: psycopg.Connection[Any]) -> Iterator[CommandRunner]:
    """A command runner at work."""
    started = CommandRunner(vale.conninfo("tailwatch_ingest"), KINDS)
    started.start()
    yield started
    HALF.set()
    started.close()


def ask(vale: TestDatabase, kind: str, body: dict[str, Any] | None = None, facility: str = "vale") -> int:
    """Write a command, as `issue_command` of the database does for who shows a secret."""
    with psycopg.connect(vale.conninfo()) as owner:
        row = owner.execute(
            "INSERT INTO command (kind, facility_id, body, author) VALUES (%s, %s, %s, 'user:3') RETURNING id",
            (kind, facility, Jsonb(body or {})),
        ).fetchone()
        assert row is not None
        return int(row[0])


def fate(owner: psycopg.Connection[Any], id: int) -> tuple[Any, ...]:
    row = owner.execute("SELECT state, progress, outcome FROM command WHERE id = %s", (id,)).fetchone()
    assert row is not None
    return row


def wait(owner: psycopg.Connection[Any], id: int) -> tuple[Any, ...]:
    until(lambda: fate(owner, id)[0] not in ("issued", "running"))
    return fate(owner, id)


def test_a_command_is_done_and_audited_under_its_author(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """The message is settled, the outcome names it, the commit is told and both ends stand in the audit log."""
    commits = owner.execute("SELECT count(*) FROM commit_log").fetchone()
    id = ask(vale, "settle-quarantined", {"quarantined": [1], "note": "clock was set by hand"})

    assert wait(owner, id) == ("done", 1, {"settled": [1]})
    assert owner.execute("SELECT state FROM quarantine").fetchall() == [("settled",)]
    audited = "SELECT action FROM audit WHERE actor = 'user:3' AND subject = %s ORDER BY number"
    assert owner.execute(audited, (f"command:{id}",)).fetchall() == [
        ("command.settle-quarantined",),
        ("command.done",),
    ]
    assert owner.execute("SELECT count(*) FROM commit_log").fetchone() > commits  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("settle-quarantined", {"quarantined": [99], "note": "why not"}, "99 is no quarantined message of vale"),
        ("settle-quarantined", {"quarantined": [1]}, "missing required field `note`"),
        ("settle-quarantined", {"quarantined": "1", "note": "why"}, "Expected `array`"),
        ("settle-quarantined", {"quarantined": [1], "note": "why", "x": 1}, "unknown field `x`"),
        ("refusing", {}, "the pond is empty"),
        ("no-such-kind", {}, "There is no kind"),
    ],
)
def test_a_command_that_cannot_be_says_why(
    vale: TestDatabase,
    owner: psycopg.Connection[Any],
    command_runner: CommandRunner,
    kind: str,
    body: dict[str, Any],
    reason: str,
) -> None:
    """It is refused with a sentence for its author, and nothing is changed."""
    state, _, outcome = wait(owner, ask(vale, kind, body))

    assert state == "refused" and reason in outcome["reason"]
    assert owner.execute("SELECT state FROM quarantine").fetchall() == [("open",)]


@pytest.mark.parametrize("kind", ["broken", "forbidden"])
def test_a_bug_ends_its_command_and_nothing_else(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner, kind: str
) -> None:
    """The failed one leaves nothing behind and shows nothing of the program; the next one is carried out."""
    failed, good = ask(vale, kind), ask(vale, "settle-quarantined", {"quarantined": [1], "note": "looked at"})

    state, _, outcome = wait(owner, failed)
    assert (state, "secret" in str(outcome)) == ("failed", False)
    assert wait(owner, good)[2] == {"settled": [1]}


def test_progress_is_seen_while_it_runs(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """Half way there the row says so, though nothing of the work is committed yet."""
    id = ask(vale, "half")
    until(lambda: fate(owner, id)[:2] == ("running", 0.5))
    seen = owner.execute("SELECT state FROM quarantine").fetchall()
    HALF.set()

    assert seen == [("open",)]
    assert wait(owner, id) == ("done", 1, {"attempts": 1})


def test_what_is_stopped_is_undone(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """A running command ends at its next word of progress, one that waits before it is begun; both change nothing."""
    running, waiting = ask(vale, "half"), ask(vale, "half")
    until(lambda: fate(owner, running)[0] == "running")
    owner.execute("UPDATE command SET stop_requested_by = 'user:9' WHERE id IN (%s, %s)", (running, waiting))
    HALF.set()

    assert [wait(owner, id)[0] for id in (running, waiting)] == ["stopped", "stopped"]
    assert owner.execute("SELECT state FROM quarantine").fetchall() == [("open",)]
    audited = "SELECT actor FROM audit WHERE action = 'command.stopped' AND subject = %s"
    assert owner.execute(audited, (f"command:{running}",)).fetchall() == [("user:9",)]


def test_a_stop_is_heard_before_a_percent_is_done(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """Twenty seconds of work that never comes to a percent end as stopped, not as done."""
    id = ask(vale, "endless")
    until(lambda: fate(owner, id)[0] == "running", 20)
    owner.execute("UPDATE command SET stop_requested_by = 'user:9' WHERE id = %s", (id,))

    assert wait(owner, id)[0] == "stopped"


@pytest.mark.parametrize("more", [{}, {"family": "dam", "quiet": ["22:00", "06:00"]}], ids=["done", "refused"])
def test_a_secret_leaves_the_row_however_it_ends(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner, more: dict[str, Any]
) -> None:
    """The address of a recipient stands in no command that is over, carried out or refused."""
    id = ask(vale, "set-recipient", {"name": "Shift phone", "address": "json://hook.example/s3cret"} | more)
    wait(owner, id)
    until(lambda: owner.execute("SELECT body ? 'address' FROM command WHERE id = %s", (id,)).fetchone() == (False,))

    assert "s3cret" not in str(owner.execute("SELECT body, outcome FROM command WHERE id = %s", (id,)).fetchone())


def test_what_a_killed_process_left_is_taken_up_again(vale: TestDatabase, owner: psycopg.Connection[Any]) -> None:
    """A running command whose worker's connection is gone is begun anew; after three times it is given up."""
    second, third = ask(vale, "half"), ask(vale, "half")
    owner.execute("UPDATE command SET state = 'running', attempts = 1 WHERE id = %s", (second,))
    owner.execute("UPDATE command SET state = 'running', attempts = 3 WHERE id = %s", (third,))
    HALF.set()
    command_runner = CommandRunner(vale.conninfo("tailwatch_ingest"), KINDS)
    command_runner.start()

    assert wait(owner, second)[2] == {"attempts": 2}
    assert wait(owner, third)[0] == "failed"
    command_runner.close()


def test_two_command_runners_share_the_work(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """Beside a long command another process carries out the next; each is begun once."""
    other = CommandRunner(vale.conninfo("tailwatch_ingest"), KINDS)
    other.start()
    long = ask(vale, "half")
    until(lambda: fate(owner, long)[0] == "running")
    short = ask(vale, "settle-quarantined", {"quarantined": [1], "note": "looked at"})

    assert wait(owner, short)[0] == "done"
    assert fate(owner, long)[0] == "running"
    HALF.set()
    assert wait(owner, long)[2] == {"attempts": 1}
    other.close()


def test_the_command_runner_ends_soon(vale: TestDatabase, owner: psycopg.Connection[Any]) -> None:
    """An idle command runner does not hold up the end of the program."""
    command_runner = CommandRunner(vale.conninfo("tailwatch_ingest"), KINDS)
    command_runner.start()
    until(lambda: owner.execute("SELECT count(*) FROM command_kind").fetchone() == (len(KINDS),))
    began_s = time.monotonic()
    command_runner.close()

    assert time.monotonic() - began_s < 5


def sliced(owner: psycopg.Connection[Any]) -> int:
    """How many slices are committed."""
    row = owner.execute("SELECT times - 1 FROM quarantine").fetchone()
    assert row is not None
    return int(row[0])


def test_slices_are_committed_one_by_one(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """Amid the sixth five are seen, with the outcome so far and the progress; at the end all ten are done once."""
    id = ask(vale, "counting")
    until(lambda: fate(owner, id) == ("running", 0.5, {"done": 5}))
    seen = sliced(owner)
    HALF.set()

    assert wait(owner, id) == ("done", 1, {"done": 10})
    assert (seen, sliced(owner)) == (5, 10)


def test_stopped_between_slices_it_keeps_what_is_done(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """The slice in hand is finished, nothing after it is begun, and the outcome says what was done."""
    id = ask(vale, "counting")
    until(lambda: fate(owner, id)[2] == {"done": 5})
    with psycopg.connect(vale.conninfo(), autocommit=True) as other:
        other.execute("UPDATE command SET stop_requested_by = 'user:3' WHERE id = %s", (id,))
    HALF.set()
    state, _, outcome = wait(owner, id)

    assert (state, outcome["done"], sliced(owner)) == ("stopped", 6, 6)
    assert "stays" in outcome["reason"]


def test_begun_again_it_goes_on_where_it_was(vale: TestDatabase, owner: psycopg.Connection[Any]) -> None:
    """Ingest ends amid the sixth slice; the next one does that slice and the four after it, none twice."""
    id = ask(vale, "counting")
    first = CommandRunner(vale.conninfo("tailwatch_ingest"), KINDS)
    first.start()
    until(lambda: fate(owner, id)[2] == {"done": 5})
    closing = threading.Thread(target=first.close)
    closing.start()
    HALF.set()
    closing.join(60)
    then = sliced(owner)
    second = CommandRunner(vale.conninfo("tailwatch_ingest"), KINDS)
    second.start()
    try:
        outcome = wait(owner, id)
    finally:
        second.close()

    assert then in (5, 6)
    assert (outcome, sliced(owner)) == (("done", 1, {"done": 10}), 10)


def test_a_study_of_sixty_thousand_dots_is_refused(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """With its line, before it is parsed; it took 3.5 GB of ingest."""
    id = ask(vale, "run-study", {"inputs": "a." * 30_000 + "a = 1"})
    until(lambda: fate(owner, id)[0] not in ("issued", "running"))

    assert fate(owner, id)[0] == "refused"
    assert "line 1: a key has more than 16 parts" in fate(owner, id)[2]["reason"]


def test_a_workbook_that_is_none_is_refused_by_the_child(
    vale: TestDatabase, owner: psycopg.Connection[Any], command_runner: CommandRunner
) -> None:
    """The sentence of the reader comes back."""
    content = base64.b64encode(b"PK\x03\x04" + bytes(100)).decode()
    id = ask(vale, "import-assays", {"name": "bad.xlsx", "content": content})
    until(lambda: fate(owner, id)[0] not in ("issued", "running"))

    assert fate(owner, id)[0] == "refused"
    assert "is no XLSX workbook" in fate(owner, id)[2]["reason"]
