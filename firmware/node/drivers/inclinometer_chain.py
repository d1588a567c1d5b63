"""In-place inclinometer chain on SDI-12: the tilt of each segment, from the fixed end, as the instrument gives it.

Source: secondary; no maker's datasheet was read; it is what a digital instrument of this kind answers to `aMC!`, which
can promise nine values at most. Displacements are made at the edge, where the zero readings have a date.
"""

from ..buses import sdi12

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.sdi12 import Sdi12Bus

BUS = "sdi12"
WARM_UP_S = 1.0
SETTINGS = {"address": ("3", 1, 1), "segments": (8, 1, 9)}


def channels(settings: "dict[str, int | str]") -> tuple[tuple[str, str], ...]:
    """One tilt a segment."""
    return tuple([("tilt-%d" % number, "deg") for number in range(1, int(settings["segments"]) + 1)])


def read(bus: "Sdi12Bus", settings: "dict[str, int | str]") -> tuple[tuple[str, float, str], ...]:
    """One measurement, from the fixed end."""
    count = int(settings["segments"])
    values = sdi12.measure(bus, str(settings["address"]), count)
    return tuple([("tilt-%d" % (i + 1), values[i], "deg") for i in range(count)])
