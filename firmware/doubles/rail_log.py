"""What the switched rails do, in rails.log beside sim.json: `ms name 1`, or `ms name 0` and pins that stay high.

Those are the GPIOs on the rail that are still driven when it goes off: they would feed what has no supply.
"""

import time

from firmware.boards.unix.pins import PINS, RAILS


class RailLog:
    """Is told of each pin that is driven."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._since_ms: dict[str, int] = {}

    def drive(self, gpio: int, level: int, levels: dict[int, int]) -> None:
        """A rail's own pin switches it."""
        for name, pins in RAILS.items():
            if PINS["rail_" + name] != gpio:
                continue
            if level:
                self._since_ms.setdefault(name, time.ticks_ms())
            else:
                self._since_ms.pop(name, None)
            high = () if level else [pin for pin in pins if levels.get(pin)]
            with open(self._path, "a") as file:
                print(time.ticks_ms(), name, level, *high, file=file)

    def on_s(self, name: str) -> float:
        """For how long a rail has been on; below zero while it is off."""
        since_ms = self._since_ms.get(name)
        return -1.0 if since_ms is None else time.ticks_diff(time.ticks_ms(), since_ms) / 1000
