"""The simulated dam of a drill: from its first second on instruments read what the scenario lets happen."""

import math
import time

from tailings.drill.readings import DrillReadings


class DrillDam:
    """What each node reads now; until `began_s` [Unix s] everything is calm."""

    def __init__(self, readings: DrillReadings) -> None:
        self.began_s = math.inf
        self._readings = readings

    def at(self, node: str, time_s: float) -> dict[str, float]:
        """Raw readings of a node at one time, by channel; without those of instruments that do not answer."""
        elapsed_s = time_s - self.began_s if time_s >= self.began_s else -1.0
        found = self._readings.at(elapsed_s)
        return {name.partition(":")[2]: value for name, value in found.items() if name.startswith(f"{node}:")}

    def now(self, node: str) -> dict[str, float]:
        """Raw readings of a node at this moment."""
        return self.at(node, time.time())
