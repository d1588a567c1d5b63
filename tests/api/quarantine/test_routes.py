"""Quarantine: pages from the newest, bytes on request."""

import base64
from typing import Any

import httpx
import psycopg

from api.quarantine.models import Quarantine
from tests.api.server import ApiServer
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


def test_what_was_not_stored_is_counted(own_database: TestDatabase, own_server: ApiServer) -> None:
    """A sender over its limit of the day is named with the number and bytes that were not kept."""
    with psycopg.connect(own_database.conninfo()) as owner:
        for row in ("'n07', now(), 10000, 5, 3, 60", "'n01', now(), 2, 10, 0, 0"):
            owner.execute(f"INSERT INTO quarantine_day VALUES ('vale', {row})".encode())
    found = httpx.get(own_server.url + ADDRESS, params={"limit": 1}, timeout=60).json()["not_stored"]

    assert [(one["sender"], one["messages"], one["bytes"]) for one in found] == [("n07", 3, 60)]
