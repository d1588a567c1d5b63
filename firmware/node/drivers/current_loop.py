"""Any 4-20 mA transmitter (pond level, weir level): the current of its loop as measured, over the board's shunt.

Source: secondary; the fault bands of NAMUR NE 43 (below 3.6 mA and above 21 mA is a failure signal) were not read in
the recommendation itself. Levels are made of the current at the edge, where the range has a date.
"""

from . import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.loop import LoopBus

BUS = "loop"
WARM_UP_S = 0.5
SETTINGS = {"input": (2, 2, 3)}
OPEN_MA, LEAST_MA, MOST_MA = 1.0, 3.6, 21.0


def channels(settings: dict[str, float]) -> tuple[tuple[str, str], ...]:
    """Loop current."""
    return (("current", "mA"),)


def convert(shunt_v: float, shunt_ohm: float) -> float:
    """Milliamperes from the volts over the shunt."""
    return shunt_v / shunt_ohm * 1000


def read(bus: "LoopBus", settings: dict[str, float]) -> tuple[tuple[str, float, str], ...]:
    """One reading in mA, to 0.1 uA; a current outside the measuring range is a failure that says which."""
    current_ma = convert(bus.shunt_v(), bus.shunt_ohm)
    if current_ma < OPEN_MA:
        raise ReadFailed("open-loop", "%.3f mA" % current_ma)
    if not LEAST_MA <= current_ma <= MOST_MA:
        raise ReadFailed("out-of-range", "%.3f mA" % current_ma)
    return (("current", round(current_ma, 4), "mA"),)
