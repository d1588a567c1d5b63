"""Bring-up: measures one thing of a new board at a time, as a person asks at the console; it judges nothing.

`import bring_up` says what the board is, `bring_up.do("thermistor 2")` prints one line of JSON: what was measured, or
why it could not be. Limits, order and fixtures stand in hardware/bring_up.toml, and `tailwatch device bring-up` asks.
Every pin is from the board's own table. F-RAM: Cypress 001-84458 Rev. K, page 6; clock: as two drivers have it.
"""

import gc
import json
import time

from machine import ADC, I2C, PWM, Pin

from .birth import VERSION
from .buses.loop import LoopBus
from .buses.vw import VwBus
from .drivers import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board

MEMORY, CLOCK = 0x50, 0x52
PATTERN = b"\x55\xaa\x0f\xf0"
FIELD_INPUT, FIELD_DIVIDER = 1, 11.0  # R58 and R59 of the instrument board
TONE_HZ, TONE_MS, TONE_EDGES = 2000, 200, 100
CLOSINGS, CLOSED_MS = 5, 40  # longer than the dead time of 20 ms and the 4.7 ms of the input
CLOCK_S = 2.5
SETTLE_S = 0.3  # of a rail, before anything on it is asked


class BringUp:
    """The board on the bench, by its own buses."""

    def __init__(self, board: "Board", revision: str) -> None:
        self._board = board
        for name in board.rails:
            board.rail(name, False)
        head = {"board": board.NAME, "revision": revision, "firmware": VERSION, "serial": board.serial()}
        print(json.dumps({"bring_up": head}))

    def do(self, asked: str) -> None:
        """Prints the answer to one question; what fails is a sentence, and nothing is left out."""
        self._board.feed()
        gc.collect()
        name, _, rest = asked.partition(" ")
        try:
            found = {"did": asked, "value": getattr(self, "_" + name)(*rest.split())}
        except (ReadFailed, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            found = {"did": asked, "failed": repr(error)}
        print(json.dumps(found))

    def _rail(self, name: str, level: str) -> int:
        self._board.rail(name, level == "1")
        time.sleep(SETTLE_S)
        return int(level)

    def _led(self) -> int:
        self._board.identify()
        return 1

    def _level(self, name: str) -> int:
        return int(Pin(self._board.pin(name), Pin.IN).value())

    def _battery(self) -> float:
        constants = self._board.constants
        code = ADC(Pin(self._board.pin("battery_sense"))).read_u16()
        return round(code / 65535 * constants["adc_reference_v"] * constants["battery_divider"], 3)

    def _i2c(self) -> I2C:
        return I2C(0, scl=Pin(self._board.pin("i2c_scl")), sda=Pin(self._board.pin("i2c_sda")))

    def _memory(self) -> int:
        i2c = self._i2c()
        before = i2c.readfrom_mem(MEMORY, 0, len(PATTERN), addrsize=16)
        i2c.writeto_mem(MEMORY, 0, PATTERN, addrsize=16)
        found = i2c.readfrom_mem(MEMORY, 0, len(PATTERN), addrsize=16)
        i2c.writeto_mem(MEMORY, 0, before, addrsize=16)
        return sum([found[i] != PATTERN[i] for i in range(len(PATTERN))])

    def _clock(self) -> int:
        i2c = self._i2c()
        first = self._seconds(i2c)
        time.sleep(CLOCK_S)
        return (self._seconds(i2c) - first) % 60

    def _seconds(self, i2c: I2C) -> int:
        code = i2c.readfrom_mem(CLOCK, 0, 1)[0]
        return (code >> 4 & 7) * 10 + (code & 15)

    def _converter(self) -> int:
        try:
            self._board.converter().volts(FIELD_INPUT)
        except ReadFailed:
            return 0
        return 1

    def _supply(self) -> float:
        return round(self._board.converter().supply_v(), 3)

    def _field(self) -> float:
        return round(self._board.converter().volts(FIELD_INPUT) * FIELD_DIVIDER, 3)

    def _rest(self) -> float:
        code = ADC(Pin(self._board.pin("vw_signal"))).read_u16()
        return round(code / 65535 * self._board.constants["adc_reference_v"], 3)

    def _wires(self, channel: str) -> VwBus:
        return self._board.open("vw", {"channel": int(channel)})

    def _thermistor(self, channel: str) -> float:
        wires = self._wires(channel)
        wires.choose()
        time.sleep(0.02)  # 0.35 ms of R57 and C16, many times
        return round(wires.thermistor_ohm(), 1)

    def _wire(self, channel: str) -> float:
        wires = self._wires(channel)
        wires.choose()
        tone = PWM(Pin(self._board.pin("vw_excite")))
        tone.freq(TONE_HZ)
        tone.duty_u16(32768)
        times_us, count = wires.edges(TONE_MS)
        tone.duty_u16(0)
        if count < TONE_EDGES:
            raise ReadFailed("no-signal", "%d edges" % count)
        return round((count - 1) * 1e6 / (times_us[count - 1] - times_us[0]), 1)

    def _loop(self, channel: str) -> float:
        volts = self._field()
        bus = LoopBus(self._board.converter(), int(channel), self._board.constants["loop_shunt_ohm"])
        current_a = bus.shunt_v() / bus.shunt_ohm
        if current_a < 1e-4:
            raise ReadFailed("open-loop", "%.3f mA" % (current_a * 1000))
        return round(volts / current_a, 1)

    def _pulse(self) -> int:
        return self._closings("sdi12", 0)  # a mark is 0 V on the line, a space 5 V

    def _drive(self, opens: str) -> int:
        return self._closings("rs485", int(opens))

    def _closings(self, bus: str, opens: int) -> int:
        """The node's own driver closes and opens the contact over a wire to PULSE; `opens` is what it sends to open."""
        direction, line = Pin(self._board.pin(bus + "_de"), Pin.OUT), Pin(self._board.pin(bus + "_tx"), Pin.OUT)
        pulse = Pin(self._board.pin("pulse"), Pin.IN, Pin.PULL_UP)
        direction.value(1)
        closings, before = 0, 1
        for half in range(2 * CLOSINGS + 1):
            line.value(opens ^ half % 2)
            time.sleep(CLOSED_MS / 1000)
            level = pulse.value()
            closings += before and not level
            before = level
        direction.value(0)
        Pin(self._board.pin(bus + "_tx"), Pin.IN)
        return closings

    def _deaf(self) -> int:
        direction, line = Pin(self._board.pin("sdi12_de"), Pin.OUT), Pin(self._board.pin("sdi12_tx"), Pin.OUT)
        direction.value(1)
        line.value(0)
        time.sleep(0.01)
        level = self._level("sdi12_rx")
        direction.value(0)
        Pin(self._board.pin("sdi12_tx"), Pin.IN)
        return level
