"""One side: what it asks of a tree is what this tree has, and what it says of it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from bench import __main__ as main
from bench.against import side
from bench.against.side import Line, NotOfThisTree
from bench.cases import CASES
from bench.figures import Curve, Rounds, figure, point
from bench.run import Run
from bench.size import AGAINST, QUICK
from bench.testbed import Testbed
from tests.bench.test_report import results

ROOT = Path(__file__).parents[3]


def test_amounts_are_those_that_the_tree_knows() -> None:
    """The request overrides the amounts of the tree; a field that it lacks is left out, one it has besides stays."""
    asked = msgspec.to_builtins(AGAINST) | {"of_later_days": 5}
    del asked["rounds"]

    assert side.told(QUICK, asked) == msgspec.structs.replace(AGAINST, rounds=QUICK.rounds)


def test_each_figure_is_a_line() -> None:
    """A figure, its memory, its processor time, and the points of a curve."""
    ours, limit = Rounds.of([80.0]), Rounds.of([100.0])
    facts = {"ingest_cpu_us_a_row": 2.5, "COPY_cpu_us_a_row": 1.0}
    packs = figure("packs", "rows/s", {"ours": ours}, memory_mb=112.4, facts=facts)
    late = Curve(
        "late data", "% of the packs late", "rows/s", "COPY", False, points=(point(10, ours, limit, "rows/s"),)
    )
    told = msgspec.structs.replace(results(), figures=[packs], curves=[late])

    assert list(side.lines(told)) == [
        Line("packs", "rows/s", 80.0),
        Line("packs: peak memory", "MB", 112.4),
        Line("packs: ingest cpu us a row", "us", 2.5),
        Line("growth: 10 % of the packs late", "rows/s", 80.0),
    ]


def test_a_package_from_elsewhere_is_refused(tmp_path: Path) -> None:
    """This tree passes; of a tree whose package is not the imported one, no figure is taken."""
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "__init__.py").touch()

    assert {"bench", "ingest", "wire"} <= set(side.check_rooms(ROOT))
    with pytest.raises(NotOfThisTree, match="wire is imported from"):
        side.check_rooms(tmp_path)
    with pytest.raises(NotOfThisTree, match="was loaded from"):
        side.check_modules(tmp_path, ["bench"])


def test_processor_time_is_told_by_program(tmp_path: Path) -> None:
    """A child at work for 0.4 s is told by its name in a case of its own; what it did before does not count."""
    (tmp_path / "ingest.py").write_text("import time\nwhile time.process_time() < 0.4: pass\ntime.sleep(60)\n")
    with subprocess.Popen([sys.executable, "-m", "ingest"], cwd=tmp_path) as child:
        while side.processor_s(os.getpid()).get(child.pid, ("", 0.0))[1] < 0.38:
            time.sleep(0.01)
        after = side.processor_s(os.getpid())
        (line,) = side.spent("packs", {child.pid: ("ingest", 0.1)}, {child.pid: after[child.pid]})
        child.kill()

    assert line.name == "packs: processor time of ingest" and line.unit == "s"
    assert line.value == pytest.approx(0.3, abs=0.06)


def test_what_is_asked_of_a_tree_is_here() -> None:
    """A later comparison measures this tree by these names; whoever renames one teaches side.py both."""
    assert set(side.AT_WORK) <= set(CASES)
    assert callable(main.measure) and callable(Testbed.rest)
    assert "ground" in Run.__struct_fields__
