"""`python -m bench [--quick | --long]` measures and writes docs/bench/; `--against COMMIT` compares old and new.

Ctrl-C ends everything and writes nothing.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bench import against, machine, report
from bench.cases import CASES
from bench.figures import Curve, Figure, Results, WrongResult
from bench.kept import FOLDER
from bench.meter import Meter
from bench.run import Run
from bench.size import AGAINST, LONG, QUICK, USUAL, Size
from bench.testbed import Testbed
from tailwatch.servers import NotReady
from tailwatch.supervise import NotStarted

ROOT: Final = Path(__file__).parents[1]
AGAINST_FOLDER: Final = ROOT / "build" / "bench"
MEASURED, FAILED, NOT_COMPARABLE, INTERRUPTED = 0, 1, 2, 130
PAIRS: Final = 10
AT_LEAST: Final = 0.95
NOT_COMPARED: Final = ("pages",)
"""Unless it is asked for: bytes of pages do not scatter, and tests hold them to their budgets."""


def measure(size: Size, names: Sequence[str]) -> Results:
    """Run these cases on a ground of their own; raises WrongResult, NotReady or NotStarted."""
    start_s = time.monotonic()
    with Testbed.open() as ground, Meter(len(names)) as meter:
        told = machine.describe(ground.connect())
        found = list(_cases(Run(ground, size, meter), names))
    return Results(
        machine=told,
        size=size.name,
        seconds=round(time.monotonic() - start_s, 1),
        is_complete=list(names) == list(CASES),
        figures=[one for one in found if isinstance(one, Figure)],
        curves=[one for one in found if isinstance(one, Curve)],
    )


def _cases(run: Run, names: Iterable[str]) -> Iterable[Figure | Curve]:
    for name in names:
        found = CASES[name](run)
        yield from found
        run.meter.end_case("\n".join(map(_line, found)))


def _line(found: Figure | Curve) -> str:
    if isinstance(found, Curve):
        return f"{found.name}: ratio to {found.limit_is} " + ", ".join(f"{p.ratio:.2f}" for p in found.points)
    return f"{found.name}: {found.ours:,.0f} {found.unit}" + (f", ratio {found.ratio:.2f}" if found.ratio else "")


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    arguments = _parser().parse_args(words)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what runs in the background with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        return _compare(arguments) if arguments.against else _measure(arguments)
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        return INTERRUPTED


def _measure(arguments: argparse.Namespace) -> int:
    out: Path = arguments.out or FOLDER
    try:
        results = measure(arguments.size or USUAL, _wanted(arguments, CASES))
    except (WrongResult, NotReady, NotStarted) as error:
        print(error, file=sys.stderr)
        return FAILED
    report.write(results, out)
    print(f"{out / report.TABLE}: {len(results.figures)} figures in {results.seconds:.0f} s")
    return MEASURED


def _compare(arguments: argparse.Namespace) -> int:
    cases = _wanted(arguments, [name for name in CASES if name not in NOT_COMPARED])
    size, out = arguments.size or AGAINST, arguments.out or AGAINST_FOLDER
    try:
        found = against.compare(
            ROOT, arguments.against, size=size, cases=cases, pairs=arguments.pairs, at_least=arguments.at_least
        )
    except (against.NoTree, against.NotMeasured) as error:
        print(error, file=sys.stderr)
        return NOT_COMPARABLE
    against.write(found, out)
    print(against.text(found))
    return FAILED if found.below else MEASURED


def _wanted(arguments: argparse.Namespace, usual: Iterable[str]) -> list[str]:
    return list(usual) if arguments.case is None else [name for name in CASES if name in arguments.case]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bench", description="Measures limit, peers and Tailwatch in one run.")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_const", const=QUICK, dest="size", help="a minute, to see that it works")
    sizes.add_argument("--long", action="store_const", const=LONG, dest="size", help="up to 100 million rows")
    parser.add_argument(
        "--out", type=Path, help="folder for what is written (default docs/bench, against a commit build/bench)"
    )
    parser.add_argument("--case", action="append", choices=list(CASES), help="only this one; may be given again")
    old = parser.add_argument_group("old against new", "In pairs; ends with 1 when a ratio is too small.")
    old.add_argument("--against", metavar="COMMIT", help="compare the working tree with this commit")
    old.add_argument("--pairs", type=_count, default=PAIRS, help="default %(default)s; 6 or more give an interval")
    old.add_argument("--at-least", type=float, default=AT_LEAST, metavar="RATIO", help="default %(default)s")
    return parser


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least one")
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
