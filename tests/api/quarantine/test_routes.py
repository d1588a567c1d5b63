"""Quarantine: pages from the newest, bytes on request."""

import base64
import html
from typing import Any

import httpx
import psycopg

from api.quarantine.models import Quarantine
from ingest.store import refused_readings
from tailings.facility import parse
from tests.api.server import ApiServer
from tests.ingest.batches import START_S, reading
from tests.ingest.conftest import VALE
from tests.servers import TestDatabase

ADDRESS = "/api/v1/facilities/vale/quarantine"


def test_pages_give_every_message_once_the_newest_first(client: httpx.Client) -> None:
    """Following `next` gives all seven messages from the last to the first."""
    found: list[Any] = []
    address: str | None = f"{ADDRESS}?limit=3"
    while address:
        page = Quarantine.model_validate_json(client.get(address).content)
        found, address = found + [message.seq for message in page.quarantined], page.next

    assert found == [6, 5, 4, 3, 2, 1, 0]


def test_a_message_says_why_and_what_would_help(client: httpx.Client) -> None:
    """Reason, field and fix come with the message; its bytes do not."""
    message = client.get(ADDRESS, params={"limit": 1}).json()["quarantined"][0]

    assert (message["reason"], message["field"], message["fix"]) == ("relative-time", "bt", "set the clock")
    assert (message["raw"], message["bytes"], message["received_at"]) == (None, 3, "2026-05-01T00:00:00Z")


def test_the_bytes_come_on_request(client: httpx.Client) -> None:
    """raw=base64 gives what came, byte for byte."""
    message = client.get(ADDRESS, params={"limit": 1, "raw": "base64"}).json()["quarantined"][0]

    assert base64.b64decode(message["raw"]) == bytes([6, 0, 255])


def test_messages_are_filtered(client: httpx.Client) -> None:
    """Sender, reason and state choose messages."""
    counts = [
        len(client.get(ADDRESS, params=parameters).json()["quarantined"])
        for parameters in ({"reason": "relative-time"}, {"reason": "no-time"}, {"sender": "n01"}, {"state": "closed"})
    ]

    assert counts == [7, 0, 0, 0]


def test_what_waits_and_who_is_held_back_are_named(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Readings that were refused alone are counted by sender, also in the ledger; so is a gateway without room."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(
            "INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, readings, channels, stage)"
            " VALUES ('vale', 'n99', now(), 'unknown-datastream', 'x', 1, 5, '{n99:a.x,n99:b.x}', 'edge')"
        )
        owner.execute(
            "INSERT INTO quarantine_hold (facility_id, agent_id, epoch, seq, bytes, budget)"
            " VALUES ('vale', 'gw1', '9f3a01bc', 99999, 700, 600)"
        )
    found = httpx.get(own_server.url + ADDRESS, params={"limit": 1}, timeout=60).json()
    ledger = httpx.get(own_server.url + "/api/v1/facilities/vale/ledger", timeout=60).json()

    assert [(one["readings"], one["channels"]) for one in found["quarantined"]] == [(5, ["n99:a.x", "n99:b.x"])]
    assert [one for one in found["waiting"] if one["sender"] == "n99"] == [
        {"sender": "n99", "messages": 1, "readings": 5, "bytes": 769}
    ]
    assert [(one["agent"], one["seq"], one["bytes"], one["budget"]) for one in found["held"]] == [
        ("gw1", 99999, 700, 600)
    ]
    (sender,) = [one for one in ledger["senders"] if one["sender"] == "n99"]
    assert (sender["waiting_readings"], sender["waiting_messages"], sender["counts"]["sent"]) == (5, 1, 0)


