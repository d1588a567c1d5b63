"""Rounds: all contenders take turns, so that whatever else the machine does falls on all of them."""

import gc
from collections.abc import Callable, Mapping

from bench.figures import Rounds
from bench.meter import Meter

Measure = Callable[[], float]
"""Does its work once, outside the clock prepares it, and returns what it reached in the unit of the figure."""


def interleave(
    what: str, contenders: Mapping[str, Measure], rounds: int, meter: Meter, rest: Callable[[], None]
) -> dict[str, Rounds]:
    """Let every contender run once in each round, in their order, and `rest` before each."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    meter.begin(what, rounds * len(contenders))
    for _ in range(rounds):
        for name, measure in contenders.items():
            rest()
            gc.collect()  # what one contender leaves must not be cleared in the time of the next
            found[name].append(measure())
            meter.tick()
    return {name: Rounds.of(values) for name, values in found.items()}
