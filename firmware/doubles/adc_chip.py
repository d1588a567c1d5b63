"""The simulated ADS1220: keeps its four registers and converts what the instrument at hand puts on its inputs.

Written from the datasheet's command table, not from the driver: a wrong command or register gives nothing sensible.
Without its rail it is dead, and a loop has no current while nothing supplies its transmitter.
Inputs: 0 the thermistor (`thermistor`, Ohm) against its series resistor, 2 and 3 the shunts of 4-20 mA loops
(`current`, mA). Faults: `open-circuit`, `short-circuit` of the thermistor, `open-loop`, `adc-absent`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import World

INTERNAL_V = 2.048


class AdcChip:
    """One converter on the simulated SPI."""

    def __init__(self, world: "World", is_on: "Callable[[str], bool]", series_ohm: float, shunt_ohm: float) -> None:
        self._world = world
        self._is_on = is_on
        self._series_ohm = series_ohm
        self._shunt_ohm = shunt_ohm
        self._registers = bytearray(4)
        self._answer = b""

    def write(self, data: bytes) -> None:
        """One transfer from the processor, chip select low."""
        command = data[0]
        self._answer = b""
        if self._world.fault() == "adc-absent" or not self._is_on("instrument"):
            return
        if command & 0xFE == 0x06:
            self._registers = bytearray(4)
        elif command & 0xF0 == 0x40:
            first, count = command >> 2 & 3, (command & 3) + 1
            self._registers[first : first + count] = data[1 : 1 + count]
        elif command & 0xF0 == 0x20:
            first, count = command >> 2 & 3, (command & 3) + 1
            self._answer = bytes(self._registers[first : first + count])
        elif command & 0xF0 == 0x10:
            self._answer = self._code()

    def read(self, count: int) -> bytes:
        """What the chip shifts out, zeros behind its end."""
        return (self._answer + bytes(count))[:count]

    def _code(self) -> bytes:
        channel = (self._registers[0] >> 4) - 8
        is_internal = self._registers[2] >> 6 == 0
        fraction = self._loop_v() / INTERNAL_V if is_internal else self._bridge_ratio()
        if channel not in ((2, 3) if is_internal else (0,)):
            fraction = 0.0
        code = min((1 << 23) - 1, max(0, int(fraction * (1 << 23) + 0.5)))
        return bytes((code >> 16, code >> 8 & 255, code & 255))

    def _bridge_ratio(self) -> float:
        ohm = self._world.quantity("thermistor")
        if self._world.fault() == "open-circuit" or ohm is None:
            return 1.0
        if self._world.fault() == "short-circuit":
            return 0.0
        return ohm / (ohm + self._series_ohm)

    def _loop_v(self) -> float:
        current_ma = self._world.quantity("current")
        if current_ma is None or self._world.fault() == "open-loop":
            return 0.0
        if not self._is_on("field12") and not self._world.says("own_supply"):
            return 0.0
        return current_ma / 1000 * self._shunt_ohm
