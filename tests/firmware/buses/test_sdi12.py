"""SDI-12 below the drivers: CRC, numbers, and a measurement on good and bad lines. (CPython and VM)"""

from firmware.node.buses import sdi12
from firmware.node.drivers import ReadFailed
from tests.firmware.portable import refuses


class Uart:
    """A line on which `answers` (command -> bytes) are spoken once each time they are asked for."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers = answers
        self.asked: list[bytes] = []
        self._next = b""

    def sendbreak(self) -> None:
        self._next = b""

    def write(self, command: bytes) -> None:
        self.asked.append(command)
        self._next = self.answers.get(command, b"")

    def flush(self) -> None:
        pass

    def read(self) -> bytes | None:
        heard, self._next = self._next[:3], self._next[3:]
        return heard or None


class LateUart(Uart):
    """Data come so late that they fall into the time of the next try; commands that start are answered at once."""

    def __init__(self, answers: dict[bytes, bytes], late_reads: int) -> None:
        super().__init__(answers)
        self._late_reads = late_reads
        self._coming: list[list[object]] = []

    def sendbreak(self) -> None:
        pass

    def write(self, command: bytes) -> None:
        self.asked.append(command)
        late = self._late_reads if command[1:2] == b"D" else 0
        self._coming.append([late, self.answers.get(command, b"")])

    def read(self) -> bytes | None:
        heard = b""
        for one in self._coming:
            if one[0] == 0:
                heard += one[1]  # type: ignore[operator]
            one[0] = int(str(one[0])) - 1
        self._coming = [one for one in self._coming if int(str(one[0])) >= 0]
        return heard or None


class Pin:
    """The direction of the line."""

    def value(self, level: int) -> None:
        self.level = level


def measured(answers: dict[bytes, bytes], count: int = 1) -> list[float]:
    return sdi12.measure(sdi12.Sdi12Bus(Uart(answers), Pin()), "0", count)


def reason(answers: dict[bytes, bytes]) -> str:
    return refuses(ReadFailed, measured, answers)


def test_the_crc_of_the_standards_example() -> None:
    """`0D0!` answered by `0+3.14` carries OqZ (SDI-12 1.4, section 4.4.12, as commonly quoted)."""
    assert sdi12.crc("0+3.14") == "OqZ"


def test_numbers_are_split_at_their_signs() -> None:
    """Signs separate, decimals are kept."""
    assert sdi12.numbers("+3.14-2+0.001") == [3.14, -2.0, 0.001]
    assert sdi12.numbers("") == []


def test_a_measurement_is_read() -> None:
    """At once, and over two pages of data."""
    assert measured({b"0MC!": b"00001\r\n", b"0D0!": b"0+3.14OqZ\r\n"}) == [3.14]
    second = b"0+2" + sdi12.crc("0+2").encode() + b"\r\n"
    pages = {b"0MC!": b"00002\r\n", b"0D0!": b"0+3.14OqZ\r\n", b"0D1!": second}
    assert measured(pages, 2) == [3.14, 2.0]


def test_a_sum_may_hold_the_last_character_of_seven_bits() -> None:
    """One sum in thirty has a DEL in it (0x40 + 63); it is not noise. The sum is that of the simulated line."""
    assert measured({b"0MC!": b"00001\r\n", b"0D0!": b"0+12.09G\x7fq\r\n"}) == [12.09]


def test_a_silent_line_is_asked_three_times() -> None:
    """Then it is a timeout."""
    uart = Uart({})

    said = refuses(ReadFailed, sdi12.measure, sdi12.Sdi12Bus(uart, Pin()), "0", 1)

    assert "timeout" in said
    assert uart.asked == [b"0MC!"] * 3


def test_bad_lines_have_their_reasons() -> None:
    """Wrong sum, another address, noise, fewer values than asked for, a wait without end."""
    good = b"00001\r\n"
    assert "crc" in reason({b"0MC!": good, b"0D0!": b"0+3.15OqZ\r\n"})
    assert "garbled" in reason({b"0MC!": good, b"0D0!": b"1+3.14OqZ\r\n"})
    assert "garbled" in reason({b"0MC!": b"\xff\x000x\r\n"})
    assert "garbled" in reason({b"0MC!": b"0abc1\r\n"})
    assert "too-few-values" in reason({b"0MC!": b"00000\r\n"})
    assert "too-few-values" in reason({b"0MC!": b"09991\r\n"})


def test_a_page_that_comes_late_is_not_the_next_one() -> None:
    """Its sum is right, and nothing in it says which page it is: what was not in time is heard out and dropped."""
    second = b"0+2" + sdi12.crc("0+2").encode() + b"\r\n"
    pages = {b"0MC!": b"00002\r\n", b"0D0!": b"0+3.14OqZ\r\n", b"0D1!": second}
    uart = LateUart(pages, late_reads=16)

    said = refuses(ReadFailed, sdi12.measure, sdi12.Sdi12Bus(uart, Pin()), "0", 2)

    assert "timeout" in said
    assert uart.asked == [b"0MC!"] + [b"0D0!"] * 3
