"""Settings: what is unknown or out of its limits is refused by name, and an envelope fits its hash. (CPython and VM)"""

import json

from firmware.node.settings import FIRST, BadSettings, configuration, hash_of, identity, in_force, open_envelope
from firmware.node.slots import Slots
from tests.firmware.portable import fresh_folder, refuses

# SHA-256 of {"interval_s":60,"instruments":[]}, from coreutils' sha256sum.
BODY = b'{"interval_s":60,"instruments":[]}'
HASH = b"ca05f5a05e231727578138bf7cee76a0f2b8593c1c1c1dae6f9f9c1526fa1ea3"
ENVELOPE = b'{"hash":"' + HASH + b'","configuration":' + BODY + b"}"


def given(**changes: object) -> dict[str, object]:
    whole: dict[str, object] = {"interval_s": 60, "instruments": [{"id": "vw1", "driver": "vw_piezometer"}]}
    whole.update(changes)
    return whole


def node_json(**changes: object) -> dict[str, object]:
    whole: dict[str, object] = {"facility": "vale", "node": "n07", "host": "h", "port": 1883, "password": "p"}
    whole["configuration"] = given()
    whole.update(changes)
    return whole


def test_what_is_left_out_has_its_default() -> None:
    """The wait before a repeat is an hour (wire.md), the user is facility/node."""
    found = configuration(given(), "")

    assert found.resend_after_s == 3600
    assert found.instruments[0].settings["band_low_hz"] == 1400.0
    assert identity(node_json()).user == "vale/n07"


def test_an_unknown_key_is_named() -> None:
    """At each level; the known ones are told."""
    assert "unknown key 'intervall_s'" in refuses(BadSettings, configuration, given(intervall_s=5), "")
    instrument = {"id": "vw1", "driver": "vw_piezometer", "band_lo_hz": 400}
    said = refuses(BadSettings, configuration, given(instruments=[instrument]), "")
    assert "band_lo_hz" in said and "band_low_hz" in said
    assert "'hosts'" in refuses(BadSettings, identity, node_json(hosts="h"))


def test_values_out_of_their_limits_are_refused() -> None:
    """Wrong type, too small, too large, missing, true as a number, an id twice, too many instruments."""
    battery = {"id": "battery", "driver": "battery"}
    for changes in (
        {"interval_s": "60"},
        {"interval_s": 0},
        {"interval_s": 1e9},
        {"interval_s": True},
        {"keep_alive_s": 1.5},
        {"instruments": None},
        {"instruments": [battery, battery]},
        {"instruments": [battery] * 17},
        {"instruments": [{"id": "A b", "driver": "battery"}]},
        {"instruments": [{"id": "x", "driver": "../main"}]},
        {"instruments": [{"id": "x", "driver": "nothing"}]},
        {"instruments": ["battery"]},
    ):
        whole = given()
        whole.update(changes)
        refuses(BadSettings, configuration, whole, "")
    refuses(BadSettings, identity, node_json(port=0))
    refuses(BadSettings, identity, [])


def test_an_envelope_is_opened() -> None:
    """The hash covers the bytes of the configuration as they stand."""
    assert open_envelope(ENVELOPE).hash == HASH.decode()
    assert hash_of(ENVELOPE) == HASH.decode()


def test_an_envelope_that_does_not_fit_is_refused() -> None:
    """One other byte, another spelling, no JSON inside."""
    assert "hash" in refuses(BadSettings, open_envelope, ENVELOPE.replace(b"60", b"61"))
    refuses(BadSettings, open_envelope, ENVELOPE.replace(b'"hash":', b'"hash": '))
    refuses(BadSettings, open_envelope, b"")
    refuses(BadSettings, open_envelope, ENVELOPE[:-1])


def test_any_bytes_have_a_harmless_hash() -> None:
    """The reply to a refused envelope repeats at most 64 plain characters of it."""
    for data in (b"", b"{", b'{"hash":"' + b"x" * 200 + b'"', b'{"hash":"\xff\x00"', b'{"hash":"ab"'):
        assert len(hash_of(data)) <= 64
        json.dumps(hash_of(data))


def test_the_first_configuration_may_have_the_hash_that_it_is_sent_by() -> None:
    """Provisioning writes it: the node says it at its birth, and what is sent by it need not be read."""
    assert identity(node_json(configuration_hash=HASH.decode())).first.hash == HASH.decode()
    assert identity(node_json()).first.hash == FIRST


def test_the_accepted_configuration_is_in_force() -> None:
    """Without one, or with one that this firmware refuses, the first one is."""
    slots = Slots(fresh_folder() + "/c")
    node = identity(node_json())
    assert in_force(node, slots).hash == FIRST

    slots.save(ENVELOPE)
    assert in_force(node, slots).interval_s == 60

    slots.save(b"of an older firmware")
    assert in_force(node, slots).hash == FIRST
