"""A broker whose access list refuses a subscription in the SUBACK; an acl_file of Mosquitto stays silent there.

Source: Mosquitto, its own plugin mosquitto_dynamic_security.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tailwatch.servers.broker import USER
from tailwatch.servers.server import give, user_when_root
from tests.servers import Broker

PLUGIN: Final = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"))
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
    (broker.folder / "rules.json").write_text(json.dumps(wanted))
    give(broker.folder / "rules.json", user_when_root(USER))
    broker.configuration(1000)
    file = broker.folder / "mosquitto.conf"
    text = file.read_text().replace("password_file passwd\nacl_file acl\n", "")
    file.write_text(f"{text}plugin {PLUGIN}\nplugin_opt_config_file rules.json\n")
    broker.run()


def _rule(kind: str, topic: str, priority: int, is_allowed: bool) -> dict[str, object]:
    return {"acltype": kind, "topic": topic, "priority": priority, "allow": is_allowed}


def _user(name: str, password: str) -> dict[str, object]:
    salt = b"twelve bytes"
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    secret = {"password": base64.b64encode(hashed).decode(), "salt": base64.b64encode(salt).decode()}
    return {"username": name, **secret, "iterations": 101, "roles": [{"rolename": "reader", "priority": 0}]}