def test_the_room_is_told_and_what_was_cut(own_database: TestDatabase, own_server: ApiServer) -> None:
    """By the budget that ingest says it has; of a message of a megabyte the answer says how much of it is here."""
    ingest = (
        "INSERT INTO ingest_state (name, started_at, is_connected, retries, waiting_bytes, quarantine_bytes)"
        " VALUES ('one', now(), true, 0, 0, %s)"
        " ON CONFLICT (name) DO UPDATE SET quarantine_bytes = excluded.quarantine_bytes"
    )
    with psycopg.connect(own_database.conninfo()) as owner, httpx.Client(base_url=own_server.url, timeout=60) as client:
        owner.execute("DELETE FROM ingest_state")
        owner.execute(
            "INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, stage)"
            " VALUES ('vale', 'n07', now(), 'too-long', convert_to(repeat('x', 131072), 'UTF8'), 1000000, 'edge')"
        )
        (waiting,) = owner.execute("SELECT sum(bytes)::bigint FROM quarantine_total").fetchone() or (0,)
        rooms = []
        for budget in (None, waiting + waiting // 2, waiting + waiting // 5):
            if budget is not None:
                owner.execute(ingest, (budget,))
            owner.commit()
            rooms.append(client.get(ADDRESS).json()["room"])
        newest = client.get(ADDRESS, params={"reason": "too-long"}).json()["quarantined"][0]

    assert [(one["bytes"], one["is_nearly_full"]) for one in rooms] == [
        (waiting, False),
        (waiting, False),
        (waiting, True),
    ]
    assert rooms[0]["budget"] == 0
    assert (newest["bytes"], newest["stored_bytes"]) == (1_000_000, 131_072)


UNKNOWN = (
    "INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, readings, channels, stage)"
    " VALUES ('vale', %s, now(), 'unknown-datastream', %s, %s, %s, %s, 'edge')"
)


def test_undeclared_channels_are_told_with_the_lines_that_declare_them(
    own_database: TestDatabase, own_server: ApiServer
) -> None:
    """Of an instrument that the file has its kind and quantity; of one that it has not the kinds that send such a
    channel. The file with these lines, where nothing is left open, is taken by the parser."""
    spare, odd = (
        reading(START_S, value, f"n07:{name}") for value, name in ((12.5, "spare.voltage"), (9.0, "odd.thing"))
    )
    rows = [
        ("n07", [reading(START_S, 2800.0, "n07:vw1.reading"), reading(START_S + 60, 41.5, "n07:vw1.reading")]),
        ("n07", [spare._replace(unit="V"), odd]),
    ]
    with psycopg.connect(own_database.conninfo()) as owner:
        for sender, found in rows:
            ((raw, some),) = refused_readings.documents("vale", found)
            channels = list(refused_readings.channels_of(some))
            owner.execute(UNKNOWN, (sender, raw, len(raw), len(some), channels))
    told = httpx.get(f"{own_server.url}/api/v1/facilities/vale/undeclared").json()["undeclared"]
    by_name = {one["channel"]: one for one in told}
    pages = [html.unescape(httpx.get(f"{own_server.url}/f/vale/{page}").text) for page in ("nodes", "ledger?lang=es")]
    declared = by_name["n07:spare.voltage"]["lines"]

    assert all(by_name["n07:spare.voltage"]["lines"] in page for page in pages)
    assert "Channels that are not declared" in pages[0] and "Canales sin declarar" in pages[1]
    assert set(by_name) == {"n07:vw1.reading", "n07:spare.voltage", "n07:odd.thing"}
    assert (by_name["n07:vw1.reading"]["value"], by_name["n07:vw1.reading"]["messages"]) == (41.5, 1)
    assert 'quantity = "reading"' in by_name["n07:vw1.reading"]["lines"]
    assert "[instruments" not in by_name["n07:vw1.reading"]["lines"]
    assert 'driver = "battery"' in declared and 'unit = "V"' in declared
    assert 'quantity = "?"' in by_name["n07:odd.thing"]["lines"]
    assert "n07:spare.voltage" in parse(VALE.read_text() + declared).datastreams
