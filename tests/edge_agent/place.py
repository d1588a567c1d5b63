"""A place for one receiver, without an agent around it; and a pseudo-terminal to put an instrument on."""

import os
import select
import threading
import time
import tty
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from edge_agent.receive.csv_file import TimeBounds
from edge_agent.receive.receiver_context import ReceiverContext
from edge_agent.receive.time_replies import reply_to
from edge_agent.values import FilePosition
from runtime.mqtt import Link
from runtime.settings import Endpoint
from tests.edge_agent.world import RECEIVED_MS, clock_at, facility, wait_until

Item = TypeVar("Item", covariant=True)


class Log:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(" ".join([level, event, *(f"{key}={value}" for key, value in fields.items())]))

    def said(self, start: str) -> int:
        return sum(line.startswith(start) for line in list(self.lines))


def no_link(_endpoint: Endpoint | None) -> Link:
    raise AssertionError("this receiver needs no broker")


def place(
    log: Log, link: Callable[[Endpoint | None], Link] = no_link, now_ms: Callable[[], int] = lambda: RECEIVED_MS
) -> ReceiverContext:
    return ReceiverContext(
        facility="vale",
        nodes=facility().agents["gw1"].nodes,
        units=facility().units,
        bounds=TimeBounds(0, lambda: 4_000_000_000_000),
        gather_s=0.02,
        link=link,
        position_of=FilePosition,
        now_ms=now_ms,
        is_time_known=lambda: True,
        reply_time=lambda node, request: reply_to(node, request, clock_at(lambda: RECEIVED_MS)),
        log=log,
    )


class Takes(Protocol[Item]):
    """Whatever gives deliveries."""

    def take(self, wait_s: float) -> Sequence[Item]: ...


def taken(receiver: Takes[Item], count: int) -> list[Item]:
    """Take until `count` deliveries have come."""
    found: list[Item] = []

    def take() -> bool:
        found.extend(receiver.take(0.05))
        return len(found) >= count

    wait_until(take, f"{count} deliveries")
    return found


class Line:
    """A serial line: `port` is for the agent, `ours` the other end; unplugged and plugged it is another device."""

    def __init__(self, folder: Path) -> None:
        self.port = folder / "adapter"
        self.ours = -1
        self.plug()

    def plug(self) -> None:
        self.ours, theirs = os.openpty()
        tty.setraw(theirs)
        self._theirs = theirs  # kept open: a pty without anybody on it is at its end
        self.port.symlink_to(os.ttyname(theirs))

    def unplug(self) -> None:
        self.port.unlink()
        os.close(self.ours)
        os.close(self._theirs)


class Cable:
    """Two pseudo-terminals joined: `agent` and `device` are their ports, `answer` changes what the device says.

    What it says comes `late_s` after it was said.
    """

    def __init__(self) -> None:
        self.answer: Callable[[bytes], bytes] = lambda said: said
        self.late_s = 0.0
        self._on_the_way: list[tuple[float, bytes]] = []
        self.echoes = False
        self._ends = [os.openpty() for _ in range(2)]
        for _, port in self._ends:
            tty.setraw(port)
        self.agent, self.device = (os.ttyname(port) for _, port in self._ends)
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._is_closed = False
        self._thread.start()

    def close(self) -> None:
        self._is_closed = True
        self._thread.join()
        for pair in self._ends:
            for end in pair:
                os.close(end)

    def _carry(self) -> None:
        (agent, _), (device, _) = self._ends
        while not self._is_closed:
            for end in select.select([agent, device], [], [], 0.01)[0]:
                said = os.read(end, 4096)
                if end == agent:
                    os.write(device, said)
                    if self.echoes:
                        os.write(agent, said)
                elif changed := self.answer(said):
                    self._on_the_way.append((time.monotonic() + self.late_s, changed))
            while self._on_the_way and self._on_the_way[0][0] <= time.monotonic():
                os.write(agent, self._on_the_way.pop(0)[1])
