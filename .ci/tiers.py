"""Runs tiers of the suite by `make` and gives a failed test one second chance, alone and in the open.

`.venv/bin/python .ci/tiers.py test test-foreign`, in the folder of the project. A machine may halt for longer than a
test waits, so one test of the whole run may fail and pass alone; it is named, to be mended. The run fails when a test
fails twice, when more than one needed the second chance, and when a tier ended in another way than by failed tests.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MOST_TRIED = 10
"""More failed tests than this are not tried again: the run fails already, and its report is long enough."""
MOST_CHANCES = 1
RECORDS = Path("build/ci")
PASSED, TESTS_FAILED = 0, 1  # of pytest.ExitCode


@dataclass(frozen=True)
class Record:
    """How a run of pytest ended, as tests/run_record.py writes it."""

    code: int
    failed: tuple[str, ...]
    skipped: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether all tests ran: none failed, or those that are named."""
        return self.code == (TESTS_FAILED if self.failed else PASSED)


def main(tiers: list[str]) -> int:
    """Run all tiers, print a report, and return 1 unless all tests passed but for one second chance."""
    faults: list[str] = []
    chances: list[str] = []
    for tier in tiers:
        start_s = time.monotonic()
        record = run_recorded(RECORDS / f"{tier}.json", ["make", tier])
        say(f"make {tier}: {len(record.failed)} failed, {time.monotonic() - start_s:.0f} s")
        for name, reason in record.skipped.items():
            say(f"  skipped {name}: {reason}")
        if not record.is_whole:
            faults.append(f"make {tier} ended with code {record.code}, so not all of its tests ran")
        chances += record.failed
        faults += [f"{name} failed twice" for name in failed_again(tier, record.failed)]
    if len(chances) > MOST_CHANCES:
        faults.append(f"{len(chances)} tests needed a second chance, and {MOST_CHANCES} is allowed")
    for name in chances:
        say(f"needed a second chance, to be mended: {name}")
    for fault in faults:
        say(f"FAULT: {fault}")
    say("failed" if faults else "passed")
    return int(bool(faults))


def failed_again(tier: str, failed: tuple[str, ...]) -> tuple[str, ...]:
    """Run what failed once more, in one process and nothing beside it; return what fails again."""
    if not failed or len(failed) > MOST_TRIED:
        return ()
    say("what failed, once more and alone: " + " ".join(failed))
    python = [".venv/bin/python", "-m", "pytest", *failed]
    record = run_recorded(RECORDS / f"{tier}-again.json", python)
    return record.failed or (() if record.code == PASSED else failed)


def run_recorded(file: Path, command: list[str]) -> Record:
    """Run a command that runs pytest, and return what the run recorded; without a record nothing passed."""
    file.unlink(missing_ok=True)
    options = f"{os.environ.get('PYTEST_ADDOPTS', '')} -p tests.run_record --record {file.absolute()}"
    done = subprocess.run(command, env={**os.environ, "PYTEST_ADDOPTS": options}, check=False)
    if not file.exists():
        return Record(done.returncode or -1, (), {})
    found = json.loads(file.read_text())
    code = found["exit"] if found["exit"] != PASSED else done.returncode
    return Record(code, tuple(found["failed"]), found["skipped"])


def say(line: str) -> None:
    """Print one line of the report."""
    print(f"ci: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
