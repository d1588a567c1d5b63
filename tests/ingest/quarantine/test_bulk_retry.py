"""Retrying: what is acceptable now is stored, once and at its own time; what is not stays, with the reason of now."""

from typing import Any

import pytest

from codec import batch
from codec import pack as packs
from codec.batch import BatchObservation
from ingest import quarantine, revisions
from ingest.quarantine import Author, RetryChoice, RetryOutcome, bulk_retry
from ingest.receive.decode import refuse
from ingest.revisions import RevisionRefused
from ingest.store import Store
from ingest.store import quarantine as quarantine_rows
from ingest.store.refused_readings import RefusedReadings, observations_of
from ingest.values import Connection, RefusedMessage
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading, verdict
from tests.ingest.batches import pack as pack_record
from tests.ingest.quarantine.test_decisions import put
from tests.ingest.rederive.dam import BAROMETER, FIRST, THERMISTOR
from tests.ingest.revisions.asked import AUTHOR, at, is_audited, now, rows, rows_as_of

WHY = "the facility file knows them now"
NAMES = ("charge", "solar", "temperature")
NEW = '\n[datastreams."n07:battery.solar"]\nquantity = "voltage"\nunit = "V"\n'
UNKNOWN = "unknown-datastream"
OPEN = "SELECT reason, channels, raw FROM quarantine WHERE state = 'open' ORDER BY id"


def retry(connection: Connection, at_most: int = 100, **chosen: Any) -> RetryOutcome:
    """Retry what is chosen to the end, slice by slice as a command does, or so many slices."""
    done: RetryOutcome | None = None
    for _ in range(at_most):
        with connection.transaction():
            done = quarantine.retry_slice(connection, RetryChoice("vale", **chosen), Author(AUTHOR, WHY), done)
        if done.is_done:
            break
    assert done is not None
    return done


def know(connection: Connection, extra: str = NEW) -> None:
    """Put a facility file in that knows the charge of the battery, or something else."""
    text = FIRST.replace("version = 1\n", "version = 2\n", 1) + extra
    with connection.transaction():
        facility.register(connection, parse(text), text)


def refuse_readings(
    connection: Connection, observations: list[BatchObservation], reason: str = UNKNOWN, sender: str = "n07"
) -> None:
    """Put refused readings into quarantine."""
    refused = RefusedReadings("vale", sender, reason, START_S + 60, "edge", epoch="0badcafe", seq=5)
    quarantine_rows.write(connection, refused.messages(observations))


def refuse_message(connection: Connection, raw: bytes, reason: str, sender: str = "n07", stage: str = "edge") -> None:
    """Put a whole message into quarantine."""
    one = RefusedMessage("vale", sender, START_S, reason, "", fix="fix", raw=raw, size_bytes=len(raw), stage=stage)
    quarantine_rows.write(connection, [one])


def waiting(connection: Connection) -> list[tuple[str, list[tuple[str, float | None]]]]:
    """What is open: reason, and its readings."""
    found = connection.execute(OPEN).fetchall()
    return [(reason, [(one.name, one.value) for one in observations_of(raw)]) for reason, _, raw in found]


def test_what_is_known_now_is_stored_and_the_rest_stays(connection: Connection) -> None:
    """Of three channels in one message one is known now: it is stored, the others wait on; the message is kept."""
    readings = [
        reading(START_S + 60 * minute, minute / 4, f"n07:battery.{name}") for minute in (0, 1) for name in NAMES
    ]
    refuse_readings(connection, readings)
    know(connection)
    then = now(connection)
    done = retry(connection)

    assert (done.messages, done.readings, done.left) == (1, 2, {UNKNOWN: 4})
    assert rows(connection, "n07:battery.solar") == [(0, 0.0, 2, None, None), (60, 0.25, 2, None, None)]
    assert rows_as_of(connection, "n07:battery.solar", then) == []
    rest = [(one.name, one.value) for one in readings if "solar" not in one.name]
    assert waiting(connection) == [(UNKNOWN, rest)]
    decided = connection.execute("SELECT state, author, reason, revision_id FROM quarantine_decision").fetchall()
    assert decided == [("retried", AUTHOR, WHY, done.revisions[0])]
    first = connection.execute("SELECT state, raw, epoch, seq FROM quarantine ORDER BY id LIMIT 1").fetchone()
    assert first is not None and (first[0], observations_of(first[1])) == ("retried", readings)
    assert connection.execute("SELECT epoch, seq FROM quarantine ORDER BY id DESC LIMIT 1").fetchone() == first[2:]
    assert is_audited(connection)


def test_again_it_stores_nothing(connection: Connection) -> None:
    """What still waits is tried in vain, named, and not written anew; with nothing left there is nothing to do."""
    refuse_readings(
        connection, [reading(START_S, 12.5, "n07:battery.solar"), reading(START_S, 1.0, "n07:battery.charge")]
    )
    know(connection)
    retry(connection)
    again = retry(connection)

    assert (again.messages, again.readings, again.left) == (0, 0, {UNKNOWN: 1})
    assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (2,)
    with pytest.raises(RevisionRefused, match="nothing waits"):
        retry(connection, sender="n01")


