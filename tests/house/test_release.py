"""`make release` in a clone: what it refuses changes nothing, and what it makes is whole."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware.node import birth

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("api", "dashboard", "edge_agent", "firmware", "ingest", "tailings", "tailwatch", "wire")
CHANGES = "# Changelog\n\n## Unreleased\n\n- Pages \\1 hum.\n\n## 0.0.1\n\n- First.\n"
AUTHOR = {f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project as it is committed, with the assets of its pages; its changelog has something to release."""
    folder = tmp_path / "clone"
    git(ROOT, "clone", "--quiet", str(ROOT), str(folder))
    (folder / ".git/info/exclude").write_text("/node_modules\n")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "CHANGELOG.md").write_text(CHANGES)
    git(folder, "commit", "--quiet", "-am", "Say something")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """What a release reads before it begins, as a project of its own."""
    folder = tmp_path / "small"
    (folder / "node_modules").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('version = "0.1.0"\n')
    (folder / "CHANGELOG.md").write_text(CHANGES)
    git(folder, "init", "--quiet")
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "First")
    return folder


def git(folder: Path, *words: str) -> str:
    """What git says in a folder."""
    env = {**os.environ, **AUTHOR}
    return subprocess.run(["git", *words], cwd=folder, env=env, check=True, capture_output=True, text=True).stdout


def release(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program of the working tree in the clone."""
    command = [sys.executable, ROOT / ".ci/release.py", *words]
    return subprocess.run(command, cwd=folder, env={**os.environ, **AUTHOR}, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("version", "change", "says"),
    [
        ("", "", "'' is no version"),
        ("9.0", "", "'9.0' is no version"),
        ("0.0.9", "", "0.0.9 is not newer than the version of pyproject.toml"),
        ("99.1.0", "echo >>pyproject.toml", "The tree is not clean"),
        ("99.1.0", "touch another.py", "The tree is not clean"),
        ("99.1.0", "git tag v99.1.0", "v99.1.0 is tagged already"),
        ("99.1.0", "printf '## Unreleased\\n\\n## 1\\n' >CHANGELOG.md; git commit -qam x", "says nothing under"),
    ],
)
def test_what_cannot_be_released_is_refused(small: Path, version: str, change: str, says: str) -> None:
    """With a sentence, before anything is changed."""
    subprocess.run(["sh", "-c", change], cwd=small, env={**os.environ, **AUTHOR}, check=True)
    before = git(small, "rev-parse", "HEAD") + git(small, "status", "--porcelain")

    done = release(small, version)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("release: ") and says in done.stderr
    assert git(small, "rev-parse", "HEAD") + git(small, "status", "--porcelain") == before
    assert not (small / "dist").exists()


def test_a_release_is_committed_tagged_and_built(clone: Path) -> None:
    """Wheel and sdist have every file of the rooms that is committed, and each asset of the pages with its licence.

    The client is a distribution of its own.
    """
    done = release(clone, "99.1.0")

    assert done.returncode == 0, done.stderr
    assert git(clone, "log", "-1", "--format=%s") == "Release 99.1.0\n"
    assert git(clone, "describe", "--exact-match") == "v99.1.0\n"
    assert git(clone, "status", "--porcelain") == ""
    assert 'VERSION = "99.1.0"\n' in (clone / "firmware/node/birth.py").read_text()
    said = f"# Changelog\n\n## Unreleased\n\n## 99.1.0 ({datetime.now(UTC).date()})\n\n- Pages \\1 hum.\n\n## 0.0.1\n"
    assert (clone / "CHANGELOG.md").read_text().startswith(said)
    assert sorted(path.name for path in (clone / "dist").iterdir()) == [
        "tailwatch-99.1.0-py3-none-any.whl",
        "tailwatch-99.1.0.tar.gz",
        "tailwatch_client-99.1.0-py3-none-any.whl",
        "tailwatch_client-99.1.0.tar.gz",
    ]
    with zipfile.ZipFile(clone / "dist/tailwatch_client-99.1.0-py3-none-any.whl") as wheel:
        of_client = {f"client/{name}" for name in wheel.namelist() if ".dist-info/" not in name}
    assert of_client == set(git(clone, "ls-files", "client/tailwatch_client").splitlines())
    committed = set(git(clone, "ls-files", *ROOMS).splitlines())
    with zipfile.ZipFile(clone / "dist/tailwatch-99.1.0-py3-none-any.whl") as wheel:
        in_wheel = set(wheel.namelist())
    with tarfile.open(clone / "dist/tailwatch-99.1.0.tar.gz") as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    assert (committed - in_wheel, committed - in_sdist) == (set(), set())
    assets = {name.removeprefix("api/") for name in in_wheel if name.startswith("api/node_modules/")}
    packages = {name.rpartition("/LICENSE")[0] for name in assets if name.rpartition("/")[2].startswith("LICENSE")}
    assert assets <= in_sdist and len(assets) > 15
    assert {name for name in assets if not name.startswith(tuple(packages))} == set()


def test_a_release_that_cannot_be_built_leaves_the_tree_as_it_was(clone: Path) -> None:
    """Neither commit nor tag stays when a file that the build needs is broken."""
    (clone / "setup.py").write_text("raise SystemExit('broken')\n")
    git(clone, "add", "-A")
    git(clone, "commit", "--quiet", "-m", "Break it")
    before, tags = git(clone, "rev-parse", "HEAD"), git(clone, "tag")

    assert release(clone, "99.1.0").returncode != 0
    assert git(clone, "rev-parse", "HEAD") == before
    assert (git(clone, "status", "--porcelain"), git(clone, "tag")) == ("", tags)


def test_node_programs_and_client_are_of_one_release() -> None:
    """What a node says of itself in its birth is the version of the project, and that of its client."""
    for name in ("pyproject.toml", "client/pyproject.toml"):
        with (ROOT / name).open("rb") as file:
            assert tomllib.load(file)["project"]["version"] == birth.VERSION, name
