"""Nodes on the MicroPython VM beside the parts of a site: the real firmware, fed with what instruments say."""

import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import edge_agent
from tailings.facility import Facility
from tailwatch import tools, vm_node
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.site import EDGE_STAGE, Site
from tailwatch.supervise import SitePart
from wire import topics

FIELD_STAGE: Final = EDGE_STAGE + 1
FEED_EVERY_S: Final = 2.0
LINK: Final = {"resend_after_s": 60, "reconnect_most_s": 30, "ask_time_after_s": 1}


class VmField:
    """The nodes of a facility, and the instruments they read; their folder is their flash and outlives a run.

    says: the raw readings of a node at this moment, by channel. nodes: those that there are; all where none are named.
    """

    def __init__(
        self,
        site: Site,
        facility: Facility,
        says: Callable[[str], Mapping[str, float]],
        nodes: Collection[str] | None = None,
    ) -> None:
        self._site, self._facility, self._says = site, facility, says
        self.nodes = tuple(facility.nodes if nodes is None else nodes)
        self._folder = site.state.subfolder("nodes")
        self._has_ended = threading.Event()
        self._feeder = threading.Thread(target=self._feed_on, daemon=True)

    def parts(self) -> list[SitePart]:
        """Return a part for each node that has power, with its folder written and its instruments set."""
        firmware = vm_node.build(self._site.state.subfolder("firmware") / "unix")
        self._feed()
        self._feeder.start()
        return [self._part(node, firmware) for node in self.awake()]

    def awake(self) -> Iterable[str]:
        """The nodes that have power."""
        return self.nodes

    def end(self) -> None:
        """Stop feeding."""
        self._has_ended.set()
        if self._feeder.is_alive():
            self._feeder.join()

    def own(self, node: str) -> Mapping[str, Any]:
        """What the identity of a node says beside what every node's says."""
        return {}

    def _part(self, node: str, firmware: Path) -> SitePart:
        folder = self._folder / node
        access = self._site.access(topics.user_of_node(self._facility.id, node))
        identity = {
            "facility": self._facility.id,
            "node": node,
            "host": access.host,
            "port": access.port,
            "user": access.user,
            "password": access.password_file.read_text(),
            "cycles": 0,
            "configuration": LINK | edge_agent.node_configuration(self._facility, node),
            **self.own(node),
        }
        write_private(folder / "node.json", json.dumps(identity))
        words = vm_node.words(tools.find("micropython"), firmware, folder)
        return SitePart(Command(node, words, stop_within_s=1.0), FIELD_STAGE)

    def _feed_on(self) -> None:
        while not self._has_ended.wait(FEED_EVERY_S):
            self._feed()

    def _feed(self) -> None:
        """Set the instruments of all nodes to this moment."""
        for node in self.nodes:
            folder = self._folder / node
            folder.mkdir(mode=0o700, exist_ok=True)
            fresh = folder / f"{vm_node.SIMULATED}.new"
            fresh.write_text(json.dumps({"channels": dict(self._says(node))}))
            fresh.replace(folder / vm_node.SIMULATED)
