"""Keeps the parts of a site running: starts them in order, restarts what dies, ends all in the reverse order."""

import math
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO, Final

import msgspec

from tailwatch.process import Command, Process

FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 30.0
STEADY_AFTER_S: Final = 60.0
READY_WITHIN_S: Final = 60.0
POLL_S: Final = 0.05
MAX_LINE_BYTES: Final = 8192


class NotStarted(Exception):
    """A part that the others need did not come up at the start; its own lines were told before."""


class SitePart(msgspec.Struct, frozen=True):
    """One program of the site.

    `is_ready` says that the next part may start. A part that others need (`is_needed`) and that does not come up at
    the first start ends the start; any other is tried again for ever, but for one that ends with a code of
    `ends_for_good`. `prepare` runs once, when the part is ready. Parts of one `stage` are ended together, the highest
    stage first.
    """

    command: Command
    stage: int
    is_ready: Callable[[], bool] | None = None
    is_needed: bool = False
    prepare: Callable[[], None] | None = None
    ends_for_good: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return self.command.name


class WatchedPart:
    """A part as it runs: its process, when it started, and how long to wait before the next try."""

    def __init__(self, part: SitePart) -> None:
        self.part = part
        self.process: Process | None = None
        self.started_s = 0.0
        self.wait_s = FIRST_WAIT_S
        self.due_s = 0.0
        self.restarts = 0
        self.state = "waiting"


Tell = Callable[[str, str], None]
"""Takes the name of a part and a line: what the part wrote, or what became of it."""


class Supervisor:
    """All parts of one site. Start, poll and end it from one thread: a child dies with the thread that made it."""

    def __init__(self, parts: Sequence[SitePart], tell: Tell) -> None:
        self.watched = {part.name: WatchedPart(part) for part in parts}
        self._tell = tell

    def start(self) -> None:
        """Start every part in order, each when the one before it is ready; raise NotStarted."""
        for watched in self.watched.values():
            self._launch(watched)
            self._until_ready(watched)
            if watched.part.prepare is not None:
                watched.part.prepare()

    def poll(self) -> None:
        """Restart what died and is due. Call it often; it does not wait."""
        now_s = time.monotonic()
        for watched in self.watched.values():
            if watched.process is None:
                if watched.state != "waiting" and now_s >= watched.due_s:
                    watched.restarts += 1
                    self._launch(watched)
            elif not watched.process.is_alive:
                self._died(watched, now_s)
            elif now_s - watched.started_s > STEADY_AFTER_S:
                watched.wait_s = FIRST_WAIT_S

    def end(self, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """End all parts in order, stage by stage, the highest first; with SIGKILL once `is_urgent` turns true."""
        for stage in sorted({watched.part.stage for watched in self.watched.values()}, reverse=True):
            self._end_stage([watched for watched in self.watched.values() if watched.part.stage == stage], is_urgent)

    def _launch(self, watched: WatchedPart) -> None:
        process = Process(watched.part.command, subprocess.PIPE)
        watched.process, watched.started_s, watched.state = process, time.monotonic(), "running"
        name = watched.part.name
        if process.popen.stdout is not None:
            threading.Thread(target=_read, args=(process.popen.stdout, name, self._tell), daemon=True).start()
        self._tell(name, f"started (process {process.pid})")

    def _until_ready(self, watched: WatchedPart) -> None:
        """Wait for a part; one that nobody needs and that does not come up is told and left to `poll`."""
        part = watched.part
        deadline_s = time.monotonic() + READY_WITHIN_S
        while part.is_ready is not None and not part.is_ready():
            if not part.is_needed:
                self.poll()
            elif watched.process is None or not watched.process.is_alive:
                raise NotStarted(f"{part.name} ended at its start; its last lines say why")
            if time.monotonic() > deadline_s:
                late = f"was not ready within {READY_WITHIN_S:.0f} s"
                if part.is_needed:
                    raise NotStarted(f"{part.name} {late}")
                self._tell(part.name, late)
                return
            time.sleep(POLL_S)

    def _died(self, watched: WatchedPart, now_s: float) -> None:
        if watched.process is None:
            return
        code = watched.process.popen.returncode
        if code in watched.part.ends_for_good:
            watched.process, watched.state, watched.due_s = None, "ended", math.inf
            self._tell(watched.part.name, f"ended ({_ending(code)}), as its last lines say; it is not started again")
            return
        watched.process, watched.state = None, "restarting"
        watched.due_s = now_s + watched.wait_s
        self._tell(watched.part.name, f"died ({_ending(code)}); starts again in {watched.wait_s:.1f} s")
        watched.wait_s = min(2 * watched.wait_s, LONGEST_WAIT_S)

    def _end_stage(self, stage: list[WatchedPart], is_urgent: Callable[[], bool]) -> None:
        running = [(watched, watched.process) for watched in stage if watched.process is not None]
        for _, process in running:
            process.ask_to_stop()
        for watched, process in running:
            code = process.stop(is_urgent)
            watched.process, watched.state = None, "ended"
            self._tell(watched.part.name, f"ended ({_ending(code)})")


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _read(stream: IO[bytes], name: str, tell: Tell) -> None:
    """Pass on each line a part writes; a line without end is cut at MAX_LINE_BYTES."""
    with stream:
        while line := stream.readline(MAX_LINE_BYTES):
            tell(name, line.decode(errors="replace").rstrip())
