"""The unix board: MicroPython's unix VM with the doubles of `machine` and `network`; for tests and the demo."""

import gc
import time

from firmware.boards.unix import pins
from firmware.doubles import simulation
from firmware.doubles.journal import FileJournal
from firmware.node.board import Board, Capture
from firmware.node.drivers import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any

    from firmware.node.drivers import Instrument


class SimulatedCapture(Capture):
    """Edges and samples of the simulated wire."""

    def edges(self, times_us: "array[int]", limit_ms: int) -> int:
        return simulation.capture_edges(times_us, limit_ms)

    def samples(self, codes: "array[int]") -> float:
        return simulation.capture_samples(codes)


class SimulatedPulse:
    """The running total that the simulator gives."""

    def total(self) -> int:
        return simulation.pulse_total()


class UnixBoard(Board):
    """One process is one boot: uptime begins with it, and its end is the loss of the RTC."""

    NAME = "unix"

    def __init__(self, folder: str, has_rtc: bool, has_journal: bool) -> None:
        super().__init__(pins)
        self._start_ms = time.ticks_ms()
        self._has_rtc = has_rtc
        self._pulse = SimulatedPulse()
        simulation.world.path = folder + "/sim.json"
        simulation.world.look("")
        if simulation.world.says("trace"):
            from firmware.doubles.rail_log import RailLog

            simulation.rail_log = RailLog(folder + "/rails.log")
        if has_journal:
            self.journal = FileJournal(folder + "/produced.log")

    def uptime_ms(self) -> int:
        return time.ticks_diff(time.ticks_ms(), self._start_ms)  # a 62-bit count: it does not wrap here

    def sleep_s(self, seconds: float) -> None:
        time.sleep(seconds)

    def bus(self, instrument: "Instrument") -> "Any":
        """The simulated bus; a fault that no simulated part acts out fails the reading here, under its own name."""
        simulation.world.look(instrument.id)
        reason = simulation.world.fault()
        if reason and reason not in simulation.ACTED_OUT:
            raise ReadFailed(reason, "simulated")
        return super().bus(instrument)

    def rtc_s(self) -> int | None:
        return simulation.rtc_s() if self._has_rtc else None

    def heap_free_bytes(self) -> int:
        gc.collect()
        return gc.mem_free()

    def serial(self) -> str:
        return "unix-vm"

    def capture(self) -> Capture:
        return SimulatedCapture()
