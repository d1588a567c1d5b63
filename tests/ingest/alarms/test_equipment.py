"""Alarms of the equipment: silent nodes, batteries, barometers, clocks; apart from the levels of the dam."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.alarms import Equipment, plans, rules
from ingest.notifications import recipients
from tailings import tarp
from tests.ingest.alarms.dam import TEXT, minute
from tests.ingest.alarms.looked import Looked
from tests.servers import TestDatabase

ENDING = TEXT.replace("version = 2\n", "version = 3\n", 1).replace(
    "approved_on = 2024-07-01\n", "approved_on = 2024-07-01\nvalid_to = DAY\n"
)


def certificate(ends: datetime) -> bytes:
    """A certificate of its own that ends then, as PEM."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), minute(0), ends)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_silent_node_is_told_once_and_closes_when_it_is_heard(looked: Looked) -> None:
    """After three intervals of silence (180 s) an alarm of the family maintenance; the next reading ends it."""
    assert looked.look(2) == []
    assert ("silent-node", "n01") in looked.look(10)
    assert ("silent-node", "n01") in looked.look(11)
    looked.dam.put([(12, 96.1)], name="n01:baro.pressure")
    looked.dam.put([(12, 12.6)], name="n01:battery.voltage")

    assert looked.look(12.6) == []
    assert looked.dam.rows("SELECT count(*) FROM alarm_event WHERE rule = 'silent-node'") == [(1,)]
    assert looked.dam.rows("SELECT count(*) FROM tarp_step") == [(0,)]


def test_who_was_away_calls_nobody_silent(looked: Looked, tmp_path: Path) -> None:
    """A centre that was off for an hour waits three intervals before it does; what stood before still stands."""
    looked.dam.now = minute(60)
    back = Looked(looked.dam, tmp_path)

    assert ("silent-node", "n01") not in back.look(61)
    assert ("silent-node", "n01") in back.look(64)
    looked.dam.now = minute(70)
    again = Looked(looked.dam, tmp_path)
    assert ("silent-node", "n01") in again.look(70.6)
    assert looked.dam.rows("SELECT count(*) FROM alarm_event WHERE rule = 'silent-node'") == [(1,)]


def test_a_failed_barometer_is_no_level_of_the_dam(looked: Looked) -> None:
    """Missing readings raise a maintenance alarm; the plan's level stays green."""
    looked.dam.put([(1, None), (2, None)], name="n01:baro.pressure")
    looked.dam.put([(1, 337.0), (2, 337.0)])
    looked.dam.follow(3)

    assert looked.look(3) == [("barometer", "n01:baro.pressure")]
    assert looked.dam.rows("SELECT DISTINCT family FROM alarm_event") == [("maintenance",)]
    assert looked.dam.rows("SELECT level FROM tarp_state") == [(0,)]


def test_a_battery_that_its_own_filter_doubts(looked: Looked) -> None:
    """The range of the facility file is the limit; the title has the voltage."""
    looked.dam.put([(1, 10.9)], quality=3, name="n01:battery.voltage")

    assert looked.look(2) == [("battery", "n01")]
    assert looked.dam.rows("SELECT title FROM alarm_event WHERE rule = 'battery'") == [
        ("Battery of node n01 at 10.90 V",)
    ]


@pytest.mark.parametrize("more", [0, 1])
def test_readings_that_filters_doubt(looked: Looked, more: int) -> None:
    """A share at the limit is borne, one more is told; of fewer readings than the least nothing is said."""
    least = int(rules.FILTERED_LEAST)
    doubted = round(rules.FILTERED_SHARE * least) + more
    looked.dam.put([(at, 337.0) for at in range(3, 3 + doubted)], quality=3)
    looked.dam.put([(at, 337.0) for at in range(3 + doubted, 2 + least)])
    looked.rebuild()
    few = looked.look(3 + least)
    looked.dam.put([(2 + least, 337.0)])
    looked.rebuild()
    found = looked.look(4 + least)

    assert ("filter-rate", "n01:pond.level") not in few
    assert (("filter-rate", "n01:pond.level") in found) is bool(more)
    told = looked.dam.rows("SELECT title FROM alarm_event WHERE rule = 'filter-rate'")
    assert told == [("29 % of the readings of vale:n01:pond.level were doubted in 24 h",)] * more


