"""`python -m bench.coverage [--cases NAMES] [--runs N] [--seed S]` writes coverage.json, .md and .svg of docs/bench.

Cases that are not run keep the rows that they have. Ctrl-C ends it; what was counted of whole cases stands.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.coverage import report
from bench.coverage.cases import CASES
from bench.coverage.counting import Counted, counted, runs
from bench.kept import FOLDER

RUNS: Final = 200
SEED: Final = 20_261_129
INTERRUPTED: Final = 130


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    asked = _parser().parse_args(words)
    try:
        for name in asked.cases:
            one = _count(name, asked.runs, asked.seed)
            _keep(one, asked.out)
            print(f"\r{report.line(one)}", flush=True)
    except KeyboardInterrupt:
        print("\ninterrupted: whole cases are written", file=sys.stderr)
        return INTERRUPTED
    return 0


def _count(name: str, count: int, seed: int) -> Counted:
    case, says = CASES[name]
    start_s = time.monotonic()

    def tell(share: float) -> None:
        if sys.stderr.isatty():
            print(f"\r{name} {100 * share:.0f} %", end="", file=sys.stderr)

    return counted(case, says, runs(case, count, seed, tell), seed, time.monotonic() - start_s)


def _keep(one: Counted, out: Path) -> None:
    known = {row.case.name: row for row in report.read(out)} | {one.case.name: one}
    report.write(out, [known[name] for name in CASES if name in known])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.coverage", description=__doc__)
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES), help="only these")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"deposits a case (default {RUNS})")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first deposit")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder of results")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
