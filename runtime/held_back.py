"""What came in a protocol that this release does not understand: told once, noted within bounds, and nothing else.

It is neither acknowledged nor stored, so it stays with its sender, whose patience repeats it; nobody else waits for it.
"""

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from runtime.log import Log
from wire import protocol

MAX_SENDERS: Final = 1000
"""Of whom it is noted; what others send is held back all the same."""


class Note(msgspec.Struct, frozen=True):
    """The protocol that a sender speaks, since when it is held back [Unix ms], and how many messages so far."""

    protocol: int
    since_ms: int
    messages: int


class HeldBack:
    """The senders whose messages are held back, by name. Called by any thread.

    receiver: which program of a site is to be upgraded. newest: the last protocol that it understands.
    """

    def __init__(self, receiver: str, log: Log, now_ms: Callable[[], int], newest: int = protocol.PROTOCOL) -> None:
        self.understood = (protocol.OLDEST_UNDERSTOOD, newest)
        self._receiver, self._log, self._now_ms = receiver, log, now_ms
        self._lock = threading.Lock()
        self._notes: dict[str, Note] = {}

    def holds(self, sender: str, stated: int) -> bool:
        """Whether a message of protocol `stated` is held back; the sender's first one is told, each is counted."""
        treatment = protocol.treatment(stated, self.understood[1])
        if treatment == protocol.UNDERSTOOD:
            if self._notes:
                self._understand(sender)
            return False
        with self._lock:
            known = self._notes.get(sender)
            is_first = known is None or known.protocol != stated
            since_ms, messages = (self._now_ms(), 0) if known is None or is_first else (known.since_ms, known.messages)
            if known is not None or len(self._notes) < MAX_SENDERS:
                self._notes[sender] = Note(stated, since_ms, messages + 1)
            else:
                is_first = False
        if is_first:
            upgrade = self._receiver if treatment == protocol.LATER else sender
            self._log("ERROR", "protocol-not-understood", reason=said(sender, stated, self.understood, upgrade))
        return True

    def notes(self) -> dict[str, Note]:
        """What is held back now, by sender."""
        with self._lock:
            return dict(self._notes)

    def _understand(self, sender: str) -> None:
        with self._lock:
            known = self._notes.pop(sender, None)
        if known is not None:
            self._log("INFO", "protocol-understood", sender=sender, held_back=known.messages)


def said(sender: str, stated: int, understood: tuple[int, int], upgrade: str) -> str:
    """The sentence for whoever can mend it."""
    return f"{sender} speaks protocol {stated}, this release understands {spoken(understood)}: upgrade the {upgrade}"


def not_freed(stated: int, understood: tuple[int, int]) -> str:
    """The sentence at the sender, whose centre understands others."""
    upgrade = "the centre" if stated > understood[1] else "this agent"
    what = f"the centre understands protocol {spoken(understood)}, this agent speaks {stated}"
    return f"{what}: nothing is freed until {upgrade} is upgraded"


def spoken(understood: tuple[int, int]) -> str:
    """A range of protocols: `1 to 2`."""
    return f"{understood[0]} to {understood[1]}"
