"""Tipping-bucket rain gauge: the running total of tips, as counted.

The total and not the tips of one interval, so that a lost pack loses no rain. Millimetres are made at the edge, where
the volume of the bucket has a date. A total that falls is a node that started again.

Source: none is needed to count a reed contact; no datasheet.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.pulse import PulseBus

BUS = "pulse"
WARM_UP_S = 0.0
SETTINGS: dict[str, tuple[float, float, float]] = {}


def channels(settings: dict[str, float]) -> tuple[tuple[str, str], ...]:
    """Tips since the counter began."""
    return (("count", "{count}"),)


def read(bus: "PulseBus", settings: dict[str, float]) -> tuple[tuple[str, float, str], ...]:
    """The running total."""
    return (("count", bus.total(), "{count}"),)
