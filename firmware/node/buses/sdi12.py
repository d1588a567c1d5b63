"""SDI-12: break, command, answer, at 1200 baud 7E1, and the measurement sequence with its CRC.

Source: secondary; written from knowledge of SDI-12 version 1.4, not from the text of the standard. The CRC's test
vector is the one its section 4.4.12 is known for. Service requests are taken; concurrent measurement is not used.
"""

import time

from ..drivers import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import UART, Pin

BREAK_MS, MARK_MS = 12, 9
ANSWER_MS = 100  # 15 ms to begin, and the characters at 8.33 ms each follow
LATE_MS = 200
CHAR_MS = 9
MAX_ANSWER = 80
TRIES = 3
MAX_WAIT_S = 60


class Sdi12Bus:
    """One data line; `direction` is high while the node talks."""

    def __init__(self, uart: "UART", direction: "Pin") -> None:
        self._uart = uart
        self._direction = direction

    def ask(self, command: str) -> str:
        """The answer to a command, without its line end; three tries. Raises ReadFailed("timeout")."""
        for _ in range(TRIES):
            self._say(command)
            answer = self.listen(ANSWER_MS)
            if answer:
                return answer
            self.listen(LATE_MS)  # what comes late is dropped: a page of values does not say which one it is
        raise ReadFailed("timeout", "no answer to " + command)

    def listen(self, limit_ms: int) -> str:
        """What arrives until a line end, or an empty text when nothing does in time."""
        heard = b""
        silent_ms = 0
        while silent_ms < limit_ms and len(heard) < MAX_ANSWER:
            data = self._uart.read()
            if data:
                heard += data
                silent_ms = 0
                if heard[-2:] == b"\r\n":
                    break
            else:
                time.sleep(CHAR_MS / 1000)
                silent_ms += CHAR_MS
        # Noise on the line is not text: it is dropped, and what is left fails its check. 127 is a character of the CRC.
        return "".join([chr(byte) for byte in heard if 32 <= byte <= 127])

    def _say(self, command: str) -> None:
        self._direction.value(1)
        self._uart.sendbreak()
        time.sleep((BREAK_MS + MARK_MS) / 1000)
        self._uart.write(command.encode())
        self._uart.flush()
        self._direction.value(0)


def crc(text: str) -> str:
    """The three characters behind an answer: CRC-16 (0xA001, from 0) in six-bit groups from 0x40."""
    value = 0
    for char in text:
        value ^= ord(char)
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return chr(0x40 | value >> 12) + chr(0x40 | value >> 6 & 0x3F) + chr(0x40 | value & 0x3F)


def numbers(text: str) -> list[float]:
    """The signed numbers of an answer such as `+3.14-2`. Raises ReadFailed("garbled")."""
    found = []
    word = ""
    for char in text + "+":
        if char in "+-" and word:
            try:
                found.append(float(word))
            except ValueError:
                raise ReadFailed("garbled", text)
            word = ""
        word += char
    return found


def measure(bus: Sdi12Bus, address: str, count: int) -> list[float]:
    """The first `count` values of one measurement with CRC. Raises ReadFailed."""
    answer = bus.ask(address + "MC!")
    if answer[:1] != address or len(answer) != 5 or not _is_number(answer[1:]):
        raise ReadFailed("garbled", answer)
    wait_s, promised = int(answer[1:4]), int(answer[4])
    if promised < count or wait_s > MAX_WAIT_S:
        raise ReadFailed("too-few-values", answer)
    if wait_s:
        bus.listen(wait_s * 1000)  # the service request comes earlier, or not at all
    values: list[float] = []
    for page in range(10):
        values += numbers(_checked(bus.ask(address + "D%d!" % page), address))
        if len(values) >= promised:
            return values[:count]
    raise ReadFailed("too-few-values", "%d of %d" % (len(values), promised))


def _checked(answer: str, address: str) -> str:
    if answer[:1] != address or len(answer) < 4:
        raise ReadFailed("garbled", answer)
    if crc(answer[:-3]) != answer[-3:]:
        raise ReadFailed("crc", answer)
    return answer[1:-3]


def _is_number(text: str) -> bool:
    return not [char for char in text if char not in "0123456789"]
