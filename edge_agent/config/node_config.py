"""Node configuration: each node's part of facility.toml, published retained, and what the node says of itself.

The envelope is `{"hash":"<SHA-256>","configuration":{...}}`; the hash covers the bytes of the configuration as they
stand there, the node keeps it only if it fits and reports it back in its birth.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final

import msgspec

from codec import json_document
from edge_agent.config.node_status import NodeStatuses
from runtime.log import Log
from tailings import instruments
from tailings.facility import Facility
from tailings.facility.model import Instrument
from wire import BadPack, topics
from wire.protocol import UNSTATED

MAX_DOCUMENT_BYTES: Final = 8192
REFUSED: Final = "refused"
SHOWN: Final = 12  # characters of a hash that tell two apart in a log

Publish = Callable[[str, bytes, int, bool], bool]


class Birth(msgspec.Struct, frozen=True):
    """What the agent reads of a birth: what it speaks, which configuration is in force, the unit of each channel."""

    configuration: str = ""
    firmware: str = ""
    protocol: int = UNSTATED
    channels: dict[str, str] = {}


class ConfiguredNode(msgspec.Struct, frozen=True):
    """What a node, or the broker in its name, says: online, sleeping, offline."""

    state: str


class ConfigReply(msgspec.Struct, frozen=True):
    """A node's answer to a configuration; one that was too long to be read has no hash."""

    result: str
    hash: str = ""
    reason: str = ""


def node_configuration(facility: Facility, node: str) -> dict[str, Any]:
    """What a node is to do: how it works, and its instruments with driver, serial, supply and settings."""
    mine = [
        {
            "id": name.partition(":")[2],
            "driver": instrument.driver,
            "serial": instrument.serial or "",
            **_supply(instrument),
            **_settings(instrument.settings),
        }
        for name, instrument in facility.instruments.items()
        if instrument.node == node and instrument.driver not in instruments.NOT_READ
    ]
    one = facility.nodes[node]
    works = {"interval_s": one.expected_interval_s, **msgspec.to_builtins(one.settings)}
    return {**works, "instruments": mine}


def configuration_hash(configuration: dict[str, Any]) -> str:
    """The hash by which a node knows a configuration: SHA-256, in hex, of its JSON as it is sent."""
    return hashlib.sha256(msgspec.json.encode(configuration)).hexdigest()


def envelope_of(facility: Facility, node: str) -> bytes:
    """The configuration of a node with its hash, as it is sent."""
    made = node_configuration(facility, node)
    return _envelope(made, configuration_hash(made))


def _envelope(configuration: dict[str, Any], hash: str) -> bytes:
    return b'{"hash":"%s","configuration":%s}' % (hash.encode(), msgspec.json.encode(configuration))


class NodeConfigs:
    """Publishes configurations once a session; reads births, states and replies. Logs each change once."""

    def __init__(self, facility: Facility, agent: str, publish: Publish, log: Log, words: NodeStatuses) -> None:
        self._facility, self._publish, self._log, self._words = facility, publish, log, words
        made = {node: node_configuration(facility, node) for node in facility.agents[agent].nodes}
        self._hashes = {node: configuration_hash(one) for node, one in made.items()}
        self._envelopes = {node: _envelope(one, self._hashes[node]) for node, one in made.items()}
        self._session = 0
        self._told: dict[tuple[str, str], object] = {}
        self.births: dict[str, Birth] = {}

    def after_connect(self, session: int) -> None:
        """Once a session: a killed broker forgets what it retained."""
        if session != self._session:
            self._session = session
            for node, envelope in self._envelopes.items():
                self._publish(topics.config(self._facility.id, node), envelope, 1, True)

    def heard(self, topic: str, payload: bytes) -> None:
        """Take a birth, a state or a reply; what cannot be read is logged and changes nothing."""
        place = topics.parse(topic)
        node, leaf = place.node or "", place.leaf
        if not payload:
            return  # a retained document was cleared
        try:
            self._read(node, leaf, payload)
        except BadPack as error:
            self._tell("WARNING", "bad-document", node, leaf, str(error))

    def _read(self, node: str, leaf: str, payload: bytes) -> None:
        if leaf == "birth":
            birth = self.births[node] = json_document.decode(payload, Birth, MAX_DOCUMENT_BYTES)
            self._tell("INFO", "birth", node, leaf, _in_short(birth))
            self._compare_units(node, birth)
        elif leaf == "state":
            said = json_document.decode(payload, ConfiguredNode, MAX_DOCUMENT_BYTES).state
            self._words.is_in(node, said)
            self._tell("INFO", "state", node, leaf, said)
        else:
            reply = json_document.decode(payload, ConfigReply, MAX_DOCUMENT_BYTES)
            is_refused = reply.result == REFUSED
            if reply.hash in ("", self._hashes.get(node)):  # else it answers an earlier one
                self._words.answers(node, (reply.reason or REFUSED) if is_refused else "")
            level = "ERROR" if is_refused else "INFO"
            self._tell(level, "configuration", node, leaf, f"{reply.result} {reply.reason}".strip())

    def _compare_units(self, node: str, birth: Birth) -> None:
        """Say where the node's own unit contradicts facility.toml: its readings would be wrong by a factor."""
        for channel, unit in birth.channels.items():
            datastream = self._facility.datastreams.get(f"{node}:{channel}")
            if datastream is not None and unit and unit != datastream.unit:
                self._tell("ERROR", "unit-mismatch", node, channel, f"birth {unit}, facility.toml {datastream.unit}")

    def _tell(self, level: Any, event: str, node: str, leaf: str, what: object) -> None:
        if self._told.get((node, leaf)) != what:
            self._told[node, leaf] = what
            self._log(level, f"node-{event}", node=node, what=what)


def _in_short(birth: Birth) -> str:
    spoken = f"firmware {birth.firmware[:SHOWN] or '?'}, protocol {birth.protocol}"
    return f"{spoken}, configuration {birth.configuration[:SHOWN] or 'none'}"


def _supply(instrument: Instrument) -> dict[str, Any]:
    """The rail that the instrument hangs on, and its own warm-up; what is left out the firmware decides."""
    rail = getattr(instruments.get(instrument.driver), "RAIL", "") if instrument.supply == "node" else ""
    said = {"rail": rail or None, "warm_up_s": instrument.warm_up_s}
    return {key: value for key, value in said.items() if value is not None}


def _settings(settings: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {} if settings is None else msgspec.to_builtins(settings)
    return plain
