"""A calibration changed by command: previewed, applied as a further version with a revision, and undone."""

import tomllib
from typing import Any

import pytest

from ingest import versions
from ingest.commands import CommandRefused, Task, kinds
from ingest.store import Store
from ingest.values import Connection
from tailings.facility import parse
from tests.ingest.batches import START_S
from tests.ingest.rederive.dam import (
    CORRECTED_FROM,
    FIRST,
    LEVEL,
    MINUTES,
    PLAN,
    PRESSURE,
    RIGHT,
    WRONG,
    readings,
    shift_kpa,
    stored_by,
)
from tests.ingest.revisions.asked import AUTHOR, is_audited, now, rows, rows_as_of

SPAN = {"from": "2025-11-24T00:00:00Z", "to": "2025-11-26T00:00:00Z", "reason": "sheet of March was typed wrong"}
FROM = "2025-11-24T18:00:00Z"
NAME = "n07:vw1"


@pytest.fixture
def dam(store: Store, connection: Connection) -> Connection:
    """Five hours of a piezometer, and a facility file with a plan on its pressure."""
    stored_by(store, connection, readings(range(MINUTES)))
    text = FIRST.replace("version = 1\n", "version = 2\n", 1) + PLAN
    with connection.transaction():
        versions.apply(connection, parse(text), text, AUTHOR)
    return connection


def ask(connection: Connection, kind: str = "calibrate", **body: Any) -> dict[str, Any]:
    """Carry out a command in a transaction."""
    with connection.transaction():
        return kinds()[kind].do(connection, Task(1, kind, "vale", AUTHOR, body, attempts=1), lambda share: None)


def body(connection: Connection, **changes: Any) -> dict[str, Any]:
    """The calibration of the piezometer once more, with the corrected factor from minute 120 on."""
    stored = versions.newest(connection, "vale")
    assert stored is not None
    (table,) = tomllib.loads(FIRST)["instruments"][NAME]["calibrations"]
    given = {**table, "valid_from": FROM, "gauge_factor_kpa_per_digit": RIGHT} | changes.pop("calibration", {})
    return {"instrument": NAME, "calibration": given, "base": stored.hash, **SPAN} | changes


def test_previewed_applied_asked_as_of_and_audited(dam: Connection) -> None:
    """Geokon's linear formula by hand: each pressure from minute 120 on moves by (G2 - G1)(R1 - R0), none before.

    The preview promises 180 pressures and 180 levels and what crosses the plan's 220 kPa; until it is applied nothing
    is changed; after it `as_of` gives the old values, and undoing gives them back.
    """
    before, levels, then = rows(dam, PRESSURE), rows(dam, LEVEL), now(dam)
    promised = ask(dam, **body(dam))
    moves = [shift_kpa(m) if m >= CORRECTED_FROM else 0.0 for m in range(MINUTES)]
    is_over = [row[1] + move > 220 for row, move in zip(before, moves, strict=True)]
    turns = [START_S + 60 * m for m in range(1, MINUTES) if is_over[m] != is_over[m - 1]]
    assert (promised["values"], promised["version"]) == (360, 3) and all(row[1] < 220 for row in before)
    assert [one["time_s"] for one in promised["crossings"]] == turns
    assert rows(dam, PRESSURE) == before

    assert ask(dam, **body(dam), apply=True) == {"version": 3, "revision": 1}

    moved = [after[1] - old[1] for after, old in zip(rows(dam, PRESSURE), before, strict=True)]
    assert moved == [pytest.approx(move, abs=1e-9) for move in moves]
    assert rows_as_of(dam, PRESSURE, then) == before
    told = dam.execute("SELECT actor, action FROM audit ORDER BY number DESC LIMIT 3").fetchall()
    assert {actor for actor, _ in told} == {AUTHOR} and is_audited(dam)
    ask(dam, "undo-revision", revision=1, reason="the first sheet was right")
    assert (rows(dam, PRESSURE), rows(dam, LEVEL)) == (before, levels)


def test_only_the_calibration_s_lines_change(dam: Connection) -> None:
    """Writing one anew keeps every other line, its own date and comments included."""
    (start,) = (one.valid_from for one in parse(FIRST).instruments[NAME].calibrations)
    told = body(dam, calibration={"valid_from": start.isoformat()}, replaces=start.isoformat())
    ask(dam, **told, apply=True)
    old, new = (one.file.split("\n") for one in versions.history(dam, "vale")[:2][::-1])

    changed = [(a, b) for a, b in zip(old, new[1:], strict=True) if a != b]
    assert changed == [
        ("version = 2", "version = 3"),
        (f"gauge_factor_kpa_per_digit = {WRONG}", f"gauge_factor_kpa_per_digit = {RIGHT}"),
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base": "0" * 64}, "has changed since"),
        ({"instrument": "n99:vw1"}, "no instrument 'n99:vw1'"),
        ({"replaces": "2001-01-01T00:00:00Z"}, "no calibration from 2001"),
        ({"calibration": {"valid_from": "soon"}}, "no date and no time"),
        ({"calibration": {"kind": "cubic"}}, "cubic"),
        ({"calibration": {"convention": "a\nb = 1"}}, "control characters"),
        ({"calibration": {"valid_from": "2001-01-01"}}, "order of their valid_from"),
        ({"calibration": {"gauge_factor_kpa_per_digit": -0.01}}, "above 220 kPa, and the highest value that passes"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(dam: Connection, changes: dict[str, Any], sentence: str) -> None:
    """A page of yesterday, a thing that is not there, a value that does not fit, a level out of reach: one sentence."""
    with pytest.raises(CommandRefused, match=sentence):
        ask(dam, **body(dam, **changes), apply=True)

    stored = versions.newest(dam, "vale")
    assert stored is not None and stored.version == 2
    assert dam.execute("SELECT count(*) FROM revision").fetchone() == (0,)
