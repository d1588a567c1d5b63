"""Tests of the quarantine's rows."""

import msgspec

from ingest.store import quarantine
from ingest.store.quarantine import DailyBudget
from ingest.values import Connection, RefusedMessage

ITEM = RefusedMessage(
    "vale",
    "n07",
    1_764_000_000.5,
    "number",
    "v",
    fix="send a number",
    raw=b"\x00raw",
    size_bytes=4,
    stage="edge",
    epoch="0badcafe",
    seq=7,
)


def test_an_item_is_kept_with_its_bytes(connection: Connection) -> None:
    """Sender, place, reason and every byte are there."""
    quarantine.write(connection, [ITEM])

    row = "SELECT facility_id, sender, extract(epoch FROM received_at)::float8, reason, field, fix, raw, bytes, stage"
    assert connection.execute(row.encode() + b", epoch, seq FROM quarantine").fetchall() == [
        msgspec.structs.astuple(ITEM)
    ]


def test_the_same_bytes_for_the_same_reason_are_one_row(connection: Connection) -> None:
    """A repetition is counted; another reason or sender is another row."""
    others = [msgspec.structs.replace(ITEM, reason="label"), msgspec.structs.replace(ITEM, sender="n01")]
    quarantine.write(connection, [ITEM, ITEM, *others])
    quarantine.write(connection, [ITEM])

    counts = connection.execute("SELECT reason, sender, times FROM quarantine ORDER BY 1, 2").fetchall()
    assert counts == [("label", "n07", 1), ("number", "n01", 1), ("number", "n07", 3)]


def test_a_nul_in_a_text_is_shown_as_unreadable(connection: Connection) -> None:
    """PostgreSQL's text has no NUL; the item is kept all the same."""
    quarantine.write(connection, [msgspec.structs.replace(ITEM, field="a\0b")])

    assert connection.execute("SELECT field FROM quarantine").fetchall() == [("a\ufffdb",)]


def test_more_than_one_statement_holds_are_all_kept(connection: Connection) -> None:
    """Many items, and large ones, go in by several statements."""
    many = [msgspec.structs.replace(ITEM, raw=b"%d" % number) for number in range(quarantine.MOST_ITEMS + 1)]
    large = [msgspec.structs.replace(ITEM, raw=bytes([number]) * 500_000) for number in range(3)]
    quarantine.write(connection, [*many, *large])

    assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (len(many) + len(large),)


def day(connection: Connection) -> list[tuple[object, ...]]:
    """The counts of the senders."""
    columns = "sender, stored, stored_bytes, not_stored, not_stored_bytes"
    return connection.execute(f"SELECT {columns} FROM quarantine_day ORDER BY sender".encode()).fetchall()


def test_a_sender_fills_its_own_room_alone(connection: Connection) -> None:
    """Of five messages two are kept and three counted; another sender has its own room."""
    many = [msgspec.structs.replace(ITEM, raw=b"raw %d" % number) for number in range(5)]
    other = msgspec.structs.replace(ITEM, sender="n01")
    quarantine.write(connection, [*many, other], DailyBudget(messages=2))

    assert day(connection) == [("n01", 1, 4, 0, 0), ("n07", 2, 10, 3, 15)]
    assert connection.execute("SELECT count(*) FROM quarantine WHERE sender = 'n07'").fetchone() == (2,)


def test_readings_that_wait_for_their_time_are_all_kept(connection: Connection) -> None:
    """A night of packs that a wrong clock dates is data: none of it falls to the limit of the day."""
    many = [msgspec.structs.replace(ITEM, reason="gateway-clock", raw=b"raw %d" % number) for number in range(5)]
    quarantine.write(connection, many, DailyBudget(messages=2))

    assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (5,)
    assert day(connection) == [("n07", 0, 0, 0, 0)]


def test_bytes_are_limited_too_and_repetitions_need_no_room(connection: Connection) -> None:
    """What is there already is counted on its row, however full the day is; the count goes on over transactions."""
    large = [msgspec.structs.replace(ITEM, raw=bytes([number]) * 60) for number in range(3)]
    for _ in range(2):
        quarantine.write(connection, large, DailyBudget(bytes=130))

    assert day(connection) == [("n07", 2, 120, 2, 120)]
    assert connection.execute("SELECT times FROM quarantine").fetchall() == [(2,), (2,)]
