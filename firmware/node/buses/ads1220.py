"""ADS1220, the instrument board's 24-bit converter: one conversion at a time over SPI.

Source: TI SBAS501C, sections 8.3.11 (supply), 8.5.3 (commands) and 8.6.1 (registers), read.
"""

import time

from ..drivers import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import SPI, Pin

RESET, START, RDATA, RREG, WREG = 0x06, 0x08, 0x10, 0x20, 0x40
MUX_SINGLE_ENDED = 0x8  # AINp = AIN0..3, AINn = AVSS
SUPPLY_MONITOR = 0x5  # with the bit above: (AVDD - AVSS) / 4
BYPASS_PGA = 0x01  # single-ended inputs need it
RATE_20_SPS = 0x00
REFERENCE_INTERNAL, REFERENCE_REFP0 = 0x00, 0x40
REJECT_50_60_HZ = 0x10
INTERNAL_V = 2.048
FULL_SCALE = 1 << 23
CONVERSION_S = 0.055


def convert(data: bytes) -> int:
    """The signed 24-bit code of three bytes, most significant first."""
    code = data[0] << 16 | data[1] << 8 | data[2]
    return code - (1 << 24) if code & 0x800000 else code


class Ads1220:
    """One converter on `spi` (mode 1) with chip select `select` (low is selected)."""

    def __init__(self, spi: "SPI", select: "Pin") -> None:
        self._spi = spi
        self._select = select
        select.value(1)

    def ratio(self, channel: int) -> float:
        """Input over the reference at REFP0: 0 to 1. Raises ReadFailed."""
        return self._read(channel, REFERENCE_REFP0) / FULL_SCALE

    def volts(self, channel: int) -> float:
        """Volts at an input against ground, by the internal reference. Raises ReadFailed."""
        return self._read(channel, REFERENCE_INTERNAL) / FULL_SCALE * INTERNAL_V

    def supply_v(self) -> float:
        """Its own analogue supply, of which it measures a quarter. Raises ReadFailed."""
        return 4 * self._read(SUPPLY_MONITOR, REFERENCE_INTERNAL) / FULL_SCALE * INTERNAL_V

    def _read(self, channel: int, reference: int) -> int:
        setting = bytes(((MUX_SINGLE_ENDED | channel) << 4 | BYPASS_PGA, RATE_20_SPS, reference | REJECT_50_60_HZ, 0))
        self._exchange(bytes((RESET,)), 0)
        self._exchange(bytes((WREG | 3,)) + setting, 0)
        if self._exchange(bytes((RREG | 3,)), 4) != setting:
            raise ReadFailed("adc-absent", "ADS1220 does not keep its registers")
        self._exchange(bytes((START,)), 0)
        time.sleep(CONVERSION_S)
        return convert(self._exchange(bytes((RDATA,)), 3))

    def _exchange(self, out: bytes, count: int) -> bytes:
        self._select.value(0)
        self._spi.write(out)
        data = self._spi.read(count) if count else b""
        self._select.value(1)
        return data