def test_what_still_cannot_be_has_the_reason_of_now(store: Store, connection: Connection) -> None:
    """Known, but with another unit, a taken time, before the facility, or ahead: each waits for that reason."""
    put(
        store, connection, message(0, [reading(START_S, 4800.0, THERMISTOR), reading(START_S + 60, 4821.0, THERMISTOR)])
    )
    in_unit = reading(START_S, 12.5, "n07:battery.solar")._replace(unit="mV")
    readings = [
        in_unit,
        reading(START_S, 4000.0, THERMISTOR),
        reading(START_S + 60, 4821.0, THERMISTOR),
        reading(300_000_000, 1.0, THERMISTOR),
        reading(4_000_000_000, 2.0, THERMISTOR),
    ]
    refuse_readings(connection, readings)
    know(connection)
    done = retry(connection)

    assert (done.messages, done.readings) == (1, 1)
    assert done.left == {"before-facility": 1, "clock-ahead": 1, "conflict": 1, "unit-mismatch": 1}
    assert sorted(waiting(connection)) == [
        ("before-facility", [(THERMISTOR, 1.0)]),
        ("clock-ahead", [(THERMISTOR, 2.0)]),
        ("conflict", [(THERMISTOR, 4000.0)]),
        ("unit-mismatch", [("n07:battery.solar", 12.5)]),
    ]
    assert [row[1] for row in rows(connection, THERMISTOR)] == [4800.0, 4821.0]


def test_a_unit_that_the_file_has_now_is_taken(connection: Connection) -> None:
    """A mismatch is none any more when the facility file is corrected; a senml symbol is a spelling of its unit."""
    refuse_readings(connection, [reading(START_S, 4821.0, THERMISTOR)._replace(unit="Ohm")], "unit-mismatch")
    done = retry(connection, reason="unit-mismatch")

    assert (done.readings, done.left) == (1, {})
    assert rows(connection, THERMISTOR)[0][:2] == (0, 4821.0)


def test_a_value_that_waits_twice_is_stored_once(connection: Connection) -> None:
    """In two messages, and with another value in a third: the first is stored, the other waits as a conflict."""
    for value, more in ((12.5, 0), (12.5, 1), (13.0, 2)):
        refuse_readings(
            connection,
            [reading(START_S, value, "n07:battery.solar"), reading(START_S + 1 + more, 1.0, "n07:battery.solar")],
        )
    know(connection)
    done = retry(connection)

    assert (done.messages, done.readings, done.left) == (3, 5, {"conflict": 1})
    assert [row[:2] for row in rows(connection, "n07:battery.solar")] == [(0, 12.5), (1, 1.0), (2, 1.0), (3, 1.0)]
    assert waiting(connection) == [("conflict", [("n07:battery.solar", 13.0)])]


def test_filters_choose(connection: Connection) -> None:
    """Reason, sender, time of arrival and numbers choose messages; a channel chooses readings, the others stay."""
    for seq, (reason, sender) in enumerate(((UNKNOWN, "n07"), ("unit-mismatch", "n07"), (UNKNOWN, "n06"))):
        names = (f"{sender}:battery.solar", f"{sender}:battery.charge")
        refuse_readings(connection, [reading(START_S + seq, float(seq), name) for name in names], reason, sender)
    know(connection, NEW + NEW.replace("solar", "charge"))

    for chosen in (
        {"reason": "conflict"},
        {"sender": "n01"},
        {"stop": at(0)},
        {"numbers": (99,)},
        {"channel": "n07:x.y"},
    ):
        with pytest.raises(RevisionRefused, match="nothing waits"):
            retry(connection, **chosen)
    done = retry(connection, channel="n07:battery.solar", reason=UNKNOWN)
    assert (done.messages, done.readings, done.left) == (1, 1, {})
    assert waiting(connection)[-1] == (UNKNOWN, [("n07:battery.charge", 0.0)])
    assert [row[:2] for row in rows(connection, "n07:battery.solar")] == [(0, 0.0)]


def test_derived_values_are_made_of_what_is_stored(store: Store, connection: Connection) -> None:
    """Raw readings that come back are flagged by their filters, and pressures are made of them."""
    beside = [reading(START_S - 600, 963.0, BAROMETER), reading(START_S + 600, 963.0, BAROMETER)]
    put(store, connection, message(0, beside))
    refuse_readings(connection, [reading(START_S, 2831.0, RAW), reading(START_S, 4821.0, THERMISTOR)])
    retry(connection)

    assert rows(connection, RAW) == [(0, 2831.0, 1, None, None)]
    assert [time_s for time_s, value, *_ in rows(connection, DERIVED) if value is not None] == [0]


