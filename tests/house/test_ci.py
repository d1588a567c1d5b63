"""CI is judged itself: what `.ci/run` reaches, and what `.ci/tiers.py` makes of tests that fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run_record import without_group

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = """\
check:
	@ln -s "$(PREFIX)" .venv
	@echo beside: $$(ls -A ..) above: $$(ls -A ../..) here: $$(ls)
test:
	@.venv/bin/python -m pytest -n 2 -p xdist -p no:cacheprovider tests
test-foreign:
	@echo folder $$PWD temporary $$TMPDIR
	@.venv/bin/python -m pytest -p no:cacheprovider tests
"""
FLAKY = """
from pathlib import Path
def once(name):
    file = Path(__file__).with_name(name)
    seen = file.exists()
    file.touch()
    return seen
def test_first(): assert {first}
def test_second(): assert {second}
def test_third(): assert True
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with this one's CI: its suite is `tests/test_it.py`, which a test writes."""
    folder = tmp_path / "outside" / "project"
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    (folder / "tests").mkdir()
    (folder / "tests/__init__.py").touch()
    shutil.copy(ROOT / "tests/run_record.py", folder / "tests")
    (folder / "Makefile").write_text(MAKEFILE)
    return folder


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as CI does, in an environment that loads no plugin but those that are named."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PREFIX": sys.prefix}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120)


def judged(project: Path, suite: str, tier: str = "test-foreign") -> tuple[int, list[str]]:
    """Exit code and report of one tier over a suite."""
    (project / "tests/test_it.py").write_text(suite)
    run("make", "check", cwd=project)
    done = run(sys.executable, ".ci/tiers.py", tier, cwd=project)
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("ci: ")]


@pytest.mark.parametrize("tier", ["test", "test-foreign"])
def test_one_second_chance_is_told_and_passes(project: Path, tier: str) -> None:
    """Over two workers and in one process the test is named, and tried alone."""
    code, report = judged(project, FLAKY.format(first="once('a')", second=True), tier)

    assert code == 0
    assert "ci: needed a second chance, to be mended: tests/test_it.py::test_first" in report
    assert report[-1] == "ci: passed"


@pytest.mark.parametrize(
    ("suite", "fault"),
    [
        (FLAKY.format(first="once('a')", second="once('b')"), "2 tests needed a second chance, and 1 is allowed"),
        (FLAKY.format(first="once('a')", second="1 == 2"), "tests/test_it.py::test_second failed twice"),
        ("def broken(:", "so not all of its tests ran"),
        ("import os\ndef test_first(): os._exit(0)", "so not all of its tests ran"),
        ("", "so not all of its tests ran"),
    ],
    ids=["two chances", "fails twice", "cannot be read", "dies", "no tests"],
)
def test_what_a_second_chance_does_not_mend_fails_the_run(project: Path, suite: str, fault: str) -> None:
    """Each by a line that says why."""
    code, report = judged(project, suite)

    assert code == 1
    assert any(line.startswith("ci: FAULT: ") and fault in line for line in report), report


def test_a_suite_that_passes_needs_no_second_chance(project: Path) -> None:
    """A skipped test is named with its reason."""
    suite = "import pytest\n@pytest.mark.skip(reason='no root')\ndef test_a(): ...\ndef test_b(): ...\n"
    code, report = judged(project, suite, "test")

    assert code == 0
    assert "ci:   skipped tests/test_it.py::test_a: Skipped: no root" in report
    assert not any("second chance" in line for line in report)


def test_the_group_behind_an_id_is_not_part_of_it() -> None:
    """By the rule of pytest-xdist: the last @, unless it stands in a parameter."""
    assert without_group("tests/a.py::test_b[x@y]@tests/a") == "tests/a.py::test_b[x@y]"
    assert without_group("tests/a.py::test_b[x@y]") == "tests/a.py::test_b[x@y]"


@pytest.mark.parametrize("shallow", [False, True], ids=["branch", "shallow and detached"])
def test_ci_works_on_what_is_committed_with_nothing_beside_it(project: Path, tmp_path: Path, shallow: bool) -> None:
    """The clone stands alone in a folder that stands alone; it is gone afterwards."""
    git = (
        "git",
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@t",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "advice.detachedHead=false",
    )
    (project / "tests/test_it.py").write_text("def test_a(): ...\n")
    (project.parent / "beside").mkdir()
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["commit", "-qm", "first"],
        ["commit", "-qm", "second", "--allow-empty"],
    ):
        subprocess.run([*git, *words], cwd=project, check=True)
    checkout = tmp_path / "checkout"
    words = ["--depth", "1", f"file://{project}"] if shallow else [str(project)]
    subprocess.run([*git, "clone", "-q", *words, str(checkout)], check=True)
    if shallow:
        subprocess.run([*git, "checkout", "-q", "--detach"], cwd=checkout, check=True)
        subprocess.run([*git, "commit", "-qm", "third", "--allow-empty"], cwd=checkout, check=True)
    (checkout / "uncommitted").touch()

    done = run(checkout / ".ci/run", cwd=tmp_path)

    told = dict(line.split(" ", 1) for line in done.stdout.splitlines() if line.startswith(("beside:", "folder")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert told["beside:"] == "tailwatch above: alone gitconfig tmp here: Makefile tests"
    clone, _, temporary = told["folder"].partition(" temporary ")
    assert (
        not Path(clone).exists() and not Path(temporary).exists() and Path(temporary).parent == Path(clone).parents[1]
    )
    assert ("third" if shallow else "second") in done.stderr
