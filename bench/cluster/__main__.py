"""`python -m bench.cluster [--rounds N] [--more]`, as root, writes docs/bench/cluster.*: what faults of a cluster lost.

The results are written after each round. It ends with 1 where a reading was lost, or is there twice, or an agent has
an old configuration.
"""

import argparse
import math
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.cluster import report, rounds
from bench.cluster.network import NoNamespaces
from bench.cluster.rounds import Results
from bench.cluster.trial import running
from bench.kept import FOLDER


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    asked = _parser().parse_args(words)
    before = report.read(asked.out) if asked.more else []
    try:
        with running() as cluster:
            tell = partial(_tell, asked.out, before)
            found = rounds.run(cluster, asked.rounds, tell, kinds=asked.kinds, within_s=60 * asked.minutes)
    except NoNamespaces as error:
        print(f"bench: {error}; run it as root", file=sys.stderr)
        return 2
    print(f"{found.sent} sent, {found.lost} lost, {found.twice} twice, newest everywhere: {found.has_newest}")
    return 0 if (found.lost, found.twice, found.has_newest) == (0, 0, True) else 1


def _tell(folder: Path, before: Sequence[Results], found: Results) -> None:
    """Write what there is after each round: a run that is stopped leaves it."""
    report.write(folder, [*before, found])
    one, now = found.rounds[-1], time.strftime("%H:%M:%S")
    print(
        f"{now} {one.kind} {one.machine}: {one.stop_s} s, whole after {one.whole_after_s} s, {found.lost} lost",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="how many faults (default 100)")
    parser.add_argument("--kinds", nargs="+", choices=rounds.KINDS, default=rounds.KINDS, help="which faults")
    parser.add_argument("--minutes", type=float, default=math.inf, help="no further fault begins after these")
    parser.add_argument("--more", action="store_true", help="keep the runs that the results have, and add this one")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder of results")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