def test_a_barometer_that_says_nothing_more(looked: Looked) -> None:
    """Its last reading is older than three of its intervals (600 s each), the node's other instrument goes on."""
    interval_min = looked.dam.rows(
        "SELECT expected_interval_s / 60 FROM datastream WHERE name = 'vale:n01:baro.pressure'"
    )[0][0]
    limit_min = float(3 * interval_min)
    looked.dam.put([(limit_min, 12.6)], name="n01:battery.voltage")
    before = looked.look(limit_min)
    looked.dam.put([(limit_min + 1, 12.6)], name="n01:battery.voltage")

    assert (before, looked.look(limit_min + 1)) == ([], [("barometer", "n01:baro.pressure")])
    assert looked.dam.event("title")[0].startswith("Barometer of node n01 has given nothing since")


@pytest.mark.parametrize(("hours", "found"), [(23, [("clock", "n08")]), (25, [])])
def test_a_clock_that_is_wrong(looked: Looked, owner: psycopg.Connection[Any], hours: int, found: object) -> None:
    """Packs without a usable time that arrived here within a day, whatever the gateway's clock says of it."""
    owner.execute(
        "INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)"
        " VALUES ('vale', 'n08', %s, %s, 'no-time', 'x', 1, 'edge')",
        (minute(60 * 24 * 90), minute(1 - 60 * hours)),
    )

    assert looked.look(1) == found


@pytest.mark.parametrize(("overlap_min", "found"), [(15, []), (16, [("two-nodes", "n05")])])
def test_two_nodes_of_one_name(looked: Looked, owner: psycopg.Connection[Any], overlap_min: int, found: object) -> None:
    """Two epochs of one name that both go on: an old one may end for a quarter of an hour, as after a restart."""
    owner.execute(
        "INSERT INTO chapter (facility_id, sender, epoch, started_at, updated_at) VALUES"
        " ('vale', 'n05', '00000001', %(long_ago)s, %(now)s), ('vale', 'n05', '00000002', %(began)s, %(now)s)",
        {"long_ago": minute(-600), "began": minute(1 - overlap_min), "now": minute(1)},
    )

    assert looked.look(1.5) == found


@pytest.mark.parametrize(
    ("batches", "age_min", "found"),
    [
        (rules.BACKLOG_BATCHES, 61, [("backlog", "_edge/gw1")]),
        (rules.BACKLOG_BATCHES - 1, 61, []),
        (rules.BACKLOG_BATCHES, 60, []),
    ],
)
def test_a_backlog(looked: Looked, owner: psycopg.Connection[Any], batches: int, age_min: int, found: object) -> None:
    """So many batches wait at a gateway, the oldest for more than an hour."""
    owner.execute(
        "INSERT INTO agent_state (facility_id, agent_id, is_online, heard_at, batches, oldest_at)"
        " VALUES ('vale', 'gw1', true, %s, %s, %s)",
        (minute(2), batches, minute(2 - age_min)),
    )

    assert looked.look(2) == found


@pytest.mark.parametrize(("share", "titles"), [(0.0, 0), (1.0, 1)])
def test_a_disk_that_runs_full(looked: Looked, tmp_path: Path, share: float, titles: int) -> None:
    """Less is free than the share that must be: of a real disk never less than nothing, and always less than all."""
    with looked.dam.connection.transaction():
        Equipment(tmp_path, None, lambda: minute(1), share).look(looked.dam.connection)

    found = looked.dam.rows("SELECT title FROM alarm_event WHERE rule = 'disk'")
    assert [title.startswith("Disk of the centre: ") for (title,) in found] == [True] * titles


@pytest.mark.parametrize(("days", "count"), [(rules.CERTIFICATE_DAYS, 0), (rules.CERTIFICATE_DAYS - 1, 1)])
def test_a_certificate_that_ends_soon(looked: Looked, tmp_path: Path, days: int, count: int) -> None:
    """A month before the broker's certificate ends, a person is told the day."""
    file, ends = tmp_path / "ca.pem", minute(1) + timedelta(days=days)
    file.write_bytes(certificate(ends))
    with looked.dam.connection.transaction():
        Equipment(tmp_path, file, lambda: minute(1)).look(looked.dam.connection)

    titles = looked.dam.rows("SELECT title FROM alarm_event WHERE rule = 'certificate'")
    assert titles == [(f"Certificate ca.pem ends {ends:%Y-%m-%d}",)] * count


