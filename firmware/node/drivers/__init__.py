"""Drivers: one file an instrument; the name of the file is what a configuration calls it.

The contract of a driver module:

- a docstring that names the datasheet it was written from, or says that none was read;
- `BUS`: the bus that the board opens for it (node/buses), `WARM_UP_S`: how long its rails are on before it is read,
  where the configuration does not say;
- `SETTINGS`: key -> (default, low, high), the keys that a configuration may set; a text has its longest length as high;
- `channels(settings)` -> ((quantity, unit), ...): what a reading holds, in order, with UCUM units;
- `read(bus, settings)` -> ((quantity, value, unit), ...): one reading as measured, and what judges it. Never a value
  whose calibration could change: that is made at the edge. Raises ReadFailed.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAME_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_"


class ReadFailed(Exception):
    """An instrument gave no reading. `reason` is a slug (`timeout`, `no-signal`), `detail` what was seen."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class UnknownDriver(Exception):
    """No driver has this name."""


class Instrument:
    """One instrument of a configuration, with its driver module and the settings that the driver knows.

    `rail` is the one that supplies the instrument itself, empty where it needs none of the node's; the rails of its
    bus are the board's to know (`Board.rails_of`).
    """

    def __init__(
        self,
        name: str,
        serial: str,
        rail: str,
        driver: "Any",
        settings: dict[str, float | str],
        warm_up_s: float,
    ) -> None:
        self.id = name
        self.serial = serial
        self.rail = rail
        self.driver = driver
        self.settings = settings
        self.warm_up_s = warm_up_s

    def channels(self) -> tuple[tuple[str, str], ...]:
        """((name within the pack, UCUM unit), ...)."""
        return tuple([(self.id + "." + quantity, unit) for quantity, unit in self.driver.channels(self.settings)])


def load(name: str) -> "Any":
    """The driver module `name`; raises UnknownDriver."""
    if not name or [char for char in name if char not in _NAME_CHARS]:
        raise UnknownDriver("no driver is called '%s'" % name)
    try:
        return __import__(__name__ + "." + name, None, None, ("read",))
    except ImportError:
        raise UnknownDriver("no driver is called '%s'" % name)
