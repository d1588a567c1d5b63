"""What every case is handed: the ground, the amounts, and the bar on the terminal."""

from collections.abc import Mapping

import msgspec

from bench.figures import Rounds
from bench.meter import Meter
from bench.rounds import Measure, interleave
from bench.size import Size
from bench.testbed import Testbed


class Run(msgspec.Struct, frozen=True):
    """One run of the benchmarks."""

    ground: Testbed
    size: Size
    meter: Meter

    def rounds(self, what: str, contenders: Mapping[str, Measure], rounds: int | None = None) -> dict[str, Rounds]:
        """Measure all contenders in turns, after the database has come to rest; `rounds` is that of the size."""
        self.ground.settle()
        return interleave(what, contenders, rounds or self.size.rounds, self.meter, self.ground.rest)
