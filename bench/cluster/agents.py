"""Edge agents under load: their real store and their real uplink, without a site; what is sent is written down.

A configuration that comes begins another agent on the same folder, as in the program.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from bench import plant
from edge_agent.buffer.store import AgentStore
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config.configuration import FacilityInForce
from edge_agent.config.settings import Settings
from edge_agent.forward.budget import Budget
from edge_agent.forward.one_run import Run
from edge_agent.forward.uplink import Uplink
from edge_agent.values import Reading, ReadingsDelivery
from runtime.log import Level
from runtime.settings import Endpoint
from wire import topics

FACILITY: Final = "cluster"
CHANNELS: Final = 10
EVERY_S: Final = 0.25
TURN_S: Final = 0.02
RESEND_AFTER_S: Final = 20.0
ENDS_WITHIN_S: Final = 20.0
ONLINE: Final = b'{"state":"online"}'
AGENT: Final = """\
[agents.{agent}]
nodes = ["{node}"]
runs = "elsewhere"
[nodes.{node}]
expected_interval_s = 60
"""


def names(count: int) -> list[str]:
    """The ids of so many agents."""
    return [f"gw{number}" for number in range(1, count + 1)]


def node_of(agent: str) -> str:
    """The one node of an agent."""
    return agent.replace("gw", "n")


def facility(agents: list[str], version: int) -> str:
    """The facility file of these agents, each with a node of CHANNELS channels."""
    parts = [plant.HEAD.format(facility=FACILITY, version=version)]
    for agent in agents:
        node = node_of(agent)
        parts.append(AGENT.format(agent=agent, node=node))
        parts += [plant.WIRE.format(node=node, number=number) for number in range(CHANNELS)]
    return "".join(parts)


class Sent(NamedTuple):
    """One reading that an agent has taken over."""

    name: str
    time_ms: int
    value: float


class SendingAgent:
    """One agent in a thread of its own. `line` is its connection to the centre, `folder` where it keeps its buffer."""

    def __init__(self, agent: str, line: Endpoint, folder: Path, file: Path) -> None:
        self.agent, self.line, self.sent = agent, line, list[Sent]()
        self.longest_stop_s = 0.0
        """The longest time without a new ack, while something was sent."""
        self.version_hash = ""
        self.unacked = self.oldest_unacked = 0
        """Of batches: how many wait for an ack, and the first of them."""
        self.lines: list[str] = []
        self.sends = True
        self.is_quiet = False
        """Whether it has gone a whole turn without a new reading, and nothing waits for an ack."""
        folder.mkdir()
        self._settings = Settings(file, agent, folder, line, line, resend_after_s=RESEND_AFTER_S)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._moved_s = self._next_s = 0.0
        self._count = 0

    def start(self) -> None:
        """Begin to send."""
        self._moved_s = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)

    def go_to(self, line: Endpoint) -> None:
        """End it, and begin it anew on what it holds, with another way to the centre."""
        self.stop()
        self._settings = replace(self._settings, site_broker=line, uplink=line)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.start()

    def begin_anew(self) -> None:
        """Begin another longest stop."""
        self.longest_stop_s = 0.0

    def _log(self, level: Level, event: str, **fields: object) -> None:
        self.lines.append(f"{time.time():.1f} {level} {event} {fields}")

    def _run(self) -> None:
        gateway = GatewayClock()
        while not self._stop.is_set():
            self._run_once(gateway)

    def _run_once(self, gateway: GatewayClock) -> None:
        """Work until another configuration is in force."""
        settings = self._settings
        store = AgentStore(settings, gateway, self._log)
        budget = Budget(None, store.buffer, gateway.now_ms)
        uplink = Uplink(settings, store, self._log, budget, lambda: ONLINE, run=Run(1, self.agent))
        configuration = FacilityInForce(settings, store.facility, self._log)
        uplink.subscribe(topics.agent_config(FACILITY, self.agent), configuration.heard)
        self.version_hash, is_outdated = store.facility.version_hash, False
        oldest = store.buffer.oldest_unacked
        uplink.start()
        try:
            while not (self._stop.is_set() or is_outdated):
                sends = self.sends
                if sends:
                    self._measure(store, gateway, uplink.pump)
                uplink.pump()
                oldest = self._watch(store, oldest)
                self.is_quiet = not sends and not self.unacked
                if configuration.waits:
                    is_outdated = configuration.take()
                self._stop.wait(TURN_S)
        finally:
            uplink.close()
            store.close()

    def _watch(self, store: AgentStore, oldest: int) -> int:
        """See whether an ack has moved; the stop counts while something waits for one."""
        now_s, self.unacked, self.oldest_unacked = time.monotonic(), store.unacked, store.buffer.oldest_unacked
        if self.oldest_unacked != oldest or not self.unacked:
            self._moved_s = now_s
        self.longest_stop_s = max(self.longest_stop_s, now_s - self._moved_s)
        return self.oldest_unacked

    def _measure(self, store: AgentStore, gateway: GatewayClock, pause: Callable[[], None]) -> None:
        if time.monotonic() < self._next_s or not store.has_room():
            return
        self._next_s = time.monotonic() + EVERY_S
        now_ms, node = gateway.now_ms(), node_of(self.agent)
        self._count += 1
        made = [Sent(f"{node}:vw{at:02d}.frequency", now_ms, 800.0 + self._count) for at in range(CHANNELS)]
        readings = tuple(Reading(one.name, one.time_ms, one.value) for one in made)

        def again() -> bool:
            pause()
            return not self._stop.is_set()

        store.take_in([ReadingsDelivery(node, readings, now_ms, lambda: None)], again)
        self.sent += made
