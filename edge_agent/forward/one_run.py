"""One agent of a name: two that connect alike take the connection from each other for ever, so the later one stops.

A broker has one connection for a client id (MQTT 5.0, 3.1.4-3): who comes second takes it, the first comes again, and
each of them forwards half of what it has. Each says at its connect, retained, since when it runs and where. One whose
connection was taken reads that: the other has connected since, so what it reads is the other's or its own.
"""

import secrets
import socket
import time
from functools import cache
from typing import Final

import msgspec

from runtime.log import Log
from runtime.mqtt import Link, Message
from wire import topics

ID_BYTES: Final = 8
EXIT_ANOTHER_RUNS: Final = 3
"""With what the program ends whose agent gave way: nothing may start it again by itself."""


class Run(msgspec.Struct, frozen=True, order=True):
    """One run of an agent: since when (Unix ms by its own clock), an id that no other has, and the machine's name.

    Of two runs the smaller one goes on; both machines come to the same answer, whatever their clocks say.
    """

    since: int
    id: str
    host: str = ""


@cache
def this_run() -> Run:
    """The run of this process, from the first call on."""
    return Run(time.time_ns() // 1_000_000, secrets.token_hex(ID_BYTES), socket.gethostname())


class OneRun:
    """What this run says, and what it reads of another. `say` and `heard` are called by the network thread."""

    def __init__(self, facility: str, agent: str, link: Link, log: Log, run: Run | None = None) -> None:
        self._topic, self._agent = topics.agent_run(facility, agent), agent
        self._link, self._log, self._run = link, log, run or this_run()
        self._told: Run | None = None
        self._listens = False
        self.gives_way = False  # another began before this one: this one stops

    def say(self) -> None:
        """Say which run has connected."""
        self._link.publish(self._topic, msgspec.json.encode(self._run), 1, retain=True)

    def look(self) -> None:
        """Read what the other says from the next connect on, once the connection was taken."""
        if self._link.taken_over and not self._listens:
            self._listens = True
            self._link.subscribe(self._topic, 1, self.heard, is_needed=False)

    def heard(self, message: Message) -> None:
        """Take what a run says; one that cannot be read decides nothing."""
        message.acknowledge()
        try:
            other = msgspec.json.decode(message.payload, type=Run)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if other in (self._run, self._told):
            return
        self._told = other
        self.gives_way = other < self._run
        ends = "this one ends: it began later" if self.gives_way else "the other began later, and ends"
        fix = "one name is one agent: give the other a name and a password of its own, or leave it off"
        where = {"other_host": other.host, "other_since_ms": other.since}
        self._log("ERROR", "two-agents", agent=self._agent, **where, detail=ends, fix=fix)
