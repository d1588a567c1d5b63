"""What a small answer costs the api itself: time on the processor, without the wait for the database and the client.

The limit is a bare Starlette that answers the same bytes by the same server.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.cases.latest import PATH as LATEST
from bench.cases.series import rfc3339
from bench.figures import Figure, figure
from bench.http_client import Asking
from bench.plant import FACILITY
from bench.programs import Program
from bench.rounds import Measure
from bench.run import Run
from bench.storage_ways import InProcess
from bench.stretch import names
from bench.testbed import Testbed
from tailwatch.ports import free_port, is_listening
from tailwatch.process import Command

ROOT: Final = Path(__file__).parents[2]
MINUTES: Final = 60
LIMIT: Final = "bare Starlette, the same bytes"
GOAL: Final = "< 1 ms"
ONE: Final = f"/api/v1/datastreams/{FACILITY}:{names()[0]}"


def run(run: Run) -> list[Figure]:
    """Milliseconds of the api's main thread for an answer, which does all of its work."""
    hour = run.ground.stretch(MINUTES, len(names()))
    InProcess(run.ground).rate(hour)
    span = f"from={rfc3339(hour.start_s)}&to={rfc3339(hour.end_s)}"
    paths = {
        "one datastream": (ONE, GOAL),
        f"one hour raw ({MINUTES} rows), JSON": (f"{ONE}/observations?{span}", GOAL),
        "latest of 1,000 datastreams": (LATEST, ""),
    }
    with Asking.api(run.ground) as asking, _bare(run.ground, [asking.get(path) for path, _ in paths.values()]) as bare:
        return [
            _own_time(run, name, goal, asking=asking, path=path, bare=bare, number=number)
            for number, (name, (path, goal)) in enumerate(paths.items())
        ]


def _own_time(run: Run, name: str, goal: str, *, asking: Asking, path: str, bare: Asking, number: int) -> Figure:
    times = 2 * run.size.answers
    contenders: dict[str, Measure] = {
        LIMIT: lambda: _own_ms(bare.program, lambda: bare.get(f"/{number}"), times),
        "ours": lambda: _own_ms(asking.program, lambda: asking.get(path), times),
    }
    found = run.rounds(f"api: own time, {name}", contenders)
    facts = {"bytes": len(asking.get(path))}
    return figure(f"own time of the api, {name}", "ms", found, limit=LIMIT, goal=goal, facts=facts)


def _own_ms(program: Program, ask: Callable[[], object], times: int) -> float:
    before_s = program.main_thread_s()
    for _ in range(times):
        ask()
    return (program.main_thread_s() - before_s) / times * 1000


@contextmanager
def _bare(ground: Testbed, bodies: list[bytes]) -> Iterator[Asking]:
    folder, port = ground.folder / "bare", free_port()
    folder.mkdir(exist_ok=True)
    for number, body in enumerate(bodies):
        (folder / str(number)).write_bytes(body)
    argv = (sys.executable, "-m", "bench.bare", str(port), str(folder))
    program = Program(Command("bare", argv, cwd=ROOT), ground.folder / "bare.log")
    try:
        program.wait_until(lambda: is_listening(port))
        with Asking(program, port) as asking:
            yield asking
    finally:
        program.stop()
