"""The converter: two's complement codes, and the bytes on its bus. (CPython and VM)"""

from firmware.node.buses import ads1220
from firmware.node.buses.ads1220 import Ads1220
from firmware.node.drivers import ReadFailed
from tests.firmware.portable import refuses


class Spi:
    """Notes what is written; `answers` are given in turn."""

    def __init__(self, answers: list[bytes]) -> None:
        self.written: list[bytes] = []
        self.answers = answers

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def read(self, count: int) -> bytes:
        return self.answers.pop(0)


class Pin:
    """Chip select."""

    def value(self, level: int) -> None:
        self.level = level


def test_codes_are_twos_complement() -> None:
    """Full scale, one below zero, the most negative, zero (24 bits)."""
    for data, code in ((b"\x7f\xff\xff", 8388607), (b"\xff\xff\xff", -1), (b"\x80\x00\x00", -8388608), (b"\0\0\0", 0)):
        assert ads1220.convert(data) == code


def test_a_conversion_speaks_the_datasheets_commands() -> None:
    """RESET 06, WREG 43 and four registers, RREG 23, START 08, RDATA 10 (SBAS683B, table 10); half scale is 1.024 V."""
    registers = bytes(((0x8 | 2) << 4 | 1, 0, 0x10, 0))
    spi = Spi([registers, b"\x40\x00\x00"])

    volts = Ads1220(spi, Pin()).volts(2)

    assert spi.written == [b"\x06", b"\x43" + registers, b"\x23", b"\x08", b"\x10"]
    assert volts == 1.024


def test_an_absent_converter_is_found_out() -> None:
    """It does not keep its registers."""
    assert "adc-absent" in refuses(ReadFailed, Ads1220(Spi([b"\xff" * 4]), Pin()).ratio, 0)
