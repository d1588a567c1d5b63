"""Releasing: what waits for its right time comes back at once, moved by the error of its clock, and nothing else."""

import json
import time
from datetime import timedelta

import pytest

from codec import pack as packs
from ingest import quarantine, revisions
from ingest.quarantine import Chosen, ReleaseOutcome
from ingest.revisions import RevisionRefused
from ingest.store import Store
from ingest.store import quarantine as quarantine_rows
from ingest.store.refused_readings import RefusedReadings
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S, message, reading
from tests.ingest.quarantine.test_bulk_retry import retry
from tests.ingest.quarantine.test_decisions import put
from tests.ingest.rederive.dam import BAROMETER, THERMISTOR
from tests.ingest.revisions.asked import AUTHOR, at, is_audited, now, rows
from wire import quality

AHEAD_S = 7200
WHY = "the clock was set to summer time, twice"
INSERT = """
INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)
VALUES ('vale', %s, now(), %s, %s, %s, %s, %s)"""


def pack(seq: int, time_s: float, **values: float) -> bytes:
    """A pack of n07 as JSON, written by hand; `vw1__frequency=2831.5` is one reading."""
    first = {"bn": "vale:n07:", "bt": round(time_s), "n": "epoch", "vs": "0badcafe"}
    records: list[dict[str, object]] = [first, {"n": "seq", "v": seq}, {"n": "kept", "v": 0}]
    records += [{"n": name.replace("__", "."), "v": value} for name, value in values.items()]
    return json.dumps(records).encode()


def wait(
    connection: Connection,
    raw: bytes,
    reason: str = "clock-ahead",
    sender: str = "n07",
    arrived_s: float = 0,
    stage: str = "edge",
) -> None:
    """Put a message into quarantine, as it arrived at the centre then."""
    connection.execute(INSERT, (sender, at(arrived_s), reason, raw, len(raw), stage))


def release(connection: Connection, ahead_s: float = AHEAD_S, **chosen: object) -> ReleaseOutcome:
    """Release what waits as clock-ahead."""
    asked = {"facility": "vale", "reason": "clock-ahead"} | chosen
    with connection.transaction():
        return quarantine.release(connection, Chosen(**asked), ahead_s, AUTHOR, WHY)  # type: ignore[arg-type]


def states(connection: Connection) -> list[str]:
    """What became of each message, in the order of arrival."""
    return [state for (state,) in connection.execute("SELECT state FROM quarantine ORDER BY id")]


def test_all_of_them_come_back_at_their_right_times(store: Store, connection: Connection) -> None:
    """Two hours ahead by their own clock: raw readings stand where they belong, and derived ones are made of them."""
    put(
        store,
        connection,
        message(0, [reading(START_S - 600, 963.0, BAROMETER), reading(START_S + 600, 963.0, BAROMETER)]),
    )
    for seq in range(3):
        ahead = pack(seq, START_S + AHEAD_S + 60 * seq, vw1__frequency=2831.0 + seq, vw1__thermistor=4821)
        wait(connection, ahead, arrived_s=60 * seq)
    done = release(connection)

    assert (done.messages, done.readings, len(done.revisions), done.left) == (3, 6, 1, ())
    assert rows(connection, RAW) == [(60.0 * seq, 2831.0 + seq, 1, None, None) for seq in range(3)]
    assert [time_s for time_s, value, *_ in rows(connection, DERIVED) if value is not None] == [0, 60, 120]
    decided = connection.execute(
        "SELECT DISTINCT state, author, reason, revision_id FROM quarantine_decision"
    ).fetchall()
    assert decided == [("placed", AUTHOR, WHY, done.revisions[0])]
    assert states(connection) == ["placed"] * 3
    assert is_audited(connection)


def test_only_what_is_chosen(connection: Connection) -> None:
    """Another reason, another sender and another time of arrival wait on."""
    for number, (reason, sender, arrived_s) in enumerate(
        [
            ("clock-ahead", "n07", 0),
            ("gateway-clock", "n07", 0),
            ("clock-ahead", "n07", 3600),
            ("clock-ahead", "n07", -1),
        ]
    ):
        wait(connection, pack(number, START_S + AHEAD_S + number, vw1__thermistor=4821), reason, sender, arrived_s)
    release(connection, sender="n07", start=at(0), stop=at(3600))

    assert states(connection) == ["placed", "open", "open", "open"]
    with pytest.raises(RevisionRefused, match="nothing waits"):
        release(connection, sender="n08")


def test_what_contradicts_is_left_and_named(store: Store, connection: Connection) -> None:
    """The value that stands stays; the same value once more is no contradiction; the rest comes back all the same."""
    put(
        store, connection, message(0, [reading(START_S, 4800.0, THERMISTOR), reading(START_S + 60, 4821.0, THERMISTOR)])
    )
    for seq in range(3):
        wait(connection, pack(seq, START_S + AHEAD_S + 60 * seq, vw1__thermistor=4821))
    done = release(connection)

    assert states(connection) == ["open", "placed", "placed"]
    assert [why for _, why in done.left] == [
        "n07:vw1.thermistor has another value at this time already; the first stays"
    ]
    assert [value for _, value, *_ in rows(connection, THERMISTOR)] == [4800.0, 4821.0, 4821.0]


@pytest.mark.parametrize(
    ("away_s", "why"),
    [
        (86_400, "it still lies ahead of the centre's clock"),
        (-20 * 365 * 86_400, "it would lie before the facility"),
    ],
)
def test_a_wrong_offset_stores_nothing(connection: Connection, away_s: int, why: str) -> None:
    """Moved by too little it lies ahead still, by too much before the facility was built: it waits on."""
    wait(connection, pack(0, time.time() + away_s + AHEAD_S, vw1__thermistor=4821))
    done = release(connection)

    assert [told for _, told in done.left] == [why]
    assert (states(connection), rows(connection, THERMISTOR)) == (["open"], [])