def test_a_pack_in_cbor_that_can_be_read_now(connection: Connection) -> None:
    """A whole pack that an earlier release refused is stored; what of it is unknown waits as readings."""
    text = (
        b'[{"bn":"vale:n07:","bt":1764000000,"n":"epoch","vs":"0badcafe"},{"n":"seq","v":5},{"n":"kept","v":0},'
        b'{"n":"vw1.thermistor","u":"Ohm","v":4821},{"n":"battery.solar","u":"V","v":12.5}]'
    )
    refuse_message(connection, packs.encode(packs.decode(text), "application/senml+cbor"), "typed-array")
    refuse_message(connection, b"garbage", "typed-array")
    done = retry(connection, sender="n07")

    assert (done.readings, done.left) == (1, {"not-json": 1, UNKNOWN: 1})
    assert rows(connection, THERMISTOR)[0][:2] == (0, 4821.0)
    found = connection.execute(
        "SELECT reason, channels FROM quarantine WHERE state = 'open' ORDER BY reason"
    ).fetchall()
    assert found == [("not-json", []), (UNKNOWN, ["n07:battery.solar"])]


@pytest.mark.parametrize("is_cbor", [False, True])
def test_a_whole_batch_that_can_be_read_now(store: Store, connection: Connection, is_cbor: bool) -> None:
    """It is taken in as if it came now: observations, verdicts, packs in the ledger, and its own refused readings."""
    told = message(
        1,
        [reading(START_S + 60, 4822.0, THERMISTOR), reading(START_S, 12.5, "n07:battery.solar")],
        [pack_record(0), pack_record(1)],
        verdicts=[verdict(START_S, 4821.0, name=THERMISTOR)],
        is_cbor=is_cbor,
    )
    with connection.transaction():
        first = store.write(connection, [arrival(message(0, [reading(START_S, 4821.0, THERMISTOR)]))])
    store.committed(first)
    with connection.transaction():
        store.write(connection, [refuse(arrival(told), told, "not-storable", "", "fix")])
    done = retry(connection, sender="_edge/gw1")

    assert (done.messages, done.readings, done.left) == (1, 1, {})
    assert [row[:3] for row in rows(connection, THERMISTOR)] == [(0, 4821.0, 4), (60, 4822.0, 2)]
    assert waiting(connection) == [(UNKNOWN, [("n07:battery.solar", 12.5)])]
    ledger = "SELECT sent, stored, quarantined FROM ledger_epoch WHERE sender = %s"
    assert connection.execute(ledger, ("n07",)).fetchall() == [(2, 2, 0)]
    assert connection.execute(ledger, ("_edge/gw1",)).fetchall() == [(2, 1, 1)]


def test_a_batch_that_still_cannot_be_read_has_the_reason_of_now(connection: Connection) -> None:
    """A batch that no release can read stays whole, under why that is so now."""
    refuse_message(connection, b"[garbage", "protocol", "_edge/gw1", stage="ingest")
    done = retry(connection)

    assert (done.readings, list(done.left)) == (0, ["not-json"])
    assert connection.execute("SELECT reason, raw FROM quarantine WHERE state = 'open'").fetchall() == [
        ("not-json", b"[garbage")
    ]


def test_it_goes_on_slice_by_slice(connection: Connection) -> None:
    """1,200 messages are two slices and two revisions; stopped after the first, the next retry stores the rest."""
    for seq in range(1_200):
        refuse_readings(connection, [reading(START_S + seq, float(seq), "n07:battery.solar")])
    know(connection)
    part = retry(connection, at_most=1)
    stored = len(rows(connection, "n07:battery.solar"))
    rest = retry(connection)
    with connection.transaction():
        revisions.undo(connection, "vale", rest.revisions[0], AUTHOR, "another file")

    assert (part.tried, part.total, stored, rest.readings) == (bulk_retry.MOST_MESSAGES, 1_200, 1_000, 200)
    found = rows(connection, "n07:battery.solar")
    assert [row[:2] for row in found] == [(seq, float(seq)) for seq in range(1_200)]
    assert [row[3] for row in found].count("undone") == 200


def test_what_was_retried_and_undone_can_be_retried(connection: Connection) -> None:
    """Three readings are stored, taken back and stored again: each is there once, and counts.

    A fourth, of 2.5 V at the time of the last one, contradicts what was stored first and stays.
    """
    for value in (0.0, 1.0, 2.0):
        refuse_readings(connection, [reading(START_S + 60 * value, value, "n07:battery.solar")])
    know(connection)
    first = retry(connection)
    with connection.transaction():
        revisions.undo(connection, "vale", first.revisions[0], AUTHOR, "another file")
    refuse_readings(connection, [reading(START_S + 120, 2.5, "n07:battery.solar")])
    open_again = len(waiting(connection))
    again = retry(connection)

    assert (open_again, again.messages, again.readings) == (4, 4, 3)
    assert waiting(connection) == [("conflict", [("n07:battery.solar", 2.5)])]
    assert [(*row[:2], row[3]) for row in rows(connection, "n07:battery.solar")] == [
        (60 * value, value, None) for value in (0.0, 1.0, 2.0)
    ]


def test_a_document_is_a_batch_of_the_wire() -> None:
    """What the api gives as bytes is read by the reference codec (docs/wire.md)."""
    observations = [reading(START_S, 1.5, THERMISTOR), reading(START_S, None, THERMISTOR)]
    (one,) = RefusedReadings("vale", "n07", UNKNOWN, START_S, "edge").messages(observations)

    assert batch.decode(one.raw).observations == observations
