"""A small world around an agent: a broker with the field's users, nodes and a centre as paho clients, packs to send."""

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from codec import batch, batch_ack, cborbatch, fastbatch
from codec.batch_ack import BatchAck
from edge_agent.agent import EdgeAgent
from edge_agent.clock.gateway_clock import GatewayClock, Instant
from edge_agent.config.settings import Settings
from edge_agent.forward.one_run import Run
from edge_agent.values import PackDelivery
from runtime.settings import Endpoint
from tailings.facility import Facility, parse
from tests.servers import Broker
from wire import topics
from wire.protocol import PROTOCOL

FACILITY_FILE = Path(__file__).parents[1] / "data" / "vale.toml"
PASSWORD = "only for tests"
EPOCH = "9f3a01bc"
T0_S = 1_764_079_200  # 2025-11-25T14:00:00Z
RECEIVED_MS = (T0_S + 30) * 1000
WAIT_S = 60.0


def clock_at(now_ms: Callable[[], int]) -> GatewayClock:
    """A gateway's clock that is what a test says, and steady."""
    return GatewayClock(lambda: Instant(now_ms(), now_ms()))


def facility() -> Facility:
    return parse(FACILITY_FILE.read_text("utf-8"))


def pack_bytes(
    seq: int,
    readings: dict[str, float | str],
    node: str = "n07",
    oldest_unacked: int = 0,
    epoch: str = EPOCH,
    time_s: int | None = T0_S,
    extra: tuple[Mapping[str, object], ...] = (),
) -> bytes:
    """A pack as a node sends it, written by hand after wire.md section 3 (not by our encoder)."""
    first: dict[str, object] = {"bn": f"vale:{node}:"} | ({} if time_s is None else {"bt": time_s})
    records: list[Mapping[str, object]] = [first | {"n": "epoch", "vs": epoch}, {"n": "seq", "v": seq}]
    records += [{"n": "kept", "v": oldest_unacked}, *extra]
    records += [{"n": name, "vs" if isinstance(value, str) else "v": value} for name, value in readings.items()]
    return json.dumps(records, separators=(",", ":")).encode()


def delivery(payload: bytes, node: str = "n07", acknowledge: Callable[[], None] = lambda: None) -> PackDelivery:
    return PackDelivery(node, payload, len(payload), "application/senml+json", RECEIVED_MS, acknowledge=acknowledge)


def decoded(body: bytes) -> batch.Batch:
    """A body from the outbox as the centre would read it."""
    return fastbatch.decode_batch(cborbatch.put_head(body, "vale", "gw1", EPOCH, 0, oldest_unacked=0))


def wait_until(condition: Callable[[], object], what: str, limit_s: float = WAIT_S) -> None:
    until_s = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > until_s:
            raise AssertionError(f"not within {limit_s} s: {what}")
        time.sleep(0.01)


