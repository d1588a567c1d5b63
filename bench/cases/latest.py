"""The newest value of 1,000 datastreams: from the api, from the table that ingest keeps, and by looking for it."""

from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.http_client import Asking, answered_ms
from bench.plant import FACILITY
from bench.rounds import Measure
from bench.run import Run
from bench.storage_ways import InProcess
from bench.stretch import names
from tailwatch.servers.database import ADMIN, API

COUNT: Final = 1000
GOAL: Final = "< 5 ms"
KEPT: Final = "SELECT * FROM latest ORDER BY datastream_id LIMIT 1000"
SEARCHED: Final = """
SELECT DISTINCT ON (datastream_id) datastream_id, phenomenon_time, result, quality FROM observation
ORDER BY datastream_id, phenomenon_time DESC"""
PATH: Final = f"/api/v1/facilities/{FACILITY}/datastreams?limit={COUNT}"


def run(run: Run) -> list[Figure]:
    """Milliseconds until the whole answer is there."""
    connection, times = run.ground.connect(API), run.size.answers
    with Asking.api(run.ground) as asking:
        InProcess(run.ground).rate(run.ground.stretch(1, len(names())))  # every datastream has a newest value
        # Within a minute PostgreSQL's autovacuum does that by itself; the plan of a site that runs is made with it.
        run.ground.connect(ADMIN).execute("ANALYZE datastream, latest")
        if sum(one["latest"] is not None for one in asking.json(PATH)["datastreams"]) != COUNT:
            raise WrongResult(f"not {COUNT} newest values in one answer")
        contenders: dict[str, Measure] = {
            "table latest": lambda: answered_ms(lambda: connection.execute(KEPT).fetchall(), times),
            "ours": lambda: answered_ms(lambda: asking.get(PATH), times),
            "SELECT DISTINCT ON": lambda: answered_ms(lambda: connection.execute(SEARCHED).fetchall(), 1),
        }
        asking.program.forget_peak()
        found = run.rounds("api: latest of 1,000 datastreams", contenders)
        memory_mb = asking.program.peak_mb()
    name = "latest of 1,000 datastreams"
    return [figure(name, "ms", found, limit="table latest", goal=GOAL, memory_mb=memory_mb)]
