"""The field of the demo: eight nodes with the real firmware on the real MicroPython VM, fed from the simulated dam.

Three faults happen here and not in the readings: a node whose battery is empty is switched off, a link is cut now and
then (relay), and one node is never told the time and restarts again and again.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from tailings.facility import Facility
from tailwatch import toml
from tailwatch.demo import faults
from tailwatch.demo.dam import Dam
from tailwatch.demo.relay import Relay
from tailwatch.ports import LOOPBACK
from tailwatch.site import Site
from tailwatch.supervise import Supervisor, Tell, WatchedPart
from tailwatch.vm_field import VmField
from wire import topics

BY_HAND: Final = "by-hand.json"
"""In the state folder: raw channels that a person sets, `{"n03": {"vw1.frequency": 2800.0}}`."""
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


class DemoField(VmField):
    """All nodes of the demo, and the instruments they read."""

    def __init__(self, site: Site, facility: Facility, dam: Dam, tell: Tell) -> None:
        self._dam, self._tell = dam, tell
        self._by_hand_file = site.state.folder / BY_HAND
        self._relay = Relay(site.broker.port)
        self._started_s = time.monotonic()
        super().__init__(site, facility, self._said)

    def awake(self) -> Iterable[str]:
        return [node for node in self._facility.nodes if not self._dam.is_silent(node, time.time())]

    def own(self, node: str) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        if node == faults.LOST_LINK[0]:
            found["port"] = self._relay.port
        if node == faults.CLOCKLESS[0]:
            found["cycles"] = faults.CLOCKLESS[1]
        return found

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
        super().end()
        self._relay.close()

    def _switch_off(self, watched: WatchedPart) -> None:
        """Cut a node's power for good; the supervisor leaves it off."""
        if watched.process is not None:
            watched.process.kill()
            watched.process, watched.state = None, "ended"
            self._tell(watched.part.name, "its battery is empty: the node is off")
        watched.due_s = math.inf

    def _said(self, node: str) -> Mapping[str, float]:
        """What the dam lets a node read, and what a person wants its instruments to say instead."""
        return self._dam.at(node, time.time()) | self._by_hand().get(node, {})

    def _by_hand(self) -> dict[str, dict[str, float]]:
        """Read what a person wants; a file that cannot be read says nothing."""
        try:
            return msgspec.json.decode(self._by_hand_file.read_bytes(), type=dict[str, dict[str, float]])
        except (OSError, msgspec.MsgspecError):
            return {}


def stories() -> Sequence[str]:
    """Return the eight faults, one line each."""
    return [f"{fault} ({node}): {words}" for fault, node, words in faults.STORIES]
