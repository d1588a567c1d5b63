"""Digital barometer on SDI-12: air pressure as the instrument gives it, and its temperature where it answers with it.

Source: secondary; no maker's datasheet was read; it is what a digital instrument of this kind answers to `aMC!`.
"""

from ..buses import sdi12

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.sdi12 import Sdi12Bus

BUS = "sdi12"
WARM_UP_S = 0.5
SETTINGS = {"address": ("0", 1, 1), "has_temperature": (0, 0, 1)}
CHANNELS = (("pressure", "hPa"),)
TEMPERATURE = ("temperature", "Cel")


def channels(settings: "dict[str, int | str]") -> tuple[tuple[str, str], ...]:
    """Air pressure, and the temperature where the instrument answers with it."""
    found: tuple[tuple[str, str], ...] = CHANNELS
    if settings["has_temperature"]:
        found += (TEMPERATURE,)
    return found


def read(bus: "Sdi12Bus", settings: "dict[str, int | str]") -> tuple[tuple[str, float, str], ...]:
    """One measurement, in the order of `channels`."""
    found = channels(settings)
    values = sdi12.measure(bus, str(settings["address"]), len(found))
    return tuple([(found[i][0], values[i], found[i][1]) for i in range(len(found))])
