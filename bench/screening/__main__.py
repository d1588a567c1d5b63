"""`python -m bench.screening [--countries N] [--facilities N] [--samples N] [--seed S]` writes docs/bench/screening.*.

Ctrl-C ends it; the countries that were counted stand.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.kept import FOLDER
from bench.screening import report
from bench.screening.counting import counted
from bench.screening.report import Results

SEED: Final = 1
INTERRUPTED: Final = 130


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code: 1 where what is asked is not met."""
    asked = _parser().parse_args(words)
    found = Results(asked.facilities, asked.samples, ())
    for seed in range(asked.seed, asked.seed + asked.countries):
        try:
            one = counted(seed, asked.facilities, asked.samples)
        except KeyboardInterrupt:
            print("\ninterrupted: whole countries are written", file=sys.stderr)
            return INTERRUPTED
        found = Results(asked.facilities, asked.samples, (*found.countries, one))
        report.write(asked.out, found)
        held, all = report.coverage(found.countries, "pooled")
        beaten = report.beaten(found.countries, "plan")
        print(f"{seed}: held {100 * held / all:.1f} % of {all}; plan better in {beaten} of {len(found.countries)}")
    return 0 if report.LEAST <= held / all <= report.MOST and 2 * beaten > asked.countries else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.screening", description=__doc__)
    parser.add_argument("--countries", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--facilities", type=int, default=500, help="in each (default 500)")
    parser.add_argument("--samples", type=int, default=100, help="further samples (default 100)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first country")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder of results")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
