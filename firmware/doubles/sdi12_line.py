"""The simulated SDI-12 line: answers as the instrument at hand, with CRC, or as a fault has it.

The values are the instrument's channels in the order in which the real one would send them (ORDER). Faults: `timeout`
(no answer), `crc`, `garbled`. Without the 12 V rail nobody is heard.
"""

from firmware.doubles import simulation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import World

ORDER = ("pressure", "tilt", "tilt-b", "ph", "conductivity", "temperature", "orp", "turbidity")
ORDER += tuple(["tilt-%d" % number for number in range(1, 10)])


def crc(text: bytes) -> bytes:
    """CRC-16 with the polynomial x16 + x15 + x2 + 1, bit by bit, as three characters."""
    register = 0
    for byte in text:
        for bit in range(8):
            feedback = (register ^ byte >> bit) & 1
            register >>= 1
            if feedback:
                register ^= 0xA001
    return bytes((64 + register // 4096, 64 + register // 64 % 64, 64 + register % 64))


class Sdi12Line:
    """A UART with the instrument at its other end."""

    def __init__(self, world: "World", is_on: "Callable[[str], bool]") -> None:
        self._world = world
        self._is_on = is_on
        self._answer = b""

    def sendbreak(self) -> None:
        """Wakes the instrument."""
        self._answer = b""

    def write(self, command: bytes) -> None:
        """Takes `aMC!` and `aD0!`."""
        if command == b"?!" and self._is_on("field12") and self._world.bench().get("sdi_instrument"):
            self._answer = b"0\r\n"
            return
        values = [value for value in [self._world.quantity(name) for name in ORDER] if value is not None]
        fault = self._world.fault()
        if fault == "timeout" or not values or command[-1:] != b"!":
            return
        log = simulation.rail_log
        if not self._is_on("field12") or (log and log.on_s("field12") < self._world.says("warm_up_s")):
            return
        address, rest = command[:1], command[1:-1]
        if rest == b"MC":
            self._answer = address + b"000%d\r\n" % len(values)
        elif rest == b"D0":
            text = address + "".join(["%+.7g" % value for value in values]).encode()
            check = b"AAA" if fault == "crc" else crc(text)
            self._answer = (b"\xff\x00?!" if fault == "garbled" else text + check) + b"\r\n"

    def flush(self) -> None:
        """All is sent at once."""

    def read(self) -> bytes | None:
        """What has arrived, or None."""
        answer, self._answer = self._answer, b""
        return answer or None
