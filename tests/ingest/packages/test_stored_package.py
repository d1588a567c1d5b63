"""Tests of packages in the database: made by command in slices, stopped and taken up, and never changed."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest import packages
from ingest.commands import CommandRefused, Task, kinds
from ingest.values import Connection
from tests.ingest.packages import made

KIND = "make-package"
BODY = {"from": "2025-11-24T17:30:00Z", "to": "2025-11-24T19:00:00Z"}


def slices(connection: Connection, so_far: dict[str, Any] | None, most: int = 1_000) -> tuple[dict[str, Any], float]:
    """Carry out slices of a command, each in its transaction; return outcome and share."""
    task = Task(1, KIND, "vale", made.AUTHOR, BODY, attempts=1)
    share = 0.0
    for _ in range(most):
        with connection.transaction():
            so_far, share = kinds()[KIND].do_slice(connection, task, so_far)
        if share >= 1.0:
            break
    assert so_far is not None
    return so_far, share


def test_a_package_by_command_is_resumed_and_whole(filled: Connection, tmp_path: Path) -> None:
    """Stopped after some slices and given again it is the same package; its parts are a ZIP that verifies."""
    stopped, share = slices(filled, None, most=5)
    asked = "SELECT known_at, (SELECT count(*) FROM package_piece WHERE package_id = id) FROM package WHERE id = %s"
    before = filled.execute(asked, (stopped["package"],)).fetchone()
    again, _ = slices(filled, None, most=1)
    taken_up = filled.execute(asked, (again["package"],)).fetchone()
    outcome, _ = slices(filled, again)
    parts = filled.execute(
        "SELECT content FROM package_part WHERE package_id = %s ORDER BY number", (outcome["package"],)
    )
    (tmp_path / "vale.zip").write_bytes(b"".join(content for (content,) in parts))
    found = packages.verify(tmp_path / "vale.zip", lambda share: None)

    assert 0 < share < 1 and before == taken_up and before[1] == 4
    assert (found.count, found.version) == (0, outcome["version"])
    assert (tmp_path / "vale.zip").stat().st_size == outcome["bytes"]


def test_a_package_of_unchanged_readings_is_the_same_package(filled: Connection) -> None:
    """Made again at a later instant it has the number and the version of the first, and leaves nothing behind."""
    first, _ = slices(filled, None)
    second, _ = slices(filled, None)
    left = filled.execute("SELECT count(*) FROM package WHERE version IS NULL").fetchone()
    pieces = filled.execute("SELECT count(*) FROM package_piece").fetchone()

    assert first == second
    assert (left, pieces) == ((0,), (0,))


def test_a_whole_package_is_never_changed(filled: Connection) -> None:
    """The database refuses it to every role."""
    outcome, _ = slices(filled, None)
    for statement in ("UPDATE package SET rows = 1 WHERE id = %s", "DELETE FROM package WHERE id = %s"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="never changed"):
            filled.execute(statement.encode(), (outcome["package"],))


def test_two_commands_of_one_span_make_one_package(filled: Connection) -> None:
    """The second goes on with what the first has begun, and is told when that is whole."""
    first, _ = slices(filled, None, most=2)
    second, _ = slices(filled, None, most=2)
    done, _ = slices(filled, first)

    assert first == second
    with pytest.raises(CommandRefused, match="is whole"):
        slices(filled, second)
    assert len(done["version"]) == 16


def test_a_span_without_an_end_is_refused(filled: Connection) -> None:
    """The command says what to change."""
    task = Task(1, KIND, "vale", made.AUTHOR, {"from": BODY["to"], "to": BODY["from"]}, attempts=1)
    with pytest.raises(CommandRefused, match="nothing between"):
        kinds()[KIND].do_slice(filled, task, None)