class Client:
    """A paho client that remembers what it got, and subscribes again whenever it connects."""

    def __init__(
        self, port: int, user: str, protocol: MQTTProtocolVersion = mqtt.MQTTv311, password: str = PASSWORD
    ) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.wanted: list[tuple[str, int]] = []
        self.subscribed = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=user, protocol=protocol)
        self.client.username_pw_set(user, password)
        self.client.on_message = self.receive
        self.client.on_connect = lambda *_: self._ask()
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.reconnect_delay_set(1, 1)
        self.client.max_inflight_messages_set(64)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def receive(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self.got.append((message.topic, bytes(message.payload)))

    def _ask(self) -> None:
        self.subscribed.clear()
        if self.wanted:
            self.client.subscribe(self.wanted)

    def subscribe(self, *wanted: str) -> None:
        self.wanted += [(topic, 1) for topic in wanted]
        wait_until(self.client.is_connected, "a connection")
        self._ask()
        assert self.subscribed.wait(WAIT_S)

    def publish(self, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos, retain).wait_for_publish(WAIT_S)

    def on(self, topic: str) -> list[bytes]:
        return [payload for where, payload in self.got if where == topic]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Centre(Client):
    """Stands for ingest: collects batches and acks them (while `acks_on`) as soon as they are contiguous."""

    def __init__(self, port: int) -> None:
        self.batches: dict[tuple[str, int], batch.Batch] = {}
        self.acks_on = True
        super().__init__(port, topics.CENTRE_USER, mqtt.MQTTv5)
        self.subscribe(topics.batch("vale", "gw1"), topics.agent_state("vale", "gw1"))

    def receive(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith("/batch"):
            found = fastbatch.decode_batch(bytes(message.payload))
            self.batches[found.epoch, found.seq] = found
            if self.acks_on:
                self.ack(found.epoch)
        super().receive(_client, _data, message)

    def ack(self, epoch: str) -> None:
        seqs = {seq for known, seq in self.batches if known == epoch}
        through = min(seqs, default=0) - 1
        while through + 1 in seqs:
            through += 1
        newest = self.batches.get((epoch, through))
        chain = None if newest is None or newest.chain is None else newest.chain.own
        payload = batch_ack.encode(BatchAck(epoch, through, chain))
        self.client.publish(topics.agent_ack("vale", "gw1"), payload, 1, True)

    def observations(self) -> dict[tuple[str, int], batch.BatchObservation]:
        found = {}
        for one in list(self.batches.values()):
            found.update({(row.name, row.time_ms): row for row in one.observations})
        return found

    def packs(self) -> set[tuple[str, str, int]]:
        return {(pack.node, pack.epoch, pack.seq) for one in list(self.batches.values()) for pack in one.packs}


class World:
    """A broker for site and uplink in one, and settings for an agent in a folder of its own."""

    def __init__(self, folder: Path, facility_file: Path = FACILITY_FILE) -> None:
        self.facility = parse(facility_file.read_text("utf-8"))
        agents = {name: list(agent.nodes) for name, agent in self.facility.agents.items()}
        users = {f"vale/{node}": PASSWORD for node in ("n01", "n02", "n07")}
        users |= {f"vale/_edge/{agent}": PASSWORD for agent in agents}
        users |= {topics.CENTRE_USER: PASSWORD, "others": PASSWORD}
        others = ("application/#", "v3/#", "cs/#")
        self.rights = [topics.centre_rights(), topics.Rights("others", None, others, (), ())]
        """One user for all links of an agent, as a broker of one's own may have it; `tailwatch up` has one each."""
        for agent, nodes in agents.items():
            uplink, site, _ = topics.agent_rights("vale", agent, nodes)
            writes, reads = uplink.writes + site.writes, uplink.reads + site.reads + others
            self.rights.append(topics.Rights(uplink.user, None, writes, reads, ()))
            self.rights += [topics.node_rights("vale", node)._replace(client_id=None) for node in nodes]
        self.folder = folder
        self.broker = Broker.start(folder / "broker", users, self.rights)
        password = folder / "password"
        password.write_text(PASSWORD)
        os.chmod(password, 0o600)
        end = Endpoint("127.0.0.1", self.broker.port, "vale/_edge/gw1", password)
        self.settings = Settings(
            facility_file, "gw1", folder / "state", end, end, resend_after_s=1.0, group_commit_ms=20, wait_for_time_s=0
        )
        self.lines: list[str] = []

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(" ".join([level, event, *(f"{key}={value}" for key, value in fields.items())]))

    def said(self, start: str) -> int:
        """How many log lines begin so."""
        return sum(line.startswith(start) for line in list(self.lines))

    def node(self, name: str = "n07") -> Client:
        return Client(self.broker.port, f"vale/{name}")

    def centre(self) -> Centre:
        return Centre(self.broker.port)

    @contextmanager
    def agent(self, protocol: int = PROTOCOL, run: Run | None = None, **changes: object) -> Iterator[EdgeAgent]:
        """An agent that lives in a thread until the block ends; a failure in it fails the test.

        `protocol` makes it one of another release, `run` one of another process.
        """
        made: queue.Queue[EdgeAgent] = queue.Queue()
        before = self.said("INFO connected")

        def live() -> None:
            made.put(EdgeAgent(msgspec.structs.replace(self.settings, **changes), self.log, protocol=protocol, run=run))
            made.queue[0].run()

        with ThreadPoolExecutor(1) as threads:
            life = threads.submit(live)
            wait_until(lambda: made.qsize() or life.done(), "an agent")
            try:
                if made.qsize():
                    wait_until(lambda: self.said("INFO connected") >= before + 2 or life.done(), "both links")
                    yield made.queue[0]
            finally:
                if made.qsize():
                    made.queue[0].stop()
            life.result(WAIT_S)
