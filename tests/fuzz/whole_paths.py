"""Messages and files on their whole way into a program: what it makes of them must be fit to go on.

What a gateway makes of any pack is a batch that the centre takes; what goes into the database is what it can hold.
"""

import json
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import msgspec

from codec import batch_ack, cborbatch, fastbatch, hello, pack
from edge_agent.alarm.alarm import Alarm
from edge_agent.buffer.buffer import Buffer
from edge_agent.buffer.delivery_tracking import DeliveryTracking
from edge_agent.buffer.intake import Intake
from edge_agent.config.node_config import NodeConfigs
from edge_agent.config.node_status import NodeStatuses
from edge_agent.forward.hello import CentreHello
from edge_agent.process.derive import Derivation
from edge_agent.process.quality import judge
from edge_agent.receive.time_replies import reply_to
from edge_agent.receive.unpack import PackRules, unpack
from edge_agent.values import PackDelivery
from ingest.receive.states import States
from ingest.versions.hellos import Hellos
from tailings import tarp
from tailings.facility import BadFacility, Facility, lint, parse
from tailings.study import BadStudy, read_inputs, run
from tailwatch.servers import dynamic_security
from tests.edge_agent.world import RECEIVED_MS, T0_S, clock_at, pack_bytes
from tests.fuzz.parser import Parser
from tests.tailings.study import example
from wire import limits, topics

VALE: Final = Path("tests/data/vale.toml")
OWN: Final = "0123456789ab"
FEW_DRAWS: Final = 50
"""Of a study that is fuzzed: what fails does not wait for the ten-thousandth."""


class NotStorable(Exception):
    """A document that PostgreSQL does not take as jsonb."""


def _say_nothing(_level: object, _event: str, **_fields: object) -> None:
    return None


@cache
def _vale() -> Facility:
    return parse(VALE.read_text())


def _storable(document: object) -> None:
    """As jsonb: neither NaN nor infinity, no NUL, no half of a surrogate pair (PostgreSQL 17, section 8.14)."""
    text = json.dumps(document, allow_nan=False, ensure_ascii=False)
    if "\\u0000" in text.replace("\\\\", ""):
        raise NotStorable("a NUL")
    text.encode()


# Packs of a node: unpacked, judged, derived, encoded; then read as the centre reads.
def _received(data: bytes) -> None:
    facility, buffer = _vale(), _empty_buffer()
    rules = PackRules(facility, 0, clock_at(lambda: RECEIVED_MS))
    alarm = Alarm(facility, facility.agents["gw1"].nodes, (), _say_nothing)
    intake = Intake(
        facility,
        "gw1",
        DeliveryTracking(buffer),
        lambda it: unpack(it, rules),
        rules.check_times,
        derive=Derivation(facility, judge, buffer.recent).run,
        now_ms=lambda: RECEIVED_MS,
        log=_say_nothing,
        watch=alarm.follow,
    )
    change, _ = intake.change([_delivery(data), _delivery(PACK)])
    for body in change.batches:
        fastbatch.decode_batch(cborbatch.put_head(body, "vale", "gw1", "9f3a01bc", 0, oldest_unacked=0))


@cache
def _empty_buffer() -> Buffer:
    """Its files lose their names at once and go with the process; nothing is written to them."""
    with tempfile.TemporaryDirectory() as folder:
        return Buffer(Path(folder) / "buffer.sqlite", 1 << 20)


def _delivery(data: bytes) -> PackDelivery:
    """As `receivers.mqtt_nodes` makes it of a message over MQTT 3.1.1."""
    kept = data[: limits.MAX_QUARANTINE_BYTES]
    return PackDelivery("n07", kept, len(data), pack.content_type_of(data), RECEIVED_MS, acknowledge=lambda: None)


PACK: Final = pack_bytes(1, {"vw1.frequency": 2831.4, "vw1.thermistor": 4821.0})
PACKS: Final = (
    pack_bytes(0, {"vw1.frequency": 2831.4, "vw1.thermistor": "missing:timeout", "fault.vw1": "no answer"}),
    pack_bytes(7, {"vw1.frequency": 2830.1}, oldest_unacked=3, extra=({"n": "dropped", "v": 2},)),
    pack_bytes(2, {"battery.voltage": 3.3}, time_s=None, extra=({"n": "boot", "v": 2}, {"n": "uptime", "v": 9.5})),
    pack_bytes(3, {}, time_s=None, extra=({"n": "void", "vs": "crc"},)),
)


# What else a node says, as the agent hears it.
def _heard(topic: str, data: bytes) -> None:
    words = NodeStatuses(lambda: RECEIVED_MS, lambda: None)
    configs = NodeConfigs(_vale(), "gw1", lambda *_: True, _say_nothing, words)
    configs.heard(topic, data)
    msgspec.json.encode([configs.births, words.unwell()])


