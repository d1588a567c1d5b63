"""`python -m bench.failover [--rounds N] [--more]`: faults under load, into docs/bench/failover.* (about an hour).

Each round is written when it is over: what Ctrl-C or a fault of the test leaves is what was measured.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.failover import report, rounds
from bench.failover.rounds import Round
from bench.failover.testbed import failover_testbed
from bench.kept import FOLDER

MEMORY: Final = Path("/dev/shm")


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code: 1 where anything was lost or stored twice."""
    parser = argparse.ArgumentParser(prog="python -m bench.failover", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="default %(default)s")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder of results")
    parser.add_argument("--more", action="store_true", help="keep the runs that the results have, and add this one")
    asked = parser.parse_args(words)
    before, found = report.read(asked.out) if asked.more else [], list[Round]()

    def tell(one: Round) -> None:
        found.append(one)
        report.write(asked.out, [*before, found])
        print(f"{len(found)}: {one}", flush=True)

    with _folder() as folder, failover_testbed(folder) as testbed:
        try:
            testbed.fill()
            rounds.run(testbed, asked.rounds, tell)
        except KeyboardInterrupt:
            print("interrupted: whole rounds are written", file=sys.stderr)
        except BaseException:
            (Path(tempfile.gettempdir()) / f"failover-{os.getpid()}.log").write_text(testbed.logs())
            raise
    return int(any(one.lost or one.twice for one in found))


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder that the system users of the servers reach, in memory where there is one: three databases sync."""
    with tempfile.TemporaryDirectory(prefix="tailwatch-failover-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
