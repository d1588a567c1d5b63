"""Clocks: a gateway's by the centre's, packs that wait, and the cost of a look."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from ingest.alarms.equipment_rules import clock
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked
from tests.servers import TestDatabase
from wire import limits

STATED = (
    "INSERT INTO agent_state (facility_id, agent_id, is_online, clock_ahead_s, document) VALUES ('vale', 'gw1', %s)"
)


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("true, 300, '{}'", None),
        ("true, -300, '{}'", None),
        ("true, 301, '{}'", "Clock of gateway gw1 is 0 h 05 min ahead of the server's"),
        ("false, -259200, '{}'", "Clock of gateway gw1 is 72 h 00 min behind the server's"),
        ('true, 0, \'{"clock": {"state": "good"}}\'', None),
        ('true, NULL, \'{"clock": {"state": "wrong"}}\'', "Clock of gateway gw1 is wrong: packs without a time"),
    ],
)
def test_a_gateways_clock_is_judged_by_the_centres(
    looked: Looked, owner: psycopg.Connection[Any], stated: str, title: str | None
) -> None:
    """By what it said was its time when it said so, offline or not; by its own word where that is not known."""
    owner.execute(STATED.replace("%s", stated).encode())

    assert looked.look(1) == ([("clock", "_edge/gw1")] if title else [])
    assert [told.startswith(title or "") for told in looked.dam.titles("rule = 'clock'")] == [True] * bool(title)


def test_what_waits_for_a_gateways_clock_is_one_alarm(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """Packs of three nodes wait, and the gateway is right again: one alarm, and it names the gateway."""
    owner.execute(
        "INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)"
        " SELECT 'vale', 'n0' || number, now(), %s, 'gateway-clock', 'x', 1, 'edge' FROM generate_series(1, 3) number",
        (minute(0),),
    )

    assert looked.look(1) == [("clock", "_edge/gw1")]
    assert looked.look(60 * 24 + 1) != [("clock", "_edge/gw1")]


@pytest.mark.parametrize(("hours", "found"), [(23, [("clock", "n08")]), (25, [])])
def test_a_clock_that_is_wrong(looked: Looked, owner: psycopg.Connection[Any], hours: int, found: object) -> None:
    """Packs without a usable time that arrived here within a day, whatever the gateway's clock says of it."""
    owner.execute(
        "INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)"
        " VALUES ('vale', 'n08', %s, %s, 'no-time', 'x', 1, 'edge')",
        (minute(60 * 24 * 90), minute(1 - 60 * hours)),
    )

    assert looked.look(1) == found


def test_senders_that_no_facility_file_has_are_one_alarm(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """A gateway that makes up a thousand nodes without a time raises one alarm, which says how many they are."""
    owner.execute(
        "INSERT INTO quarantine (facility_id, sender, received_at, arrived_at, reason, raw, bytes, stage)"
        " SELECT 'vale', 'x' || number, now(), %s, 'no-time', 'x', 1, 'edge' FROM generate_series(1, 1000) number",
        (minute(0),),
    )

    assert looked.look(1) == [("clock", "?")]
    assert looked.dam.titles("rule = 'clock'")[0].startswith("Clocks of 1000 unknown senders")


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
        asked = {"now": datetime.now(UTC), "clock_error_s": limits.MAX_CLOCK_ERROR_S, "nobody": "?"}
        plan = owner.execute(b"EXPLAIN " + clock.QUESTION.encode(), asked).fetchall()

    assert "quarantine_open" in str(plan)
    assert "Seq Scan on quarantine" not in str(plan)
