"""Tests of the application: values follow, and `as_of` and undo give the old ones."""

import psycopg
import pytest

from ingest import rederive, revisions
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW
from tests.ingest.rederive.dam import (
    CORRECTED_FROM,
    LEVEL,
    MINUTES,
    PRESSURE,
    THERMISTOR,
    apply_second,
    readings,
    second,
    shift_kpa,
    stored_by,
)
from tests.ingest.rederive.test_change_preview import previewed, whole
from tests.ingest.revisions.asked import AUTHOR, draft, is_audited, now, rows, rows_as_of
from tests.servers import TestDatabase

REASON = "calibration sheet of March was wrong"


def apply(connection: Connection) -> int:
    """Apply to all that is stored."""
    return rederive.apply(connection, whole(connection), AUTHOR, REASON, lambda share: None)


def test_applied_asked_as_of_and_undone(derived: Connection) -> None:
    """The corrected values stand, yesterday's can be asked for, undo gives them back, and the audit chain is whole."""
    before, raw, then = rows(derived, PRESSURE), rows(derived, RAW), now(derived)
    levels = rows(derived, LEVEL)
    apply_second(derived)
    promised = previewed(derived)
    number = apply(derived)

    after = rows(derived, PRESSURE)
    for minute in range(MINUTES):
        shift = shift_kpa(minute) if minute >= CORRECTED_FROM else 0.0
        assert after[minute][1] - before[minute][1] == pytest.approx(shift, abs=1e-9)
        assert after[minute][4] == (2 if minute >= CORRECTED_FROM else 1)
    counts = derived.execute("SELECT state, changed, added, author, reason FROM revision").fetchall()
    assert counts == [("closed", promised.values + promised.flags, 0, AUTHOR, REASON)]
    assert rows(derived, RAW) == raw
    assert rows_as_of(derived, PRESSURE, then) == before
    assert previewed(derived).changes == []

    with derived.transaction():
        revisions.undo(derived, "vale", number, AUTHOR, "the first sheet was right")
    assert (rows(derived, PRESSURE), rows(derived, LEVEL)) == (before, levels)
    assert rows_as_of(derived, PRESSURE, then) == before
    assert is_audited(derived)


def test_live_data_is_not_held_up(derived: Connection, vale: TestDatabase) -> None:
    """While a whole re-derivation waits inside its transaction, another process stores and commits."""
    apply_second(derived)
    live = Store(3600, revisions.take_verdicts)
    with psycopg.connect(vale.conninfo("tailwatch_ingest"), autocommit=True) as other:
        live.greet(other)
        other.execute("SET lock_timeout = '5s'")

        def store_more(share: float) -> None:
            stored_by(live, other, readings(range(MINUTES, MINUTES + 5)))

        with derived.transaction():
            rederive.apply_at_once(derived, whole(derived), AUTHOR, REASON, store_more)
    assert len(rows(derived, RAW)) == MINUTES + 5
    assert derived.execute("SELECT state, changed FROM revision").fetchall() == [("closed", 2 * 180)]


def test_what_arrives_outdated_is_derived_anew(derived: Connection, store: Store) -> None:
    """Rows that an agent derived by version 1 after version 2 was stored are kept, then revised without being asked."""
    text = second()
    apply_second(derived)
    stored_by(store, derived, readings(range(MINUTES, MINUTES + 60)))
    first = [row[1] for row in rows(derived, DERIVED)]
    while True:
        with derived.transaction():
            if not rederive.catch_up(derived):
                break

    found = rows(derived, DERIVED)
    for minute in range(MINUTES, MINUTES + 60):
        assert found[minute][1] - first[minute] == pytest.approx(shift_kpa(minute), abs=1e-9)
    assert [row[4] for row in found] == [1] * MINUTES + [2] * 60
    told = derived.execute("SELECT kind, author, changed, state FROM revision").fetchall()
    assert told == [("catch-up", "program:ingest", 120, "closed")]
    stored_by(store, derived, readings(range(MINUTES + 60, MINUTES + 70)), text)
    assert derived.execute("SELECT count(*) FROM outdated_span").fetchone() == (0,)


def test_what_a_person_decided_stays(derived: Connection) -> None:
    """Flags set by hand stand under a re-derivation, whether better or worse, and what is derived inherits them."""
    with derived.transaction():
        revisions.set_quality(derived, draft(first_s=60 * 200, last_s=60 * 210), f"vale:{RAW}", 4)
        revisions.set_quality(derived, draft(first_s=60 * 220, last_s=60 * 230), f"vale:{PRESSURE}", 3)
    apply_second(derived)
    apply(derived)

    raw, pressure, level = (rows(derived, name) for name in (RAW, PRESSURE, LEVEL))
    assert {row[2:4] for row in raw[200:210]} == {(4, "manual")}
    assert {row[2] for row in pressure[200:210]} == {4}
    assert {row[3] for row in pressure[200:210]} == {"input.frequency"}
    assert {row[2:4] for row in pressure[220:230]} == {(3, "manual")}
    assert {row[2:4] for row in level[220:230]} == {(3, "input.pressure")}
    assert pressure[225][4] == 2


def test_a_preview_counts_what_the_change_alters(derived: Connection) -> None:
    """Of each datastream as many values and flags, and no more, are other ones after it was applied."""
    apply_second(derived)
    told = {one.name: (one.values, one.flags) for one in previewed(derived).changes}
    names = [PRESSURE, LEVEL, RAW, THERMISTOR]
    before = {name: rows(derived, name) for name in names}
    apply(derived)
    altered = {name: list(zip(before[name], rows(derived, name), strict=True)) for name in names}

    counted = {
        name: (sum(old[1] != new[1] for old, new in pairs), sum(old[1:3] != new[1:3] for old, new in pairs))
        for name, pairs in altered.items()
    }
    assert {name: (values, values + flags) for name, (values, flags) in told.items()} == {
        name: both for name, both in counted.items() if any(both)
    }
