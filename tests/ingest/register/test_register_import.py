"""Tests of taking a register's files into a real database: made-up ones, their differences and their history."""

from datetime import date

import psycopg
import pytest
from psycopg import errors

from ingest import register
from ingest.register import OlderRegister, RegisterRefused, TakenRegister
from ingest.values import Connection
from tailings.mapped_tables.faults import BadMap
from tailings.table_file import BadTable
from tests.servers import TestDatabase
from tests.tailings.register.generated import LAYOUTS
from tests.tailings.register.generated import register as made_up

MAP = """
[register]
id = "pt"
title = "Cadastro"
day = {day}
licence = "CC-BY-4.0"
[columns]
"Código" = "id"
"Nome" = "name"
"Volume" = "volume_m3"
"""
FIRST = "Código;Nome;Volume\nA1;Rio;600,5\nA2;Mar;x\nA3;Sol;\n"


def take(connection: Connection, text: str, day: str = "2026-01-31") -> TakenRegister:
    """Import a text as a command of user 3."""
    return register.take(connection, "cadastro.csv", text.encode("cp1252"), MAP.format(day=day), "user:3")


def counts(taken: TakenRegister) -> tuple[int, ...]:
    """The sum, and its parts."""
    return taken.rows_in, taken.added, taken.changed, taken.unchanged, taken.refused


def documents(connection: Connection) -> list[tuple[object, ...]]:
    """All revisions with the day of the import that brought each."""
    return connection.execute(
        "SELECT e.registered_id, r.revision, i.day, r.document ->> 'volume_m3', e.is_gone FROM register_revision r "
        "JOIN register_entry e ON e.id = r.entry_id JOIN register_import i ON i.id = r.import_id ORDER BY 1, 2"
    ).fetchall()


def test_a_further_file_shows_its_difference_and_keeps_what_was(connection: Connection) -> None:
    """Added, changed field by field, unchanged, refused and gone; the earlier content stays with its import."""
    first = take(connection, FIRST)
    second = take(connection, "Código;Nome;Volume\nA1;Rio;700,5\nA4;Lua;3\nA2;Mar;9\n", "2026-06-30")

    assert (counts(first), counts(second)) == ((3, 2, 0, 0, 1), (3, 2, 1, 0, 0))
    assert [(one.row, one.column, one.fault) for one in first.faults] == [
        (3, "Volume (volume_m3)", "'x' is no number; write digits with one decimal mark")
    ]
    (change,) = second.changes
    assert (change.id, [(one.column, one.before, one.after) for one in change.changes]) == (
        "A1",
        [("volume_m3", 600.5, 700.5)],
    )
    assert second.gone == ("A3",)
    assert documents(connection) == [
        ("A1", 1, date(2026, 1, 31), "600.5", False),
        ("A1", 2, date(2026, 6, 30), "700.5", False),
        ("A2", 1, date(2026, 6, 30), "9.0", False),
        ("A3", 1, date(2026, 1, 31), None, True),
        ("A4", 1, date(2026, 6, 30), "3.0", False),
    ]


def test_the_same_file_again_changes_nothing_and_a_refused_row_is_not_gone(connection: Connection) -> None:
    """The number of the first import; a row that is refused now stays as it was."""
    first, again = take(connection, FIRST), take(connection, FIRST)
    spoilt = take(connection, FIRST.replace("600,5", "-1"), "2026-02-28")

    assert (again.file, counts(again)) == (first.file, (3, 0, 0, 2, 1))
    assert (counts(spoilt), spoilt.gone) == ((3, 0, 0, 1, 2), ())
    assert connection.execute("SELECT count(*) FROM register_import").fetchone() == (2,)


def test_what_is_gone_and_stands_in_a_file_again_is_not_gone_though_its_row_is_refused(connection: Connection) -> None:
    """The second file has it no more, the third has it with a volume that is no number: it stays as the first had it,
    and is listed."""
    take(connection, FIRST)
    gone = take(connection, "Código;Nome;Volume\nA3;Sol;\n", "2026-02-28")
    again = take(connection, "Código;Nome;Volume\nA3;Sol;\nA1;Rio;x\n", "2026-03-31")

    assert (gone.gone, counts(again), again.gone) == (("A1",), (2, 0, 0, 1, 1), ())
    assert documents(connection) == [
        ("A1", 1, date(2026, 1, 31), "600.5", False),
        ("A3", 1, date(2026, 1, 31), None, False),
    ]
    assert connection.execute("SELECT back FROM register_import ORDER BY id DESC LIMIT 1").fetchone() == (["A1"],)


