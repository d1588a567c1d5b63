"""The field of the demo: eight nodes with the real firmware on the real MicroPython VM, fed from the simulated dam.

Three faults happen here and not in the readings: a node whose battery is empty is switched off, a link is cut now and
then (relay), and one node is never told the time and restarts again and again.
"""

import json
import math
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

import edge_agent
from tailings.facility import Facility
from tailwatch import toml, tools, vm_node
from tailwatch.demo import faults
from tailwatch.demo.dam import Dam
from tailwatch.demo.relay import Relay
from tailwatch.ports import LOOPBACK
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.site import EDGE_STAGE, Site
from tailwatch.supervise import SitePart, Supervisor, Tell, WatchedPart
from wire import topics

FIELD_STAGE: Final = EDGE_STAGE + 1
BY_HAND: Final = "by-hand.json"
"""In the state folder: raw channels that a person sets, `{"n03": {"vw1.frequency": 2800.0}}`."""
FEED_EVERY_S: Final = 2.0
LINK: Final = {"resend_after_s": 60, "reconnect_most_s": 30, "ask_time_after_s": 1}
LATE_AFTER_S: Final = 60  # nodes measure every 10 s


class DamSite(Site):
    """The site of the demo: one node is not allowed to hear what time it is, a minute late is late, and who is told of
    alarms is told by a pager on this machine."""

    def _ingest_settings(self, client_id: str) -> dict[str, toml.Value]:
        own: dict[str, toml.Value] = {"late_after_s": LATE_AFTER_S, "notification_hosts": [LOOPBACK]}
        return super()._ingest_settings(client_id) | own

    def rights(self) -> list[topics.Rights]:
        deaf = {
            topics.user_of_node(one.id, faults.CLOCKLESS[0]): topics.time_reply(one.id, faults.CLOCKLESS[0])
            for one in self.facilities.values()
        }
        return [
            one._replace(reads=tuple(topic for topic in one.reads if topic != deaf.get(one.user)))
            for one in super().rights()
        ]


class DemoField:
    """All nodes of the demo, and the instruments they read; `folder` is their flash and outlives a run."""

    def __init__(self, site: Site, facility: Facility, dam: Dam, tell: Tell) -> None:
        self._site, self._facility, self._dam, self._tell = site, facility, dam, tell
        self._folder = site.state.subfolder("nodes")
        self._relay = Relay(site.broker.port)
        self._started_s = time.monotonic()
        self._has_ended = threading.Event()
        self._feeder = threading.Thread(target=self._feed_on, daemon=True)

    def parts(self) -> list[SitePart]:
        """Return a part for each node that has power, with its folder written and its instruments set."""
        firmware = vm_node.build(self._site.state.subfolder("firmware") / "unix")
        self._feed()
        self._feeder.start()
        awake = [node for node in self._facility.nodes if not self._dam.is_silent(node, time.time())]
        return [self._part(node, firmware) for node in awake]

    def turn(self, supervisor: Supervisor) -> None:
        """Let happen to nodes and link what is due."""
        for node in self._facility.nodes:
            watched = supervisor.watched.get(node)
            if watched is not None and self._dam.is_silent(node, time.time()):
                self._switch_off(watched)
        is_lost = faults.is_link_lost(time.monotonic() - self._started_s)
        if is_lost != self._relay.is_cut:
            (self._relay.cut if is_lost else self._relay.mend)()
            self._tell(faults.LOST_LINK[0], "its link is lost" if is_lost else "its link is there again")

    def end(self) -> None:
        """Stop feeding and cut the relay."""
        self._has_ended.set()
        if self._feeder.is_alive():
            self._feeder.join()
        self._relay.close()

    def _switch_off(self, watched: WatchedPart) -> None:
        """Cut a node's power for good; the supervisor leaves it off."""
        if watched.process is not None:
            watched.process.kill()
            watched.process, watched.state = None, "ended"
            self._tell(watched.part.name, "its battery is empty: the node is off")
        watched.due_s = math.inf

    def _part(self, node: str, firmware: Path) -> SitePart:
        folder = self._folder / node
        access = self._site.access(topics.user_of_node(self._facility.id, node))
        identity = {
            "facility": self._facility.id,
            "node": node,
            "host": access.host,
            "port": self._relay.port if node == faults.LOST_LINK[0] else access.port,
            "user": access.user,
            "password": access.password_file.read_text(),
            "cycles": faults.CLOCKLESS[1] if node == faults.CLOCKLESS[0] else 0,
            "configuration": LINK | edge_agent.node_configuration(self._facility, node),
        }
        write_private(folder / "node.json", json.dumps(identity))
        words = vm_node.words(tools.find("micropython"), firmware, folder)
        return SitePart(Command(node, words, stop_within_s=1.0), FIELD_STAGE)

    def _feed_on(self) -> None:
        while not self._has_ended.wait(FEED_EVERY_S):
            self._feed()

    def _feed(self) -> None:
        """Set the instruments of all nodes to this moment."""
        by_hand = self._by_hand()
        for node in self._facility.nodes:
            folder = self._folder / node
            folder.mkdir(mode=0o700, exist_ok=True)
            fresh = folder / f"{vm_node.SIMULATED}.new"
            fresh.write_text(json.dumps({"channels": self._dam.at(node, time.time()) | by_hand.get(node, {})}))
            fresh.replace(folder / vm_node.SIMULATED)

    def _by_hand(self) -> dict[str, dict[str, float]]:
        """Read what a person wants instruments to say instead; a file that cannot be read says nothing."""
        file = self._site.state.folder / BY_HAND
        try:
            return msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, float]])
        except (OSError, msgspec.MsgspecError):
            return {}


def stories() -> Sequence[str]:
    """Return the eight faults, one line each."""
    return [f"{fault} ({node}): {words}" for fault, node, words in faults.STORIES]
