"""The vibrating-wire channel: excitation, edges and samples of the answer, and the thermistor in the same cable.

What must keep time (edges, samples) is the board's, passed in as `capture`: interrupts on a microcontroller, the
simulated wire on the VM.
"""

import time
from array import array

from ..drivers import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import PWM, Pin

    from ..board import Capture
    from .ads1220 import Ads1220

SWEEP_STEPS = 32
FULL_SCALE_CODE = 65535
EDGES, SAMPLES = 256, 1024
THERMISTOR_INPUT = 0  # behind the same multiplexer as the coil

# Made once and early: later the heap has room, but not in one piece.
_times_us = array("i", bytes(4 * EDGES))
_codes = array("H", bytes(2 * SAMPLES))


class VwBus:
    """One of four wires behind a multiplexer whose address pins are `select`."""

    def __init__(
        self,
        excite: "PWM",
        select: "tuple[Pin, Pin]",
        channel: int,
        capture: "Capture",
        adc: "Ads1220",
        full_scale_v: float,
        series_ohm: float,
    ) -> None:
        self.volts_per_count = full_scale_v / FULL_SCALE_CODE
        self._excite = excite
        self._select = select
        self._channel = channel
        self._capture = capture
        self._adc = adc
        self._series_ohm = series_ohm

    def choose(self) -> None:
        """Has the multiplexer lead to this wire and its thermistor."""
        self._select[0].value(self._channel & 1)
        self._select[1].value(self._channel >> 1)

    def pluck(self, low_hz: float, high_hz: float, sweep_ms: int, settle_ms: int) -> None:
        """Sweeps the excitation through the band, then waits for the coil to fall silent."""
        self.choose()
        for step in range(SWEEP_STEPS):
            self._excite.freq(int(low_hz + (high_hz - low_hz) * step / (SWEEP_STEPS - 1)))
            self._excite.duty_u16(32768)
            time.sleep(sweep_ms / SWEEP_STEPS / 1000)
        self._excite.duty_u16(0)
        time.sleep(settle_ms / 1000)

    def edges(self, limit_ms: int) -> "tuple[array[int], int]":
        """(times of rising edges in us, how many there are) of at most EDGES edges within `limit_ms`."""
        return _times_us, self._capture.edges(_times_us, limit_ms)

    def samples(self) -> "tuple[array[int], float]":
        """(SAMPLES 16-bit codes, time between two of them in us)."""
        return _codes, self._capture.samples(_codes)

    def thermistor_ohm(self) -> float:
        """Resistance of the thermistor against the series resistor, ratiometric: the reference cancels."""
        ratio = self._adc.ratio(THERMISTOR_INPUT)
        if ratio >= 0.999:
            raise ReadFailed("open-circuit", "thermistor")
        if ratio <= 0.001:
            raise ReadFailed("short-circuit", "thermistor")
        return self._series_ohm * ratio / (1 - ratio)
