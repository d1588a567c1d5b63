"""Water-quality sonde on SDI-12: pH, conductivity, temperature, and redox and turbidity where it has those heads.

Source: secondary; no maker's datasheet was read; it is what a digital instrument of this kind answers to `aMC!`.
"""

from ..buses import sdi12

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.sdi12 import Sdi12Bus

BUS = "sdi12"
WARM_UP_S = 2.0
SETTINGS = {"address": ("2", 1, 1), "has_redox": (0, 0, 1), "has_turbidity": (0, 0, 1)}
CHANNELS = (("ph", "[pH]"), ("conductivity", "uS/cm"), ("temperature", "Cel"))
REDOX, TURBIDITY = ("orp", "mV"), ("turbidity", "{NTU}")


def channels(settings: "dict[str, int | str]") -> tuple[tuple[str, str], ...]:
    """pH, conductivity (not compensated), temperature, and what else the sonde has."""
    found: tuple[tuple[str, str], ...] = CHANNELS
    if settings["has_redox"]:
        found += (REDOX,)
    if settings["has_turbidity"]:
        found += (TURBIDITY,)
    return found


def read(bus: "Sdi12Bus", settings: "dict[str, int | str]") -> tuple[tuple[str, float, str], ...]:
    """One measurement, in the order of `channels`."""
    found = channels(settings)
    values = sdi12.measure(bus, str(settings["address"]), len(found))
    return tuple([(found[i][0], values[i], found[i][1]) for i in range(len(found))])