def test_every_form_that_an_agent_or_ingest_has_refused(connection: Connection) -> None:
    """A pack in CBOR, readings of a polled instrument, and observations that ingest itself refused."""
    plain = packs.decode(pack(0, START_S + AHEAD_S, vw1__thermistor=4821))
    wait(connection, packs.encode(plain, "application/senml+cbor"))
    for number, stage in enumerate(("edge", "ingest")):
        one = reading(START_S + AHEAD_S + 60 * (number + 1), 4822.0 + number, THERMISTOR)
        ahead = RefusedReadings("vale", "n07", "clock-ahead", START_S, stage)
        quarantine_rows.write(connection, ahead.messages([one]))
    done = release(connection)

    assert done.left == ()
    assert [row[:2] for row in rows(connection, THERMISTOR)] == [(0, 4821.0), (60, 4822.0), (120, 4823.0)]


def test_more_than_fit_at_once(connection: Connection) -> None:
    """Of 2,100 messages each is stored once, as three revisions, each of which can be undone."""
    values = [
        ("n07", at(0), "clock-ahead", raw, len(raw), "edge")
        for raw in (pack(seq, START_S + AHEAD_S + seq, vw1__thermistor=4000 + seq) for seq in range(2_100))
    ]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(INSERT, values)
    done = release(connection)
    with connection.transaction():
        revisions.undo(connection, "vale", done.revisions[-1], AUTHOR, "another offset")

    assert (done.messages, done.readings, len(done.revisions)) == (2_100, 2_100, 3)
    stored = rows(connection, THERMISTOR)
    assert [row[:2] for row in stored] == [(seq, 4000 + seq) for seq in range(2_100)]
    assert [row[3] for row in stored].count("undone") == 100


def test_one_pack_is_placed_by_its_first_reading(connection: Connection) -> None:
    """A person may also say when one pack was measured; trying it again as it is would store the wrong time."""
    wait(connection, pack(0, START_S + AHEAD_S, vw1__thermistor=4821))
    (number,) = connection.execute("SELECT id FROM quarantine").fetchone() or (0,)
    with pytest.raises(RevisionRefused, match="nobody believes the time"):
        retry(connection, reason="clock-ahead")
    with pytest.raises(RevisionRefused, match="nothing waits"):
        retry(connection, numbers=(number,))
    with pytest.raises(RevisionRefused, match="lies ahead"):
        quarantine.place(connection, number, now(connection) + timedelta(seconds=310), AUTHOR, WHY)
    with connection.transaction():
        quarantine.place(connection, number, at(30), AUTHOR, WHY)

    assert [row[:2] for row in rows(connection, THERMISTOR)] == [(30, 4821.0)]


def test_readings_in_another_unit_are_left_and_named(connection: Connection) -> None:
    """21.5 Cel are no 21.5 Ohm: nothing of that pack is stored, and the next one comes back."""
    ahead = pack(0, START_S + AHEAD_S, vw1__frequency=2831.5, vw1__thermistor=21.5)
    wait(connection, ahead.replace(b'"n": "vw1.thermistor"', b'"n": "vw1.thermistor", "u": "Cel"'))
    wait(connection, pack(1, START_S + AHEAD_S + 60, vw1__frequency=2832.5, vw1__thermistor=4821))
    done = release(connection)

    assert (done.messages, done.readings) == (1, 2)
    assert [why for _, why in done.left] == ["n07:vw1.thermistor is in Cel there, and in Ohm in the facility file"]
    assert states(connection) == ["open", "placed"]
    assert [row[:2] for row in rows(connection, THERMISTOR)] == [(60, 4821.0)]


def test_what_was_released_by_a_wrong_offset_is_released_by_the_right_one(connection: Connection) -> None:
    """Two packs 7,200 s ahead are released as 7,100 s ahead; that is undone, and they wait again; the right ones stand.

    So they do when the right ones are undone and given back by another release: at 0 and 60 s each passes once.
    """
    for seq in range(2):
        wait(connection, pack(seq, START_S + AHEAD_S + 60 * seq, vw1__thermistor=4821 + seq))
    told = []
    for ahead_s in (AHEAD_S - 100, AHEAD_S):
        (number,) = release(connection, ahead_s).revisions
        with connection.transaction():
            revisions.undo(connection, "vale", number, AUTHOR, "another offset")
        waiting = connection.execute("SELECT messages FROM quarantine_total").fetchall()
        told.append((states(connection), waiting))
    done = release(connection)

    assert told == [(["open", "open"], [(2,)])] * 2
    assert (done.messages, done.readings, done.left, states(connection)) == (2, 2, (), ["placed"] * 2)
    found = [(time_s, value, flag == quality.FAIL) for time_s, value, flag, *_ in rows(connection, THERMISTOR)]
    assert found == [(0, 4821, False), (60, 4822, False), (100, 4821, True), (160, 4822, True)]


def test_an_undoing_that_is_undone_leaves_nothing_waiting(connection: Connection) -> None:
    """The release stands again, so its message is placed again, and its reading counts."""
    wait(connection, pack(0, START_S + AHEAD_S, vw1__thermistor=4821))
    (number,) = release(connection).revisions
    with connection.transaction():
        undone = revisions.undo(connection, "vale", number, AUTHOR, "another offset")
        revisions.undo(connection, "vale", undone, AUTHOR, "it was right")

    assert states(connection) == ["placed"]
    assert [(row[0], row[2] == quality.FAIL) for row in rows(connection, THERMISTOR)] == [(0, False)]
