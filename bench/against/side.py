"""One run of one side: `python -P side.py REQUEST`, with the Python of the tree that is measured.

This one file runs on both sides. All else that it imports is the tree's own, as it was at its commit, so it asks of a
tree no more than `bench.cases.CASES`, `bench.size.QUICK`, `bench.__main__.measure` and the `rest` of a ground.
"""

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

COSTS: Final = {"ingest_cpu_us_a_row": "us", "cpu_us_a_pack": "us", "after_a_chart_mb": "MB"}
"""Facts beside a figure that are compared as well: name -> unit."""
DATABASE: Final = "database"
AT_WORK: Final = {
    "packs": ("ingest", DATABASE),
    "single": ("ingest", DATABASE),
    "replay": ("ingest", DATABASE),
    "growth": (DATABASE,),
    "latest": ("api", DATABASE),
    "series": ("api", "ingest", DATABASE),
    "questions": (DATABASE,),
    "live": ("api", "ingest", DATABASE),
    "agent": ("edge_agent",),
    "steady": ("edge_agent",),
    "rederive": (DATABASE,),
}
"""Programs whose processor time is compared: those that have the same work in each run of a case, and are not idle."""
POLL_S: Final = 0.005
BETWEEN, WITHIN = b"b", b"w"
"""Where a side waits: before a case or at its end, or before a measurement of a case."""
PPID, UTIME, STIME = 1, 11, 12
"""Fields of /proc/PID/stat, counted from the one behind the name (proc(5))."""


class NotOfThisTree(Exception):
    """A module comes from elsewhere: the figures would be of another tree."""


class Request(msgspec.Struct, frozen=True):
    """Cases to run, in the order of the tree; none: only tell. `amounts` are fields of the tree's `bench.size.Size`.

    The files of this side (turns, answer) are in `folder` and begin with `name`.
    """

    folder: str
    name: str
    cases: list[str]
    amounts: dict[str, Any]

    def file(self, what: str) -> Path:
        """Return `waits` and `allowed` (a byte a turn, BETWEEN or WITHIN cases), `answer`, `log`."""
        return Path(self.folder) / f"{self.name}.{what}"


class Line(msgspec.Struct, frozen=True):
    """One value that the run reached."""

    name: str
    unit: str
    value: float


class Costs(msgspec.Struct, frozen=True):
    """What the cases took, as lines, and the names of what each of them measured."""

    lines: list[Line]
    measured: dict[str, list[str]]


class Answer(msgspec.Struct, frozen=True):
    """What a side says: its tree and commit by its own files, the cases it knows, its amounts, and what it reached."""

    tree: str
    commit: str
    rooms: list[str]
    cases: list[str]
    amounts: dict[str, Any]
    machine: dict[str, str | int | float]
    lines: list[Line]
    measured: dict[str, list[str]]
    """The names of what each case measured: where the sides differ, so does the work that took processor time."""


def answer(request: Request) -> Answer:
    """Run the cases in the tree that `bench` is imported from; raises NotOfThisTree, and what the tree raises."""
    from bench import cases, size
    from bench.__main__ import measure

    tree = Path(str(cases.__file__)).parents[2]
    rooms = check_rooms(tree)
    amounts = told(size.QUICK, request.amounts)
    known, costs = list(cases.CASES), Costs([], {})
    for name in request.cases:
        cases.CASES[name] = in_turn(request, name, cases.CASES[name], costs)
    results = measure(amounts, request.cases) if request.cases else None
    check_modules(tree, rooms)
    return Answer(
        tree=str(tree),
        commit=(tree / ".git" / "HEAD").read_text().strip(),
        rooms=rooms,
        cases=known,
        amounts=msgspec.to_builtins(amounts),
        machine=results.machine if results else {},
        lines=[*lines(results), *costs.lines] if results else [],
        measured=costs.measured,
    )


def told(usual: Any, amounts: dict[str, Any]) -> Any:
    """The tree's own amounts, with those of the request that it knows."""
    known = {name: value for name, value in amounts.items() if name in usual.__struct_fields__}
    return msgspec.convert(msgspec.to_builtins(usual) | known, type(usual))


