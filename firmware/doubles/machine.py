"""Double of `machine` for the unix VM: pins, converters, pulse width and SPI that lead into the simulated world.

A simulator writes `sim.json` (world.py); the drivers above see what real hardware would give them.
"""

from firmware.boards.unix.pins import CONSTANTS, PINS
from firmware.doubles import simulation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.doubles.adc_chip import AdcChip
    from firmware.doubles.sdi12_line import Sdi12Line


class Pin:
    """A pin that remembers its level; one that is made an input lets go of it."""

    IN, OUT, PULL_UP, IRQ_FALLING, IRQ_RISING = 0, 1, 2, 4, 8
    _levels: dict[int, int] = {}

    def __init__(self, number: int, mode: int = -1, pull: int = -1, value: int | None = None) -> None:
        self.number = number
        if mode == self.IN:
            self._levels.pop(number, None)
        if value is not None:
            self._levels[number] = value

    def value(self, level: int | None = None) -> int | None:
        """Reads the level, or sets it."""
        if level is None:
            if simulation.world.bench():
                return _bench().level(self.number)
            return self._levels.get(self.number, 0)
        self._levels[self.number] = level
        if simulation.rail_log is not None:
            simulation.rail_log.drive(self.number, level, self._levels)
        return None


def is_on(rail: str) -> bool:
    """Whether a switched supply is on."""
    return bool(Pin._levels.get(PINS["rail_" + rail]))


class ADC:
    """The processor's own converter; the battery is behind its divider."""

    def __init__(self, pin: Pin) -> None:
        self._number = pin.number

    def read_u16(self) -> int:
        """A 16-bit code."""
        if simulation.world.bench():
            return _bench().code(self._number)
        if self._number != PINS["battery_sense"]:
            return 0
        volts = (simulation.world.quantity("voltage", 0.0) or 0.0) / CONSTANTS["battery_divider"]
        return min(65535, max(0, int(volts / CONSTANTS["adc_reference_v"] * 65535 + 0.5)))


class PWM:
    """The excitation: remembers the band that it swept since it was last silent."""

    def __init__(self, pin: Pin) -> None:
        self._hz = 0
        self._is_on = False

    def freq(self, hz: int) -> None:
        """Sets the frequency."""
        self._hz = hz

    def duty_u16(self, duty: int) -> None:
        """Switches on (and takes note of the frequency) or off."""
        if duty and not self._is_on:
            simulation.sweep_hz[0] = simulation.sweep_hz[1] = self._hz
        elif duty:
            simulation.sweep_hz[0] = min(simulation.sweep_hz[0], self._hz)
            simulation.sweep_hz[1] = max(simulation.sweep_hz[1], self._hz)
        self._is_on = duty > 0
        simulation.sounding_hz = self._hz if self._is_on else 0


def SPI(number: int, **wiring: object) -> "AdcChip":
    """The bus to the instrument board's converter. Simulated parts are imported where they are used: heap is short."""
    from firmware.doubles.adc_chip import AdcChip

    if simulation.world.bench():
        return _bench().BenchChip(simulation.world)
    return AdcChip(simulation.world, is_on, CONSTANTS["thermistor_series_ohm"], CONSTANTS["loop_shunt_ohm"])


def I2C(number: int, **wiring: object) -> "Any":
    """F-RAM and clock, which are there on a bench only."""
    return _bench().BenchI2C(number)


def _bench() -> "Any":
    from firmware.doubles import bench

    bench.levels = Pin._levels
    return bench


def UART(number: int, **wiring: object) -> "Sdi12Line":
    """The SDI-12 line; RS-485 has no simulated instrument yet."""
    from firmware.doubles.sdi12_line import Sdi12Line

    return Sdi12Line(simulation.world, is_on)


def unique_id() -> bytes:
    """The same eight bytes on every VM."""
    return b"unix-vm\x00"
