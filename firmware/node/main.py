"""The node: joins the rooms in the order of a wake cycle, from drivers to sleep (docs/architecture.md)."""

import gc
import json

from . import pack, power, sampling
from .clock import Clock, unix_s
from .commands import Commands
from .loading import borrowed
from .memory import Memory
from .outbox import Outbox
from .slots import Slots
from .tracking import Tracking
from .uplink import Uplink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .configuration import Configuration, Identity

STEP_WORTH_TELLING_MS = 1000


class Node:
    """One node with its files in `folder`."""

    def __init__(self, board: "Board", identity: "Identity", folder: str) -> None:
        slots = Slots(folder + "/configuration")
        self.board = board
        self.configuration: Configuration = borrowed("settings").in_force(identity, slots)
        box = Outbox(folder + "/outbox", self.configuration.outbox_bytes, self.configuration.segment_bytes)
        self.tracking = Tracking(box, int(self.configuration.resend_after_s * 1000))
        self.memory = Memory(Slots(folder + "/memory"))
        self.faults: list[tuple[str, str]] = []
        woken = board.recall()
        state = None if woken is None else json.loads(woken)
        if state is None:
            self.faults = borrowed("boot").begin(self.memory, box)
        else:
            self.memory.boot = state[2]
        self.clock = Clock(self.memory.boot, self.memory.offsets)
        for boot, offset_ms in self.memory.offsets.items():
            board.journal.timed(boot, offset_ms)  # again: a kill may have come between flash and journal
        if state is not None:
            self.tracking.restore(state[0])
            self.clock.restore(*state[1])
        self.commands = Commands(self.memory, slots)
        self.commands.in_force = self.configuration.hash
        self.uplink = Uplink(board, identity, self.tracking, self.clock, self.commands, self.memory)
        self._told_long_ms = 0  # the interval that was told to be too short for what is measured
        self._read_rtc()

    def run(self, cycles: int) -> None:
        """Cycles so many times, 0 is for ever; between two cycles it sleeps."""
        done = 0
        while True:
            start_ms = self.board.uptime_ms()
            self.board.feed()
            may_link = self.measure(start_ms)
            until_ms = self._next_ms(start_ms)
            if may_link:
                self.talk(until_ms)
            self.apply()
            done += 1
            if done == cycles:
                break
            self.rest(until_ms)
        self.uplink.leave(None)
        self.tracking.outbox.close()

    def measure(self, start_ms: int) -> bool:
        """Drivers -> pack -> outbox; returns whether the battery allows the radio."""
        instruments = self.configuration.instruments
        readings, faults = sampling.sample(self.board, instruments)
        faults = self.faults + faults
        self.faults = []
        self._keep(readings, faults, start_ms)
        self.commands.report = self._report(faults)
        return power.allows_link(readings, self.configuration.link_least_v, power.batteries(instruments))

    def talk(self, until_ms: int) -> None:
        """Link up -> ack, time, commands -> packs; the link stays open where the next cycle is near."""
        gc.collect()  # what it was measured with: a link needs the room
        if self._interval_s() < self.configuration.hold_link_below_s:
            self.uplink.hold(self.configuration, self._interval_s(), until_ms)
            return
        limit_ms = self.board.uptime_ms() + int(self.configuration.link_limit_s * 1000)
        self.uplink.visit(self.configuration, self._interval_s(), min(limit_ms, until_ms), until_ms)

    def apply(self) -> None:
        """Puts in force what the commands of this cycle changed, and notes a step of the clock."""
        if abs(self.clock.stepped_ms) > STEP_WORTH_TELLING_MS:
            self.faults.append(("clock", "stepped by %d ms" % self.clock.stepped_ms))
        self.clock.stepped_ms = 0
        if self.commands.wants_identify:
            self.commands.wants_identify = False
            self.board.identify()
        if self.commands.accepted is not None:
            self.configuration, self.commands.accepted = self.commands.accepted, None
            self.tracking.resend_after_ms = int(self.configuration.resend_after_s * 1000)
            self.tracking.outbox.resize(self.configuration.outbox_bytes, self.configuration.segment_bytes)
            self.uplink.introduce(self.configuration, self._interval_s())
        gc.collect()

    def rest(self, until_ms: int) -> None:
        """Sleeps until the next cycle; a board that loses its memory keeps the repeat timer, the time and the boot."""
        left_ms = until_ms - self.board.uptime_ms()
        if left_ms > 0:
            kept = [self.tracking.timer(), self.clock.state(), self.memory.boot]
            self.board.remember(json.dumps(kept).encode())
            self.board.sleep_s(left_ms / 1000)

    def _keep(self, readings: list[pack.Reading], faults: list[tuple[str, str]], start_ms: int) -> None:
        unix_ms = self.clock.now_ms(start_ms)
        mode, time_ms = (pack.UPTIME, start_ms) if unix_ms is None else (pack.UNIX, unix_ms)
        box, journal = self.tracking.outbox, self.board.journal
        kept = box.oldest_unacked
        journal.made(box.next_seq, readings, self.memory.boot, time_ms, mode == pack.UNIX)
        journal.kept(box.append(pack.body(mode, self.memory.boot, time_ms, readings, faults)))
        if box.oldest_unacked > kept:
            journal.dropped(kept, box.oldest_unacked - 1)

    def _interval_s(self) -> float:
        return self.memory.interval_s or self.configuration.interval_s

    def _next_ms(self, start_ms: int) -> int:
        """When the next cycle starts: on whole multiples of the interval once the time is known.

        Starts that went by while it measured are left out, so that there is always time for the link and for sleep.
        """
        interval_ms = int(self._interval_s() * 1000)
        unix_ms = self.clock.now_ms(start_ms)
        next_ms = start_ms + interval_ms
        if unix_ms is not None:
            next_ms += interval_ms // 2 - (unix_ms + interval_ms // 2) % interval_ms
        over_ms = self.board.uptime_ms() - next_ms
        if over_ms < 0:
            return next_ms
        if self._told_long_ms != interval_ms:
            self._told_long_ms = interval_ms
            took_ms = self.board.uptime_ms() - start_ms
            self.faults.append(("cycle", "measuring takes %d ms, longer than the interval" % took_ms))
        return next_ms + (over_ms // interval_ms + 1) * interval_ms

    def _report(self, faults: list[tuple[str, str]]) -> dict[str, object]:
        box = self.tracking.outbox
        return {
            "faults": [source for source, _ in faults],
            "outbox": [box.oldest_unacked, box.sent, box.next_seq, box.dropped],
            "link_losses": self.uplink.losses,
            "heap_free_bytes": self.board.heap_free_bytes(),
        }

    def _read_rtc(self) -> None:
        seconds = self.board.rtc_s()
        if seconds is not None and not self.clock.is_set:
            unix = unix_s(seconds, self.board.epoch_year())
            if unix is not None:
                self.clock.set(unix * 1000, self.board.uptime_ms(), 1000)
                self.memory.save()


def start(board: "Board", identity: "Identity", folder: str) -> None:
    """Runs the node until its cycles are done."""
    Node(board, identity, folder).run(identity.cycles)
