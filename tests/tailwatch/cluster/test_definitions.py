"""What the brokers of a cluster are told: each user's own topics and nothing else, and queues that keep order."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from tailwatch.cluster import definitions
from wire import topics

UPLINK, SITE, HISTORY = topics.agent_rights("vale", "gw1", ["n01"])
CENTRE = topics.centre_rights()
USERS = {UPLINK.user: "one", HISTORY.user: "two", CENTRE.user: "three"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    text = definitions.encode(USERS, [UPLINK, SITE, HISTORY, CENTRE], queues=3, members=3, max_queue_mb=64)
    found: dict[str, Any] = json.loads(text)
    return found


def of_user(rows: list[dict[str, Any]], user: str) -> dict[str, Any]:
    (found,) = (row for row in rows if row.get("user", row.get("name")) == user)
    return found


@pytest.mark.parametrize(
    ("user", "way", "key", "may"),
    [
        (UPLINK.user, "write", "tw.1.vale._edge.gw1.batch", True),
        (UPLINK.user, "write", "tw.1.vale._edge.gw2.batch", False),
        (UPLINK.user, "write", "tw.1.vale._edge.gw1.ack", False),
        (UPLINK.user, "write", "tw.1.vale._edge.gw1.batch.more", False),
        (UPLINK.user, "read", "tw.1.vale._edge.gw1.ack", True),
        (UPLINK.user, "read", "tw.1.*._edge.*.ack", False),
        (UPLINK.user, "read", "#", False),
        (HISTORY.user, "write", "tw.1.vale._edge.gw1.state", False),
        (CENTRE.user, "write", "tw.1.vale._edge.gw1.ack", True),
        (CENTRE.user, "write", "tw.1.vale._edge.gw1.batch", False),
        (CENTRE.user, "read", "tw.1.*._edge.*.hello", True),
        (CENTRE.user, "read", "#", False),
    ],
)
def test_a_user_has_its_topics(document: dict[str, Any], user: str, way: str, key: str, may: bool) -> None:
    """The patterns, which RabbitMQ searches in the routing key (rabbit_auth_backend_internal), let it do its own."""
    rights = of_user(document["topic_permissions"], user)

    assert bool(re.search(rights[way], key)) == may


@pytest.mark.parametrize(
    ("user", "way", "name", "may"),
    [
        (UPLINK.user, "configure", "mqtt-subscription-vale-gw1-uplinkqos1", True),
        (UPLINK.user, "configure", "mqtt-subscription-vale-gw2-uplinkqos1", False),
        (UPLINK.user, "configure", "tailwatch.batches.0", False),
        (UPLINK.user, "read", "tailwatch.batches.0", False),
        (UPLINK.user, "write", "tailwatch.batches", False),
        (UPLINK.user, "write", "amq.topic", True),
        (CENTRE.user, "read", "tailwatch.batches.12", True),
        (CENTRE.user, "configure", "tailwatch.batches.12", False),
        (CENTRE.user, "write", "tailwatch.batches", False),
    ],
)
def test_a_user_has_its_queue(document: dict[str, Any], user: str, way: str, name: str, may: bool) -> None:
    """An agent uses the queue of its own client id, ingest takes from those of batches, and neither makes others."""
    rights = of_user(document["permissions"], user)

    assert bool(re.search(rights[way], name)) == may


def test_passwords_stand_as_digests(document: dict[str, Any]) -> None:
    """Salt and SHA-256 of salt and password, as RabbitMQ documents it (passwords, "Computing a Password Hash")."""
    known = base64.b64decode(of_user(document["users"], UPLINK.user)["password_hash"])

    assert known[4:] == hashlib.sha256(known[:4] + b"one").digest()
    assert not [row for row in document["users"] if row["name"] == SITE.user]


def test_queues_keep_order_and_drop_nothing(document: dict[str, Any]) -> None:
    """One consumer at a time, no limit of deliveries, and a full queue refuses."""
    arguments = [one["arguments"] for one in document["queues"]]

    assert len(arguments) == 3
    assert {one["x-single-active-consumer"] for one in arguments} == {True}
    assert {(one["x-delivery-limit"], one["x-overflow"]) for one in arguments} == {(-1, "reject-publish")}