BIRTH: Final = {
    "firmware": "ab" * 32,
    "protocol": 2,
    "board": "pico",
    "serials": {"vw1": "1234"},
    "channels": {"vw1.frequency": "Hz", "vw1.thermistor": "Ohm"},
    "configuration": "cd" * 32,
}
STATE: Final = {"state": "sleeping", "until": T0_S}
CONFIG_REPLY: Final = {"hash": "ab" * 32, "result": "refused", "reason": "no such driver"}


def _time_asked(data: bytes) -> None:
    reply_to("n07", data, clock_at(lambda: RECEIVED_MS))


# What agent and centre say to each other beside batches.
def _state_of_agent(data: bytes) -> None:
    states = States()
    states.heard(topics.agent_state("vale", "gw1"), data, float(T0_S))
    for one in states._waiting.values():
        _storable(one.said)
        _storable(one.clock_ahead_s)


AGENT_STATE: Final = {
    "state": "online",
    "at_ms": RECEIVED_MS,
    "backlog": {"batches": 3, "bytes": 4096, "limit": 1_000_000, "oldest_ms": RECEIVED_MS},
    "configuration": {"version": 3, "hash": "ab" * 32, "refused": {"hash": "cd" * 32, "why": "no such key"}},
    "nodes": {"n07": {"lost_ms": RECEIVED_MS}},
}


def _hello_of_agent(data: bytes) -> None:
    hellos = Hellos(None, (1, 2))  # type: ignore[arg-type]  # its answers need a database
    hellos.heard(topics.agent_hello("vale", "gw1"), data)
    hellos.take()


def _hello_of_centre(data: bytes) -> None:
    asks = CentreHello(("vale", "gw1"), lambda *_: True, lambda session: HELLO, _say_nothing, spoken=2, again_s=60.0)
    asks.say(1, 0.0)
    asks._nonce = HELLO.session
    asks.heard(data)
    if asks.take(1.0) is not None:
        asks.say(1, 1.0)


HELLO: Final = hello.Hello(42, 2, "0.2.0", "5c77e0d1", configuration="ab" * 32, approvals="")
REPLY: Final = hello.Reply(42, 1, 2, "0.2.0", batch_ack.BatchAck("5c77e0d1", 11), configuration="ab" * 32, approvals="")


# Files of a person.
def _facility_file(data: bytes) -> None:
    """Parsed, examined, told in words, and as the database stores it."""
    text = data.decode("utf-8", "replace")
    facility = parse(text)
    for one in (*lint.find(facility, text), *lint.find_untold(facility, None), *lint.find_untold(facility, [1])):
        lint.describe(one)
    tarp.with_approvals(facility, tarp.NOTHING, example.TODAY)
    _storable(json.loads(msgspec.json.encode(facility.document())))


def _study_file(data: bytes) -> None:
    """Read, run over the samples of the demo with few draws, and as the database stores it."""
    found = read_inputs(data.decode("utf-8", "replace"))
    few = msgspec.structs.replace(found, draws=min(found.draws, FEW_DRAWS))
    _storable(msgspec.to_builtins(run(few, _samples(), example.TODAY, sent=example.sent())))


_samples: Final = cache(example.samples)


def _dumped(*documents: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(one).encode() for one in documents)


def _node(name: str, topic: str, said: dict[str, Any]) -> Parser:
    return Parser(name=name, read=partial(_heard, topic), examples=_dumped(said), refusals=(), most_bytes=20_000)


def _said(name: str, read: Callable[[bytes], object], *examples: bytes) -> Parser:
    return Parser(name=name, read=read, examples=examples, refusals=())


WHOLE_PATHS: Final = (
    Parser(name="receive", read=_received, examples=PACKS, refusals=(), seconds=5),
    _node("node-birth", topics.birth("vale", "n07"), BIRTH),
    _node("node-state", topics.state("vale", "n07"), STATE),
    _node("node-config-reply", topics.reply("vale", "n07", "config"), CONFIG_REPLY),
    _said("node-asks-time", _time_asked, b'{"nonce":42}'),
    _said("state-of-agent", _state_of_agent, *_dumped(AGENT_STATE, {"state": "offline"})),
    _said("hello-of-agent", _hello_of_agent, hello.encode(HELLO)),
    _said("hello-of-centre", _hello_of_centre, hello.encode(REPLY)),
    _said(
        "dynamic-security",
        partial(dynamic_security.read_answer, own=OWN),
        *_dumped(
            {"responses": [{"command": "createRole", "correlationData": OWN}]},
            {"responses": [{"command": "createRole", "correlationData": OWN, "error": "Role already exists"}]},
        ),
    ),
    Parser(
        name="facility-file",
        read=_facility_file,
        examples=(VALE.read_bytes(),),
        refusals=(BadFacility,),
        memory_bytes=256 << 20,
        seconds=10,
    ),
    Parser(
        name="study-file",
        read=_study_file,
        examples=(example.STUDY.read_bytes(),),
        refusals=(BadStudy,),
        memory_bytes=512 << 20,
        seconds=20,
    ),
)
"""They stand in the report behind the parsers alone."""
