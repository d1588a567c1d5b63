"""World: what a simulator says about the dam around one node, read from `sim.json` in the node's folder.

    {"channels": {"vw1.frequency": 2831.4, "vw1.thermistor": 4821, "battery.voltage": 13.1, "rain.count": 17},
     "faults": {"sonde1": "timeout"}, "rtc_step_s": 0,
     "warm_up_s": {"sonde1": 2.0}, "own_supply": {"pond1": 1}, "trace": true}

It is read again whenever an instrument is read, so the simulator replaces it at any time (write beside it, then
rename). A half-written file leaves the last good one in force. A channel that is not named gives no signal. An
instrument of `own_supply` has current without the node's 12 V. With `trace` (read at the start) each change of a rail
is written to rails.log, and an instrument of `warm_up_s` answers once the 12 V have been on for so long.
"""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class World:
    """The file `path`; `instrument` is the one whose bus is open."""

    def __init__(self) -> None:
        self.path = "sim.json"
        self._said: "dict[str, Any]" = {}
        self.instrument = ""

    def look(self, instrument: str) -> None:
        """Reads the file again and turns to `instrument`."""
        self.instrument = instrument
        try:
            with open(self.path) as file:
                said = json.loads(file.read())
        except (OSError, ValueError):
            return
        if isinstance(said, dict):
            self._said = said

    def quantity(self, name: str, default: float | None = None) -> float | None:
        """The value of a quantity of the instrument at hand."""
        value = self._said.get("channels", {}).get(self.instrument + "." + name, default)
        return None if value is None else float(value)

    def fault(self) -> str:
        """What is wrong with the instrument at hand, or an empty text."""
        return str(self._said.get("faults", {}).get(self.instrument, ""))

    def says(self, what: str) -> "Any":
        """A key of sim.json; of `warm_up_s` and `own_supply` what is said of the instrument at hand."""
        found = self._said.get(what, 0)
        return found.get(self.instrument, 0) if isinstance(found, dict) else found

    def bench(self) -> "dict[str, Any]":
        """What hangs on the boards on a bench (bench.py); empty where they stand in a field."""
        return self._said.get("bench", {})

    def rtc_step_s(self) -> int:
        """How far the real-time clock is off."""
        return int(self._said.get("rtc_step_s", 0))
