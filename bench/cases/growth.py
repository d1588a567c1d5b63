"""How the cost of storing grows: with the number of datastreams, the size of the table, and the share of late data.

Decoding and storing in one process, without the broker: a curve of the store, not of the queue before it. The size of
the table has a ground of its own, for on this one the cases before have filled it.
"""

from collections.abc import Mapping
from typing import Final

from bench.figures import Curve, Point, point
from bench.rounds import Measure
from bench.run import Run
from bench.storage_ways import InProcess, Limit
from bench.testbed import Testbed

LIMIT_IS: Final = "COPY"
UNIT: Final = "rows/s"
FILL_MINUTES: Final = 200
LONGEST_STEP_S, FASTEST_STEP_S = 60, 1
"""Fewer datastreams are read more often: the same rows a minute apart would reach over years, and make the database
begin a chunk for every few of them."""
USUAL_WIDTH: Final = 1000
COUNT: Final = "SELECT count(*) FROM observation"


def run(run: Run) -> list[Curve]:
    """The three curves."""
    run.ground.stop("ingest")  # its job scheduler would count hours and days meanwhile
    ours, limit = InProcess(run.ground), Limit(run.ground)
    curves = [_datastreams(run, ours, limit), _late(run, ours, limit)]
    with Testbed.open() as ground:
        ground.stop("ingest")
        return [*curves, _table(Run(ground, run.size, run.meter))]


def _datastreams(run: Run, ours: InProcess, limit: Limit) -> Curve:
    points = _in_turns(
        run, "growth: datastreams", {count: _pair(run, ours, limit, count) for count in run.size.datastreams}
    )
    return _curve("datastreams", "datastreams", points, is_logarithmic=True)


def _late(run: Run, ours: InProcess, limit: Limit) -> Curve:
    percents = run.size.late_percent
    pairs = {percent: _pair(run, ours, limit, late_percent=percent) for percent in percents}
    return _curve("late data", "% of the packs late", _in_turns(run, "growth: late data", pairs))


def _table(run: Run) -> Curve:
    """An empty table, filled up by COPY to each size, then measured over some hours of all datastreams.

    The leaves of their index are full at the same time, every five hours: a shorter stretch has all splits or none.
    """
    ours, limit, connection = InProcess(run.ground), Limit(run.ground), run.ground.connect()
    minutes, points = run.size.table_minutes, []
    for size in run.size.table_rows:
        missing = size - connection.execute(COUNT).fetchall()[0][0]
        for _ in range(0, missing, FILL_MINUTES * USUAL_WIDTH):
            limit.rate(FILL_MINUTES)
        pair = (lambda: ours.rate(run.ground.stretch(minutes)), lambda: limit.rate(minutes))
        points += _in_turns(run, f"growth: a table of {size:,}", {size: pair})
    return _curve("rows in the table", "rows in the table", points)


def _pair(
    run: Run, ours: InProcess, limit: Limit, datastreams: int = USUAL_WIDTH, late_percent: int = 0
) -> tuple[Measure, Measure]:
    """Ours and the limit with so many datastreams, of which so many come late."""
    step_s = min(max(LONGEST_STEP_S * datastreams // USUAL_WIDTH, FASTEST_STEP_S), LONGEST_STEP_S)
    shape = (max(1, run.size.growth_rows // datastreams), datastreams, step_s)
    return lambda: ours.rate(run.ground.stretch(*shape), late_percent / 100), lambda: limit.rate(*shape)


def _in_turns(run: Run, what: str, pairs: Mapping[int, tuple[Measure, Measure]]) -> list[Point]:
    """The points of a curve, all of them in each round: what else the machine does falls on all alike."""
    contenders = {
        f"{name} {x}": measure
        for x, pair in pairs.items()
        for name, measure in zip(("ours", "limit"), pair, strict=True)
    }
    found = run.rounds(what, contenders, run.size.growth_rounds)
    return [point(x, found[f"ours {x}"], found[f"limit {x}"], UNIT) for x in pairs]


def _curve(name: str, x_name: str, points: list[Point], is_logarithmic: bool = False) -> Curve:
    return Curve(name, x_name, UNIT, LIMIT_IS, is_logarithmic, points=tuple(points))
