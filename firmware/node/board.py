"""Board: the seam between the node and what it runs on; pins and rails come from the generated table of the board.

`boards/<name>/` holds one subclass of Board and one of Capture. Nothing else in the node knows a pin or a port.
"""

import time

from machine import ADC, PWM, SPI, UART, Pin

from .buses.ads1220 import Ads1220
from .drivers import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any

    from .drivers import Instrument
    from .pack import Reading

PULSE_DEAD_MS = 20


class Capture:
    """What must keep time while a wire swings."""

    def edges(self, times_us: "array[int]", limit_ms: int) -> int:
        """Fills `times_us` with times of rising edges; returns how many came within `limit_ms`."""
        raise NotImplementedError

    def samples(self, codes: "array[int]") -> float:
        """Fills `codes` with 16-bit conversions; returns the time between two of them in us."""
        raise NotImplementedError


class Journal:
    """Is told what the node makes; silent on a field board."""

    def made(self, seq: int, readings: "list[Reading]", boot: int, time_ms: int, is_unix: bool) -> None:
        """Pack `seq` is about to be kept; `time_ms` is Unix time, or uptime of `boot`."""

    def kept(self, seq: int) -> None:
        """Pack `seq` is on flash."""

    def dropped(self, first: int, last: int) -> None:
        """These packs were given up for want of room."""

    def void(self, seq: int, reason: str) -> None:
        """A void pack goes in the place of `seq`."""

    def timed(self, boot: int, offset_ms: int) -> None:
        """The first time of this boot is known."""


class Board:
    """Pins, rails, buses, sleep and the uptime that runs through sleep. `table` is the board's generated `pins`."""

    NAME = ""
    SDI12_UART = 1

    def __init__(self, table: "Any") -> None:
        self.pins: dict[str, int] = table.PINS
        self.constants: dict[str, float] = table.CONSTANTS
        self.rails: dict[str, bytes] = table.RAILS
        self._rail_of_bus: dict[str, str] = table.BUSES
        self.journal = Journal()
        self._adc: Ads1220 | None = None
        self._pulse: Any = None  # lives on between readings: it counts

    def uptime_ms(self) -> int:
        """Milliseconds since the boot (the loss of the RTC), sleep included; never goes back, never wraps."""
        raise NotImplementedError

    def sleep_s(self, seconds: float) -> None:
        """Sleeps; a deep sleep does not return but starts the program again."""
        raise NotImplementedError

    def rtc_s(self) -> int | None:
        """What a real-time clock with a cell says, in seconds of this port's epoch; None where there is none."""
        return None

    def epoch_year(self) -> int:
        """The year in which this port's `time.time()` is 0."""
        return time.gmtime(0)[0]

    def heap_free_bytes(self) -> int:
        """Free heap after a collection."""
        return 0

    def identify(self) -> None:
        """Blinks, so that a person finds the node among others."""
        led = Pin(self.pin("led"), Pin.OUT)
        for is_on in (1, 0) * 5:
            led.value(is_on)
            time.sleep(0.1)

    def serial(self) -> str:
        """The processor's own number."""
        raise NotImplementedError

    def recall(self) -> bytes | None:
        """What `remember` was given before the sleep; None after a loss of the RTC."""
        return None

    def remember(self, data: bytes) -> None:
        """Keeps up to 2 kB through sleep."""

    def feed(self) -> None:
        """Holds off the watchdog for one more cycle."""

    def network_up(self, limit_s: float) -> None:
        """Brings the radio up within `limit_s` or raises OSError."""

    def network_down(self) -> None:
        """Switches the radio off."""

    def capture(self) -> Capture:
        """What times edges and samples."""
        raise NotImplementedError

    def rail(self, name: str, is_on: bool) -> None:
        """Switches a supply rail. What hung on it is let go: a pin that stays high would feed the dead chips."""
        if not is_on:
            self._adc = None
            for gpio in self.rails[name]:
                Pin(gpio, Pin.IN)
        Pin(self.pins["rail_" + name], Pin.OUT).value(1 if is_on else 0)

    def rails_of(self, instrument: "Instrument") -> tuple[str, str]:
        """The rail of its bus, and the one that it is itself supplied from; empty where there is none."""
        return self._rail_of_bus[instrument.driver.BUS], instrument.rail

    def bus(self, instrument: "Instrument") -> "Any":
        """The bus that an instrument's driver asks for. Raises ReadFailed where the board has not its rail."""
        if instrument.rail and instrument.rail not in self.rails:
            raise ReadFailed("unknown-rail", instrument.rail)
        return self.open(instrument.driver.BUS, instrument.settings)

    def open(self, bus: str, settings: "dict[str, float | str]") -> "Any":
        """A bus by its name (node/buses)."""
        return getattr(self, "_open_" + bus)(settings)

    def pin(self, name: str) -> int:
        """The GPIO of a pin of the table."""
        return self.pins[name]

    def converter(self) -> Ads1220:
        """The instrument board's converter."""
        if self._adc is None:
            spi = SPI(
                1,
                baudrate=1000000,
                polarity=0,
                phase=1,
                sck=Pin(self.pin("adc_sck")),
                mosi=Pin(self.pin("adc_mosi")),
                miso=Pin(self.pin("adc_miso")),
            )
            self._adc = Ads1220(spi, Pin(self.pin("adc_cs"), Pin.OUT))
        return self._adc

    def _open_loop(self, settings: dict[str, float]) -> "Any":
        from .buses.loop import LoopBus

        return LoopBus(self.converter(), int(settings["input"]), self.constants["loop_shunt_ohm"])

    def _open_sdi12(self, settings: dict[str, float]) -> "Any":
        from .buses.sdi12 import Sdi12Bus

        uart = UART(
            self.SDI12_UART,
            baudrate=1200,
            bits=7,
            parity=0,
            stop=1,
            tx=Pin(self.pin("sdi12_tx")),
            rx=Pin(self.pin("sdi12_rx")),
        )
        return Sdi12Bus(uart, Pin(self.pin("sdi12_de"), Pin.OUT))

    def _open_pulse(self, settings: dict[str, float]) -> "Any":
        if self._pulse is None:
            from .buses.pulse import PulseBus

            self._pulse = PulseBus(Pin(self.pin("pulse"), Pin.IN, Pin.PULL_UP), self.uptime_ms, PULSE_DEAD_MS)
        return self._pulse

    def _open_voltage(self, settings: dict[str, float]) -> "Any":
        from .buses.voltage import VoltageBus

        return VoltageBus(
            ADC(Pin(self.pin("battery_sense"))), self.constants["adc_reference_v"], self.constants["battery_divider"]
        )

    def _open_vw(self, settings: dict[str, float]) -> "Any":
        from .buses.vw import VwBus

        select = (Pin(self.pin("vw_select_0"), Pin.OUT), Pin(self.pin("vw_select_1"), Pin.OUT))
        return VwBus(
            PWM(Pin(self.pin("vw_excite"))),
            select,
            int(settings["channel"]),
            self.capture(),
            self.converter(),
            self.constants["adc_reference_v"],
            self.constants["thermistor_series_ohm"],
        )
