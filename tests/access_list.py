"""A broker that refuses a subscription in the SUBACK, by a rule of its file, and nothing else.

Source: Mosquitto, its own plugin mosquitto_dynamic_security.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from tailwatch.secrets import write_private
from tailwatch.servers.dynamic_security import USER, USERS_FILE
from tailwatch.system_users import give, user_when_root
from tests.servers import Broker

KINDS: Final = ("publishClientSend", "publishClientReceive", "unsubscribe")


def refuse(broker: Broker, users: Mapping[str, str], topics: Iterable[str]) -> None:
    """Start the broker anew; it refuses these users subscriptions to these topics, and nothing else."""
    rules = [_rule("subscribeLiteral", topic, 1, False) for topic in topics] + [_rule("subscribePattern", "#", 0, True)]
    wanted = {
        "defaultACLAccess": dict.fromkeys(KINDS, True) | {"subscribe": False},
        "roles": [{"rolename": "reader", "acls": rules}],
        "clients": [_user(name, password) for name, password in users.items()],
    }
    broker.stop()
    write_private(broker.folder / USERS_FILE, json.dumps(wanted))
    give(broker.folder / USERS_FILE, user_when_root(USER))
    broker.run()


def _rule(kind: str, topic: str, priority: int, is_allowed: bool) -> dict[str, object]:
    return {"acltype": kind, "topic": topic, "priority": priority, "allow": is_allowed}


def _user(name: str, password: str) -> dict[str, object]:
    salt = b"twelve bytes"
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    secret = {"password": base64.b64encode(hashed).decode(), "salt": base64.b64encode(salt).decode()}
    return {"username": name, **secret, "iterations": 101, "roles": [{"rolename": "reader", "priority": 0}]}
