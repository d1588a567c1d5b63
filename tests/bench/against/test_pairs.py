"""The pairs: a deliberate slowdown is found by name, and an interrupted comparison leaves nothing running."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.against import NotMeasured, compare
from bench.against.ratios import WORSE
from bench.size import QUICK
from tests.bench.against.trivial import commit, git, repository, work_more

ROOT = Path(__file__).parents[3]
WORK = """
import sys
from pathlib import Path
from bench.against import compare
from bench.size import QUICK
compare(Path(sys.argv[1]), "HEAD", size=QUICK, cases=["worker"], pairs=1, at_least=0.95)
"""


SERVED = """

def packs(run):
    served = subprocess.Popen([sys.executable, "-P", "-m", "ingest"], stdout=subprocess.PIPE, env={})
    atexit.register(served.kill)
    served.stdout.readline()
    return rate("worker")


CASES["packs"] = packs
"""
SERVER = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ntime.sleep(60)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit and two cases."""
    return repository(tmp_path / "root")


def test_twenty_times_the_work_is_worse(root: Path) -> None:
    """The program that does its work twenty times is named, and no other; both sides tell their commit."""
    begin = git(root, "rev-parse", "HEAD")
    work_more(root, "worker")
    slow = commit(root, "Work more")

    found = compare(root, begin, size=QUICK, cases=["worker", "other"], pairs=6, at_least=0.95)

    line = next(line for line in found.lines if line.name == "worker counts")
    assert line in found.below and line.shows == WORSE and max(line.ratios) < 0.5
    assert [line.name for line in found.lines if line.ratio < 0.5] == ["worker counts"]
    assert (found.old.commit, found.new.commit, found.new.changed) == (begin, slow, [])


def test_a_work_that_is_not_committed_counts(root: Path) -> None:
    """The new side is the working tree, and the fields of the size that only one side has are told."""
    work_more(root, "other")

    found = compare(root, "HEAD", size=QUICK, cases=["other"], pairs=1, at_least=0.5)

    assert [line.name for line in found.below] == ["other counts"]
    assert found.new.changed == ["other/__main__.py"]


def test_what_only_one_side_has_is_told(root: Path) -> None:
    """A case or a figure that was renamed has no ratio; it stands in the report on both sides."""
    begin = git(root, "rev-parse", "HEAD")
    file = root / "bench" / "cases" / "__init__.py"
    renamed = file.read_text().replace('"other": lambda run: rate("other")', '"added": lambda run: rate("other")')
    file.write_text(renamed)

    found = compare(root, begin, size=QUICK, cases=["worker", "added"], pairs=1, at_least=0.0)

    assert (found.only_old, found.only_new) == (["other"], ["added"])
    assert found.measuring_code == ["bench/cases/__init__.py"]
    assert [line.name for line in found.lines] == ["worker counts"]


def test_the_sides_take_turns_measurement_by_measurement(root: Path, tmp_path: Path) -> None:
    """Old measures three times and new four times: in turns, the first of a pair alternates, and the fourth alone."""
    order, file = tmp_path / "order", root / "bench" / "cases" / "__init__.py"
    turn = f"    open({str(order)!r}, 'a').write(Path.cwd().name + ' ')\n"
    measuring = "def rate(run, program):\n    for _ in range(3):\n        run.ground.rest()\n    " + turn
    cases = file.read_text().replace("rate(program):", "count(program):").replace("rate(", "measured(run, ")
    own = "\n\ndef measured(run, program):\n    rate(run, program)\n    return count(program)\n\n\nCASES ="
    file.write_text("from pathlib import Path\n\n" + cases.replace("\n\nCASES =", f"\n\n{measuring}{own}"))
    begin = commit(root, "Measure three times")
    file.write_text(file.read_text().replace("range(3)", "range(4)"))

    compare(root, begin, size=QUICK, cases=["worker"], pairs=2, at_least=0.0)

    assert order.read_text().split() == ["old", "new"] * 3 + ["new"] + ["new", "old"] * 3 + ["new"]


def test_processor_time_of_other_work_is_not_compared(root: Path) -> None:
    """A server that works 0.3 s has a line, and none as soon as one side measures more with it."""
    file = root / "bench" / "cases" / "__init__.py"
    file.write_text("import atexit\n" + file.read_text() + SERVED)
    (root / "ingest").mkdir()
    (root / "ingest" / "__init__.py").touch()
    (root / "ingest" / "__main__.py").write_text(SERVER)
    begin, told = commit(root, "Serve"), []
    for measured in ('rate("worker")', 'rate("worker") + rate("other")'):
        file.write_text(file.read_text().replace('return rate("worker")', f"return {measured}"))
        found = compare(root, begin, size=QUICK, cases=["packs"], pairs=1, at_least=0.0)
        told.append(([line.name for line in found.lines], found.only_old, found.only_new))

    assert told == [
        (["worker counts", "packs: processor time of ingest"], [], []),
        (["worker counts"], [], ["other counts [rows/s]"]),
    ]


def test_nothing_in_common_is_no_success(root: Path) -> None:
    """A comparison without a line fails, instead of finding nothing worse."""
    with pytest.raises(NotMeasured, match="none of these cases: nothing"):
        compare(root, "HEAD", size=QUICK, cases=["nothing"], pairs=1, at_least=0.95)


def test_a_side_that_fails_is_named_with_its_last_words(root: Path) -> None:
    """The new program ends with an error: the comparison says which side, and why."""
    (root / "worker" / "__main__.py").write_text('raise SystemExit("worker is broken")\n')

    with pytest.raises(NotMeasured, match=r"(?s)new .* failed:.*CalledProcessError"):
        compare(root, "HEAD", size=QUICK, cases=["worker"], pairs=1, at_least=0.95)


def test_an_interrupt_leaves_nothing_running(root: Path, tmp_path: Path) -> None:
    """Ctrl-C in the middle of a case: the sides end with all they started, and the copies are gone."""
    pid_file, temporary = tmp_path / "pid", tmp_path / "temporary"
    temporary.mkdir()
    wait = f"import os, time\nopen({str(pid_file)!r}, 'a').write(f'{{os.getpid()}} ')\ntime.sleep(300)\n"
    (root / "worker" / "__main__.py").write_text(wait)
    commit(root, "Wait")
    words = [sys.executable, "-c", WORK, str(root)]
    with subprocess.Popen(words, cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)}) as comparing:
        while not pid_file.exists() or not pid_file.read_text().endswith(" "):
            assert comparing.poll() is None
            time.sleep(0.02)
        comparing.send_signal(signal.SIGINT)
        comparing.wait(30)

    (worker,) = pid_file.read_text().split()
    assert list(temporary.iterdir()) == []
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(worker), 0)
        pytest.fail("the worker still runs")
