"""Node configuration: the envelope a node accepts (oracle: the firmware's own check), and what nodes say."""

import hashlib
import json

import msgspec
import pytest

from edge_agent.config.node_config import NodeConfigs, envelope_of
from edge_agent.config.node_status import NodeStatuses
from firmware.node.settings import open_envelope
from tailings.facility.model import Instrument, NodeSettings
from tests.edge_agent.world import facility
from wire import topics

VALE = facility()


class Ear:
    """A NodeConfigs with its publishes and its log."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.lines: list[str] = []
        self.configs = NodeConfigs(VALE, "gw1", self.publish, self.log, NodeStatuses(lambda: 0, lambda: None))

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> bool:
        self.sent.append(topic)
        return qos == 1 and retain

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(f"{level} {event} {fields['what']}")


def test_the_firmware_accepts_the_envelope() -> None:
    """Its hash fits, every key is known to the node, and the instruments are those of facility.toml."""
    accepted = open_envelope(envelope_of(VALE, "n07"))

    assert accepted.interval_s == 60
    assert {f"n07:{instrument.id}" for instrument in accepted.instruments} == {
        name for name, instrument in VALE.instruments.items() if instrument.node == "n07"
    }


def test_what_people_read_is_not_sent_to_the_node() -> None:
    """A sample point has no driver: a node would refuse the whole configuration."""
    point = Instrument("n07:dip", "n07", "sample_point")
    dipped = msgspec.structs.replace(VALE, instruments={**VALE.instruments, "n07:dip": point})

    assert envelope_of(dipped, "n07") == envelope_of(VALE, "n07")


def test_the_firmware_knows_every_setting_of_a_node() -> None:
    """What facility.toml may say of how a node works, the firmware accepts, and it reaches the node unchanged."""
    said = {key: 2048 if key.endswith("bytes") else 1 for key in NodeSettings.__struct_fields__}
    node = msgspec.structs.replace(VALE.nodes["n07"], settings=msgspec.convert(said, NodeSettings))
    envelope = envelope_of(msgspec.structs.replace(VALE, nodes={**VALE.nodes, "n07": node}), "n07")
    accepted = open_envelope(envelope)

    assert {key: getattr(accepted, key) for key in said} == said


def test_the_hash_covers_the_configuration_as_it_stands() -> None:
    """SHA-256 over the bytes between `"configuration":` and the last brace."""
    envelope = envelope_of(VALE, "n07")

    body = envelope.partition(b'"configuration":')[2][:-1]
    assert json.loads(envelope)["hash"] == hashlib.sha256(body).hexdigest()


def test_configurations_are_published_once_a_session() -> None:
    """For every node of this agent."""
    ear = Ear()
    ear.configs.after_connect(1)
    ear.configs.after_connect(1)

    assert ear.sent == [topics.config("vale", node) for node in VALE.agents["gw1"].nodes]


def test_a_birth_with_another_unit_is_an_error_said_once() -> None:
    """Readings would be wrong by a factor; a person must correct facility.toml or the node."""
    ear = Ear()
    birth = json.dumps({"firmware": "0.1.0", "configuration": "first", "channels": {"vw1.thermistor": "kOhm"}}).encode()
    ear.configs.heard(topics.birth("vale", "n07"), birth)
    ear.configs.heard(topics.birth("vale", "n07"), birth)

    assert [line for line in ear.lines if line.startswith("ERROR")] == [
        "ERROR node-unit-mismatch birth kOhm, facility.toml Ohm"
    ]


def test_a_birth_is_one_short_line_for_each_change() -> None:
    """The hash is cut to what tells two configurations apart; a birth without a protocol is one of release 0.1."""
    ear = Ear()
    older = {"firmware": "0.1.0", "configuration": "ab" * 32}
    for birth in (older, older, {"firmware": "0.2.0", "protocol": 2, "configuration": "cd" * 32}):
        ear.configs.heard(topics.birth("vale", "n07"), json.dumps(birth).encode())

    assert ear.lines == [
        "INFO node-birth firmware 0.1.0, protocol 1, configuration abababababab",
        "INFO node-birth firmware 0.2.0, protocol 2, configuration cdcdcdcdcdcd",
    ]


@pytest.mark.parametrize(
    ("topic", "payload", "line"),
    [
        (topics.state("vale", "n07"), b'{"state":"sleeping","until":1764079260}', "INFO node-state sleeping"),
        (
            topics.reply("vale", "n07", "config"),
            b'{"hash":"ab","result":"refused","reason":"unknown driver"}',
            "ERROR node-configuration refused unknown driver",
        ),
        (topics.birth("vale", "n07"), b"[1]", "WARNING node-bad-document"),
        (topics.birth("vale", "n07"), b"x" * 9000, "WARNING node-bad-document field 'payload' refused as too-long"),
        (topics.birth("vale", "n07"), b'{"firmware":"\xff"}', "WARNING node-bad-document"),
        (topics.state("vale", "n07"), b'{"state":"\xff"}', "WARNING node-bad-document"),
    ],
)
def test_what_a_node_says_is_logged_when_it_changes(topic: str, payload: bytes, line: str) -> None:
    """State, refusals, and documents that cannot be read; a cleared document says nothing."""
    ear = Ear()
    ear.configs.heard(topic, payload)
    ear.configs.heard(topic, payload)
    ear.configs.heard(topic, b"")

    assert len(ear.lines) == 1
    assert ear.lines[0].startswith(line)