def test_what_is_gone_may_come_back(connection: Connection) -> None:
    """As it was, it is unchanged; a part of a register makes nothing gone."""
    take(connection, FIRST)
    take(connection, "Código;Nome;Volume\nA1;Rio;600,5\n")
    back = take(connection, FIRST + "A9;Ar;1\n")
    part = register.take(
        connection,
        "part.csv",
        "Código;Nome;Volume\nA8;Fogo;2\n".encode("cp1252"),
        MAP.format(day="2026-01-31").replace("[columns]", "whole = false\n[columns]"),
        "user:3",
    )

    assert (counts(back), counts(part), part.gone) == ((4, 1, 0, 2, 1), (1, 1, 0, 0, 0), ())
    assert connection.execute("SELECT count(*) FROM register_entry WHERE is_gone").fetchone() == (0,)


def test_a_preview_stores_nothing(connection: Connection) -> None:
    """And tells what the import then does."""
    seen = register.preview(connection, FIRST.encode("cp1252"), MAP.format(day="2026-01-31"))
    taken = take(connection, FIRST)

    assert {name: getattr(taken, name) for name in seen.__struct_fields__} == {
        name: getattr(seen, name) for name in seen.__struct_fields__
    }
    assert taken.file == 1


def test_two_registers_say_of_one_facility_what_each_says(connection: Connection) -> None:
    """Neither writes over the other's row."""
    take(connection, FIRST)
    other = MAP.format(day="2020-01-01").replace('"pt"', '"operator"')
    register.take(connection, "own.csv", FIRST.replace("600,5", "1,5").encode("cp1252"), other, "user:3")

    rows = connection.execute(
        "SELECT e.register_id, r.document ->> 'volume_m3' FROM register_entry e JOIN register_revision r "
        "ON r.entry_id = e.id WHERE registered_id = 'A1' ORDER BY 1"
    ).fetchall()
    assert rows == [("operator", "1.5"), ("pt", "600.5")]


def test_what_cannot_be_read_is_refused_whole(connection: Connection) -> None:
    """No table, a bad map, a heading that is not there, an older file; nothing is stored of them."""
    take(connection, FIRST)
    with pytest.raises(BadTable):
        register.take(connection, "x", b"\xff\xfe", MAP.format(day="2026-01-31"), "user:3")
    with pytest.raises(BadMap, match="register"):
        register.take(connection, "x", FIRST.encode(), "", "user:3")
    with pytest.raises(RegisterRefused, match="row 1 Nome: is no heading of the table"):
        take(connection, FIRST.replace("Nome", "Name"))
    with pytest.raises(OlderRegister, match="of 2026-01-31, this one of 2025-01-31"):
        take(connection, FIRST, "2025-01-31")
    assert connection.execute("SELECT count(*) FROM register_import").fetchone() == (1,)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE register_revision SET document = '{}'",
        "DELETE FROM register_revision",
        "DELETE FROM register_entry",
        "UPDATE register_import SET added = 7",
    ],
)
def test_nobody_changes_what_a_register_said(connection: Connection, vale: TestDatabase, change: str) -> None:
    """Not even the owner of the tables."""
    take(connection, FIRST)
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner, pytest.raises(errors.RestrictViolation):
        owner.execute(change.encode())


@pytest.mark.parametrize("name", ["es-geopackage", "gb-geojson"])
def test_each_made_up_row_is_stored_or_refused(connection: Connection, name: str) -> None:
    """Through the process that reads strangers' files: the sum adds up, and each faulty row is named."""
    content, _, wrong = made_up(LAYOUTS[name], 100, 5)
    taken = register.take(connection, name, content, LAYOUTS[name].map(), "user:3")

    assert taken.rows_in == 100 == taken.added + taken.refused
    assert {one.row - 2 for one in taken.faults} == set(wrong)
    assert connection.execute("SELECT count(*) FROM register_revision").fetchone() == (taken.added,)
