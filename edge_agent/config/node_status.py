"""What nodes say beside their packs of what is wrong: a lost link, a time asked for in vain, a refused configuration.

Heard by paho's thread, read by the agent's own. Nodes that are well are not told of.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

OFFLINE: Final = "offline"
ASKS_AGAIN_WITHIN_MS: Final = 300_000
"""A node that got its answer asks once a day; one that asks twice within this did not get it."""


MAX_REASON: Final = 100
"""Characters of a reason that go on: of a thousand nodes that refuse, the state still fits into one message."""


class NodeStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """A node that is not well: since when its link is lost [Unix ms], and whether it asks in vain for the time.

    refused: why it did not take its newest configuration, in its own words; '': it did, or has not said.
    """

    lost_ms: int | None = None
    asks_time: bool = False
    refused: str = ""


class NodeStatuses:
    """The newest word of each node; `changed` is called when a node begins or ceases to be unwell."""

    def __init__(self, now_ms: Callable[[], int], changed: Callable[[], None]) -> None:
        self._now_ms, self._changed = now_ms, changed
        self._lock = threading.Lock()
        self._lost: dict[str, int] = {}
        self._asked: dict[str, tuple[int, int]] = {}  # when last, how often in a row
        self._refused: dict[str, str] = {}

    def is_in(self, node: str, state: str) -> None:
        """Take the state that a node, or the broker in its name, has published."""
        with self._lock:
            was_lost = node in self._lost
            if state != OFFLINE:
                self._lost.pop(node, None)
            elif not was_lost:
                self._lost[node] = self._now_ms()
            is_lost = node in self._lost
        if is_lost != was_lost:
            self._changed()

    def asks_time(self, node: str) -> None:
        """Note that a node has asked for the time."""
        now_ms = self._now_ms()
        with self._lock:
            last_ms, times = self._asked.get(node, (0, 0))
            times = times + 1 if now_ms - last_ms <= ASKS_AGAIN_WITHIN_MS else 1
            self._asked[node] = now_ms, times
        if times == 2:
            self._changed()

    def answers(self, node: str, refused: str) -> None:
        """Take a node's answer to its configuration: why it refused it, '' when it took it."""
        refused = refused[:MAX_REASON]
        with self._lock:
            before = self._refused.pop(node, "")
            if refused:
                self._refused[node] = refused
        if refused != before:
            self._changed()

    def sends(self, nodes: Iterable[str]) -> None:
        """Note that these nodes sent packs: they know the time, or have given up waiting for it."""
        with self._lock:
            for node in nodes:
                self._asked.pop(node, None)

    def unwell(self) -> dict[str, NodeStatus]:
        """Return the nodes that have something to tell."""
        now_ms = self._now_ms()
        with self._lock:
            asking = {
                node
                for node, (last_ms, times) in self._asked.items()
                if times > 1 and now_ms - last_ms <= ASKS_AGAIN_WITHIN_MS
            }
            return {
                node: NodeStatus(self._lost.get(node), node in asking, self._refused.get(node, ""))
                for node in sorted(asking | self._lost.keys() | self._refused.keys())
            }