def in_turn(request: Request, name: str, case: Callable[[Any], Any], costs: Costs) -> Callable[[Any], Any]:
    """The same case, which waits for its turn, also before each measurement, leaves nothing to do behind, and waits."""

    def run(run: Any) -> Any:
        wait(request, BETWEEN)
        before = processor_s(os.getpid())
        with resting_in_turn(request, type(run.ground)):
            found = case(run)
        costs.lines.extend(spent(name, before, processor_s(os.getpid())))
        costs.measured[name] = sorted(one.name for one in found)
        run.ground.rest()
        if name == request.cases[-1]:
            wait(request, BETWEEN)  # to end servers would disturb the other side
        return found

    return run


@contextmanager
def resting_in_turn(request: Request, ground: Any) -> Iterator[None]:
    """Let each rest of these grounds end with a turn of the other side: what is measured behind it is seconds apart."""
    rest = ground.rest

    def rest_in_turn(self: Any) -> None:
        rest(self)
        wait(request, WITHIN)

    ground.rest = rest_in_turn
    try:
        yield
    finally:
        ground.rest = rest


def wait(request: Request, where: bytes) -> None:
    """Say where this side waits, and wait until it is allowed to go on."""
    with request.file("waits").open("ab") as turns:
        turns.write(where)
        turn = turns.tell()
    while request.file("allowed").stat().st_size < turn:
        time.sleep(POLL_S)


def spent(case: str, before: dict[int, tuple[str, float]], after: dict[int, tuple[str, float]]) -> Iterator[Line]:
    """The processor time of each program at work; what the others of the machine do changes it less than a rate."""
    for program in AT_WORK.get(case, ()):
        mine = [total_s - before.get(pid, ("", 0.0))[1] for pid, (of, total_s) in after.items() if of == program]
        if mine:
            yield Line(f"{processor_time(case)}{program}", "s", round(sum(mine), 2))


def processor_time(case: str) -> str:
    """How the lines of the processor time of a case begin."""
    return f"{case}: processor time of "


def processor_s(top: int) -> dict[int, tuple[str, float]]:
    """Programs below a process: id -> name and time on the processor so far [s], in steps of 10 ms."""
    parents, seconds = dict[int, int](), dict[int, float]()
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pid = int(file.parent.name)
        parents[pid] = int(fields[PPID])
        seconds[pid] = (int(fields[UTIME]) + int(fields[STIME])) / os.sysconf("SC_CLK_TCK")
    return {pid: (program, seconds[pid]) for pid in _below(top, parents) if (program := _program(pid))}


def _below(top: int, parents: dict[int, int]) -> Iterator[int]:
    for pid, parent in parents.items():
        if parent == top:
            yield pid
            yield from _below(pid, parents)


def _program(pid: int) -> str:
    """`ingest` of `python -m ingest`, DATABASE of a process of PostgreSQL, else nothing."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return ""
    if words[0].rpartition("/")[2].startswith("postgres"):
        return DATABASE
    return words[words.index("-m") + 1] if "-m" in words[:-1] else ""


def lines(results: Any) -> Iterator[Line]:
    """Each figure, its peak memory, its costs, and each point of a curve."""
    for found in results.figures:
        yield Line(found.name, found.unit, found.ours)
        if found.memory_mb is not None:
            yield Line(f"{found.name}: peak memory", "MB", found.memory_mb)
        for fact, unit in COSTS.items():
            if fact in found.facts:
                yield Line(f"{found.name}: {fact.replace('_', ' ')}", unit, found.facts[fact])
    for curve in results.curves:
        for point in curve.points:
            yield Line(f"growth: {point.x:,.0f} {curve.x_name}", curve.unit, point.ours)


def check_rooms(tree: Path) -> list[str]:
    """Return the packages of the tree, each of which is imported from it; also in the programs that it starts."""
    rooms = sorted(file.parent.name for file in tree.glob("*/__init__.py"))
    for room in rooms:
        found = importlib.util.find_spec(room)
        if found is None or found.origin != str(tree / room / "__init__.py"):
            raise NotOfThisTree(f"{room} is imported from {found and found.origin}, not from {tree}")
    return rooms


def check_modules(tree: Path, rooms: list[str]) -> None:
    """Raise NotOfThisTree when a module of one of these packages was loaded from elsewhere."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] in rooms and file is not None and not Path(file).is_relative_to(tree):
            raise NotOfThisTree(f"{name} was loaded from {file}, not from {tree}")


def main(words: list[str]) -> None:
    """Answer a request; ends with a traceback, and without an answer, when that fails."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell had it ignored
    request = msgspec.json.decode(Path(words[0]).read_bytes(), type=Request)
    request.file("answer").write_bytes(msgspec.json.encode(answer(request)))


if __name__ == "__main__":
    main(sys.argv[1:])
