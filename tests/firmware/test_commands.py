"""Commands: executed once, refused with a reason, the configuration kept only if valid. (CPython and VM)"""

import binascii
import hashlib
import json

from firmware.node.commands import Commands
from firmware.node.memory import Memory
from firmware.node.slots import Slots
from tests.firmware.portable import fresh_folder


def commands() -> Commands:
    folder = fresh_folder()
    return Commands(Memory(Slots(folder + "/m")), Slots(folder + "/c"))


def reply(taken: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(taken)
    return found


def envelope(body: bytes) -> bytes:
    return b'{"hash":"' + binascii.hexlify(hashlib.sha256(body).digest()) + b'","configuration":' + body + b"}"


def test_a_command_is_carried_out_once() -> None:
    """Its repeat gets the same reply and changes nothing."""
    node = commands()
    first = node.take("identify", b'{"id":"7"}')
    assert node.wants_identify
    node.wants_identify = False

    assert node.take("identify", b'{"id":"7"}') == first
    assert not node.wants_identify


def test_an_interval_is_checked_and_kept() -> None:
    """In its limits it is kept in memory; else refused with a reason."""
    node = commands()

    assert reply(node.take("interval", b'{"id":"1","interval_s":5}')) == {"id": "1", "result": "done"}
    for payload in (b'{"id":"2","interval_s":0}', b'{"id":"3","interval_s":"5"}', b'{"id":"4"}'):
        assert reply(node.take("interval", payload))["result"] == "refused"


def test_what_is_no_command_is_refused() -> None:
    """Not JSON, no id, an id too long, a name that this node does not know."""
    node = commands()

    for name, payload in (
        ("interval", b"{"),
        ("interval", b"[]"),
        ("interval", b'{"id":7}'),
        ("interval", b'{"id":"' + b"x" * 65 + b'"}'),
        ("reboot", b'{"id":"1"}'),
        ("update", b'{"id":"2"}'),
    ):
        assert reply(node.take(name, payload))["result"] == "refused"


def test_a_selftest_gives_the_report() -> None:
    """What `main` noted at the last cycle."""
    node = commands()
    node.report = {"faults": ["vw1"]}

    assert reply(node.take("selftest", b'{"id":"1"}'))["report"] == {"faults": ["vw1"]}


def test_a_valid_configuration_is_accepted_and_named_by_its_hash() -> None:
    """And the same one again is only confirmed."""
    node = commands()
    whole = envelope(b'{"interval_s":60,"instruments":[]}')

    said = reply(node.take("config", whole))

    assert said["result"] == "applied"
    assert node.accepted is not None and node.accepted.hash == said["hash"] == node.in_force
    node.accepted = None
    assert reply(node.take("config", whole)) == said and node.accepted is None


def test_a_bad_configuration_changes_nothing_and_says_why() -> None:
    """An unknown key is named in the reply."""
    node = commands()

    said = reply(node.take("config", envelope(b'{"interval_s":60,"instruments":[],"colour":"red"}')))

    assert said["result"] == "refused" and "colour" in str(said["reason"])
    assert node.accepted is None and node.in_force == ""
