"""The node's own battery, through the divider on its board.

Source: the divider's ratio in hardware/pins/*.toml; there is no datasheet of a resistor divider.
"""

from . import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.voltage import VoltageBus

BUS = "voltage"
WARM_UP_S = 0.0
SETTINGS: dict[str, tuple[float, float, float]] = {}
READS = 8  # the mean of so many conversions


def channels(settings: dict[str, float]) -> tuple[tuple[str, str], ...]:
    """Battery voltage."""
    return (("voltage", "V"),)


def convert(codes: list[int], reference_v: float, divider: float) -> float:
    """Volts at the battery from 16-bit codes, reference voltage and the ratio of the divider (> 1)."""
    return sum(codes) / len(codes) / 65535 * reference_v * divider


def read(bus: "VoltageBus", settings: dict[str, float]) -> tuple[tuple[str, float, str], ...]:
    """One reading in volts, to 1 mV."""
    codes = [bus.read_u16() for _ in range(READS)]
    if max(codes) == 65535:
        raise ReadFailed("over-range")
    return (("voltage", round(convert(codes, bus.reference_v, bus.divider), 3), "V"),)
