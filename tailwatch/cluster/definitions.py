"""What the brokers of a cluster must hold: users with the least rights, and the way of a batch to its queue.

`amq.topic` (where the MQTT plug-in publishes) -> a consistent-hash exchange -> quorum queues with a single active
consumer. The exchange hashes the routing key, which for a batch is its topic: the same agent, the same queue, in order.
Sources: RabbitMQ 4.0, access control (topic authorisation), MQTT plug-in, and tests/tailwatch/cluster.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from ingest.receive.names import EXCHANGE, NAME
from wire import topics

BATCHES: Final = "tw.1.*._edge.*.batch"
TOPICS: Final = "amq.topic"
VHOST: Final = "/"
SALT_BYTES: Final = 4
NOTHING: Final = "^$"
BYTES_PER_MB: Final = 1024 * 1024


def encode(
    users: Mapping[str, str], rights: Iterable[topics.Rights], *, queues: int, members: int, max_queue_mb: int
) -> str:
    """Return the definitions as RabbitMQ imports them: for `users` (name -> password) with these rights.

    members: how many brokers hold each queue. max_queue_mb: what waits in one queue at most.
    """
    admitted = [one for one in rights if one.user in users]
    document = {
        "vhosts": [{"name": VHOST}],
        "users": [_user(one.user, users[one.user]) for one in admitted],
        "permissions": [_permissions(one) for one in admitted],
        "topic_permissions": [_topic_permissions(one) for one in admitted],
        "exchanges": [_exchange()],
        "queues": [_queue(number, members, max_queue_mb * BYTES_PER_MB) for number in range(queues)],
        "bindings": [_binding(TOPICS, EXCHANGE, "exchange", BATCHES)]
        + [_binding(EXCHANGE, NAME.format(number), "queue", "1") for number in range(queues)],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode()


def _user(name: str, password: str) -> dict[str, Any]:
    # Passwords are 192 random bits: the salt has nothing to add, and the same file comes out each time.
    salt = hashlib.sha256(name.encode()).digest()[:SALT_BYTES]
    digest = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    return {
        "name": name,
        "password_hash": digest,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {},
    }


def _permissions(rights: topics.Rights) -> dict[str, Any]:
    """What a user may use: the exchange of topics, the queue of its own client id, and ingest the queues of batches."""
    own = f"mqtt-(subscription|will)-{_client_id(rights)}(qos[01])?"
    is_centre = rights.user == topics.CENTRE_USER
    batches = [re.escape(NAME.format("")) + "[0-9]+"] if is_centre else []
    return {
        "user": rights.user,
        "vhost": VHOST,
        "configure": _one_of([own]),
        "write": _one_of([re.escape(TOPICS), own]),
        "read": _one_of([re.escape(TOPICS), own, *batches]),
    }


def _client_id(rights: topics.Rights) -> str:
    return ".+" if rights.client_id is None else re.escape(rights.client_id)


def _topic_permissions(rights: topics.Rights) -> dict[str, Any]:
    return {
        "user": rights.user,
        "vhost": VHOST,
        "exchange": TOPICS,
        "write": _one_of(map(_written, rights.writes)),
        "read": _one_of(map(_key, rights.reads)),
    }


def _written(topic: str) -> str:
    """The pattern of what is published: a level of the topic that may be any has no dot in it."""
    return _key(topic).replace(re.escape("*"), "[^.]+")


def _key(topic: str) -> str:
    """The routing key of a topic, or of the very filter that is asked for (MQTT plug-in: / is ., + is *), escaped."""
    return re.escape(topic.replace("/", ".").replace("+", "*"))


def _one_of(patterns: Iterable[str]) -> str:
    known = list(patterns)
    return f"^({'|'.join(known)})$" if known else NOTHING


def _exchange() -> dict[str, Any]:
    return {
        "name": EXCHANGE,
        "vhost": VHOST,
        "type": "x-consistent-hash",
        "durable": True,
        "auto_delete": False,
        "internal": True,
        "arguments": {},
    }


def _queue(number: int, members: int, max_bytes: int) -> dict[str, Any]:
    return {
        "name": NAME.format(number),
        "vhost": VHOST,
        "durable": True,
        "auto_delete": False,
        "arguments": {
            "x-queue-type": "quorum",
            "x-quorum-initial-group-size": members,
            "x-single-active-consumer": True,
            "x-max-length-bytes": max_bytes,
            # What finds no room is refused: its agent keeps it. Dropped would be what is oldest.
            "x-overflow": "reject-publish",
            # RabbitMQ 4 drops what came back 20 times; an ingest that cannot store brings it back more often.
            "x-delivery-limit": -1,
        },
    }


def _binding(source: str, destination: str, kind: str, key: str) -> dict[str, Any]:
    return {
        "source": source,
        "vhost": VHOST,
        "destination": destination,
        "destination_type": kind,
        "routing_key": key,
        "arguments": {},
    }