def test_a_certificate_that_cannot_be_read(looked: Looked, tmp_path: Path) -> None:
    """A broken certificate of the broker is told before the line breaks."""
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    with looked.dam.connection.transaction():
        Equipment(tmp_path, broken, lambda: minute(1)).look(looked.dam.connection)

    titles = looked.dam.rows("SELECT title FROM alarm_event WHERE rule = 'certificate'")
    assert [title.startswith("Certificate ca.pem cannot be read") for (title,) in titles] == [True]


def test_a_look_reads_no_old_refusals(vale: TestDatabase) -> None:
    """The clock rule finds what was refused within a day by an index, beside a thousand older messages a sender."""
    with psycopg.connect(vale.conninfo(), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)"
            " SELECT 'vale', 'n0' || number % 8, now(), now() - number * interval '1 hour', 'no-time',"
            " number::text::bytea, 9, 'edge'"
            " FROM generate_series(1, 8000) number"
        )
        owner.execute("ANALYZE quarantine")
        asked = {"now": datetime.now(UTC), **rules.LIMITS}
        plan = owner.execute(b"EXPLAIN " + rules.CLOCK.encode(), asked).fetchall()

    assert "quarantine_open" in str(plan)
    assert "Seq Scan on quarantine" not in str(plan)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-12-25", None),
        ("2025-12-24", "Approval of plan overtopping ends on 2025-12-24"),
        ("2025-11-24", "Approval of plan overtopping ends on 2025-11-24"),
        ("2025-11-23", "Approval of plan overtopping ended on 2025-11-23: it goes on calling, and wants to be renewed"),
    ],
)
def test_an_approval_that_ends_is_told(looked: Looked, day: str, said: str | None) -> None:
    """On 24 November, thirty days ahead to the day; who renews it here ends the alarm."""
    looked.dam.apply(ENDING.replace("DAY", day))
    looked.dam.put([(1, 337.0)])
    looked.dam.follow(1)
    found = looked.look(2)
    titles = looked.dam.rows("SELECT title FROM alarm_event WHERE rule = 'approval'")
    _, plan = plans.stored(looked.dam.connection, "vale", "overtopping")
    renewed = plans.Approval("overtopping", tarp.digest(plan), "Engineer of Record", "user:4", "again", valid_to=None)
    plans.approve(looked.dam.connection, "vale", renewed, minute(2.5))

    assert [title for (title,) in titles] == ([said] if said else [])
    assert (("approval", "overtopping") in found) is bool(said)
    assert ("approval", "overtopping") not in looked.look(3)


def test_a_recipient_who_is_not_reached(looked: Looked) -> None:
    """A notice that waits for a quarter of an hour is told; one that waits for the end of quiet hours is not."""
    dam = looked.dam
    values = ["Shift phone", "json://example.org", "dam", 1, 0, [1], None, None, None, None, False]
    with dam.connection.transaction():
        one = recipients.put(dam.connection, "vale", values, "user:1", minute(0))
        for key, due in (("a", 1), ("b", 60)):
            dam.connection.execute(
                "INSERT INTO notice (recipient_id, kind, key, subject, body, made_at, due_at, next_try_at)"
                " VALUES (%s, 'test', %s, '', '', %s, %s, %s)",
                (one, key, minute(1), minute(due), minute(due)),
            )
    at_the_limit, later = looked.look(16), looked.look(17)
    title = dam.event("title")
    with dam.connection.transaction():
        dam.connection.execute("UPDATE notice SET sent_at = %s WHERE key = 'a'", (minute(17.5),))

    assert ("channel", "Shift phone") not in at_the_limit and ("channel", "Shift phone") in later
    assert title == ("Shift phone is not reached: its oldest notice waits since 2025-11-24 16:01Z",)
    assert ("channel", "Shift phone") not in looked.look(18)
