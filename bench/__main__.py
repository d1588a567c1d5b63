"""`python -m bench [--quick | --long]`: measures, and writes docs/bench/. Ctrl-C ends everything and writes nothing."""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bench import machine, report
from bench.cases import CASES
from bench.figures import Curve, Figure, Results, WrongResult
from bench.ground import Ground
from bench.meter import Meter
from bench.run import Run
from bench.size import LONG, QUICK, USUAL, Size
from tailwatch.servers import NotReady
from tailwatch.supervise import NotStarted

FOLDER: Final = Path(__file__).parents[1] / "docs" / "bench"
MEASURED, FAILED, INTERRUPTED = 0, 1, 130


def measure(size: Size, names: Sequence[str]) -> Results:
    """Run these cases on a ground of their own; raises WrongResult, NotReady or NotStarted."""
    start_s = time.monotonic()
    with Ground.open() as ground, Meter(len(names)) as meter:
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
    parser = argparse.ArgumentParser("bench", description="Measures limit, peers and Tailwatch in one run.")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_const", const=QUICK, dest="size", help="a minute, to see that it works")
    sizes.add_argument("--long", action="store_const", const=LONG, dest="size", help="up to 100 million rows")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for results.json, README.md and plots")
    parser.add_argument("--case", action="append", choices=list(CASES), help="only this one; may be given again")
    parser.set_defaults(size=USUAL)
    arguments = parser.parse_args(words)
    wanted = [name for name in CASES if arguments.case is None or name in arguments.case]
    try:
        results = measure(arguments.size, wanted)
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        return INTERRUPTED
    except (WrongResult, NotReady, NotStarted) as error:
        print(error, file=sys.stderr)
        return FAILED
    report.write(results, arguments.out)
    print(f"{arguments.out / report.TABLE}: {len(results.figures)} figures in {results.seconds:.0f} s")
    return MEASURED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
