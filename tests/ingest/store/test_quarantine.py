"""Tests of the quarantine's rows."""

from decimal import Decimal
from pathlib import Path

import msgspec
import psycopg
import pytest

from ingest.samples import laboratory
from ingest.settings import QUARANTINE_BYTES
from ingest.store import quarantine
from ingest.store.quarantine import QuarantineFull
from ingest.store.refused_readings import RefusedReadings
from ingest.values import BatchPlace, Connection, RefusedMessage
from tests.ingest.batches import START_S, reading
from tests.servers import TestDatabase

PAGE = Path(__file__).parents[3] / "docs" / "operating" / "quarantine.md"

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
        msgspec.structs.astuple(ITEM)[:11]
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


def total(connection: Connection) -> list[tuple[object, ...]]:
    """What waits, by sender."""
    return connection.execute(
        "SELECT sender, messages, readings, bytes FROM quarantine_total ORDER BY sender"
    ).fetchall()


def of_batch(seq: int, size: int, agent: str = "gw1", facility: str = "vale") -> RefusedMessage:
    """What one batch brings, so many bytes of it."""
    place = BatchPlace(facility, agent, "9f3a01bc", seq)
    return msgspec.structs.replace(ITEM, facility=facility, raw=b"%d" % seq + bytes(size - 1), place=place)


def held(connection: Connection, refused: list[RefusedMessage], budget: int) -> list[tuple[str, int]]:
    """Agent and seq of the batches that find no room."""
    try:
        with connection.transaction():
            quarantine.check_room(connection, refused, budget)
            quarantine.write(connection, refused)
    except QuarantineFull as full:
        return [(one.place.agent, one.place.seq) for one in full.holds]
    return []


def test_what_waits_is_counted_whoever_decides(connection: Connection) -> None:
    """Put in, repeated, decided on and opened again: the totals are those of the open rows."""
    quarantine.write(connection, [ITEM, msgspec.structs.replace(ITEM, raw=b"more", readings=7, sender="n01")])
    quarantine.write(connection, [ITEM])
    both = total(connection)
    connection.execute("UPDATE quarantine SET state = 'settled' WHERE sender = 'n01'")
    one = total(connection)
    connection.execute("UPDATE quarantine SET state = 'open'")

    row = quarantine.ROW_BYTES + 4
    assert both == total(connection) == [("n01", 1, 7, row), ("n07", 1, 0, row)]
    assert one == [("n01", 0, 0, 0), ("n07", 1, 0, row)]


def test_a_batch_that_finds_no_room_is_named_and_others_are_not(connection: Connection) -> None:
    """Of three batches the second is too large: it alone is held, and another facility has a room of its own."""
    budget = 3 * (quarantine.ROW_BYTES + 10)
    some = [of_batch(0, 10), of_batch(1, 2 * quarantine.ROW_BYTES), of_batch(2, 10, "gw2")]

    assert held(connection, some, budget) == [("gw1", 1)]
    assert total(connection) == []
    assert held(connection, [some[0], some[2], of_batch(3, 10, facility="tailor")], budget) == []
    assert held(connection, [of_batch(4, 500)], budget) == [("gw1", 4)]


def test_it_is_told_once_before_it_is_full(connection: Connection, capfd: pytest.CaptureFixture[str]) -> None:
    """Seven of ten messages say nothing, the eighth says so, the next two do not; with room made it may again."""
    row = quarantine.ROW_BYTES + 10
    told = []
    for seq in (*range(10), 10):
        assert held(connection, [of_batch(seq, 10)], 10 * row) == []
        told.append("".join(capfd.readouterr()).count("quarantine-nearly-full"))
        if seq == 9:
            connection.execute(
                "UPDATE quarantine SET state = 'settled' WHERE id IN (SELECT id FROM quarantine LIMIT 3)"
            )

    assert told == [0] * 7 + [1, 0, 0, 1]


def test_what_is_there_already_needs_no_room(connection: Connection) -> None:
    """A full quarantine takes a repeated message: it is counted on its row."""
    some = [of_batch(0, 10)]
    budget = quarantine.ROW_BYTES + 10

    assert held(connection, some, budget) == held(connection, some, budget - 100) == []
    assert connection.execute("SELECT times FROM quarantine").fetchall() == [(2,)]


def test_a_hold_is_told_once_and_ends_with_the_ack(connection: Connection) -> None:
    """Held again it is the same hold, from the lowest batch on; it is over when the ack has passed that one."""
    hold = [quarantine.Hold(BatchPlace("vale", "gw1", "9f3a01bc", seq), 100, 50) for seq in (5, 4)]
    told = [[one.place.seq for one in quarantine.hold(connection, some)] for some in ([hold[0]], hold, hold)]
    question = "SELECT agent_id, seq, bytes, budget FROM quarantine_held"
    stands = connection.execute(question).fetchall()
    connection.execute(
        "INSERT INTO sequence_state (facility_id, sender, epoch, through) VALUES ('vale', '_edge/gw1', '9f3a01bc', 3)"
    )
    still = connection.execute(question).fetchall()
    connection.execute("UPDATE sequence_state SET through = 4")

    assert (told, stands, still) == ([[5], [], []], [("gw1", 4, 100, 50)], stands)
    assert connection.execute(question).fetchall() == []
    assert [one.place.seq for one in quarantine.hold(connection, [hold[0]])] == [5]


@pytest.mark.parametrize(("minutes", "bytes_a_value"), [(1, 221), (60, 23)])
def test_what_a_value_takes_is_that_of_the_page(connection: Connection, minutes: int, bytes_a_value: int) -> None:
    """Five channels a minute, in a batch of a minute or of an hour: no more than docs/operating/quarantine.md says."""
    channels = [f"n07:cell-{number}.voltage" for number in range(5)]
    told = [
        reading(START_S + 60 * minute, minute / 7, name)._replace(unit="V")
        for minute in range(minutes)
        for name in channels
    ]
    refused = RefusedReadings("vale", "n07", "unknown-datastream", START_S, "edge")
    quarantine.write(connection, refused.messages(told))
    ((*_, size),) = total(connection)

    assert isinstance(size, Decimal | int)
    assert -(-int(size) // len(told)) == bytes_a_value
    assert f"{bytes_a_value}" in PAGE.read_text()


def test_the_page_has_the_usual_budget() -> None:
    """1 GiB a facility, unless the settings say otherwise."""
    assert QUARANTINE_BYTES == 1 << 30
    assert "Of each facility 1 GiB may wait (`quarantine_bytes`" in PAGE.read_text()


def test_an_import_of_samples_holds_up_no_refused_batch(connection: Connection, vale: TestDatabase) -> None:
    """A laboratory's file may take minutes; what nodes send meanwhile is taken in, refused readings too."""
    connection.execute("SET lock_timeout = '2s'")
    with psycopg.connect(vale.conninfo("tailwatch_ingest")) as importing, laboratory.one_at_a_time(importing, "vale"):
        assert held(connection, [of_batch(0, 10)], budget=10_000) == []
