"""Biaxial tilt meter on SDI-12: two angles and its own temperature, as the instrument gives them.

Source: secondary; no maker's datasheet was read; it is what a digital instrument of this kind answers to `aMC!`.
"""

from ..buses import sdi12

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..buses.sdi12 import Sdi12Bus

BUS = "sdi12"
WARM_UP_S = 0.5
SETTINGS = {"address": ("1", 1, 1)}
CHANNELS = (("tilt", "deg"), ("tilt-b", "deg"), ("temperature", "Cel"))


def channels(settings: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Tilt about two axes, temperature."""
    return CHANNELS


def read(bus: "Sdi12Bus", settings: dict[str, str]) -> tuple[tuple[str, float, str], ...]:
    """One measurement, in the order of `CHANNELS`."""
    values = sdi12.measure(bus, settings["address"], len(CHANNELS))
    return tuple([(CHANNELS[i][0], values[i], CHANNELS[i][1]) for i in range(len(CHANNELS))])
