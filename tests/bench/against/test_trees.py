"""The trees: each copy is what it should be, runs its own packages, and leaves no trace."""

import subprocess
from pathlib import Path

import pytest

from bench.against.trees import NoTree, Tree, Trees, changed_files
from tests.bench.against.trivial import commit, git, repository, work_more

WHERE = "import worker, sys; print(worker.__file__); import msgspec"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit."""
    return repository(tmp_path / "root")


def imported(tree: Tree) -> str:
    """Where the Python of a tree finds `worker`, as programs of ours are started."""
    words = [tree.python, "-P", "-c", WHERE]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


def test_the_new_tree_is_the_working_tree(root: Path) -> None:
    """What is changed, new or deleted and not committed is in the new copy; the old one is the commit."""
    work_more(root, "worker")
    (root / "added.py").write_text('"""New."""\n')
    (root / "other" / "__main__.py").unlink()

    with Trees.open(root, "HEAD") as trees:
        assert trees.new.changed == ["added.py", "other/__main__.py", "worker/__main__.py"]
        assert (changed_files(trees.new.folder), changed_files(trees.old.folder)) == (trees.new.changed, [])
        assert "TIMES = 20" in (trees.new.folder / "worker" / "__main__.py").read_text()


def test_each_python_finds_its_own_packages(root: Path) -> None:
    """`worker` comes from the copy; a package that the old commit lacks is missing there, not taken from the new."""
    begin = git(root, "rev-parse", "HEAD")
    (root / "later").mkdir()
    (root / "later" / "__init__.py").write_text('"""Later."""\n')
    commit(root, "Add a package")

    with Trees.open(root, begin) as trees:
        words = [trees.old.python, "-P", "-c", "import later"]
        assert [Path(imported(tree)).parents[1] for tree in (trees.old, trees.new)] == [
            trees.old.folder,
            trees.new.folder,
        ]
        assert b"No module named 'later'" in subprocess.run(words, capture_output=True, check=False).stderr


def test_no_trace_is_left(root: Path) -> None:
    """The copies are gone afterwards, and the repository has neither a worktree nor a change."""
    with Trees.open(root, "HEAD") as trees:
        folder = trees.folder

    assert not folder.exists()
    assert git(root, "worktree", "list").count("\n") == 0
    assert git(root, "status", "--porcelain") == ""


def test_an_unknown_commit_is_named(root: Path) -> None:
    """What is no commit is refused with its name."""
    with pytest.raises(NoTree, match="nothing: no commit of"), Trees.open(root, "nothing"):
        pass


def test_a_copy_that_was_changed_is_noticed(root: Path) -> None:
    """A file that changes while it is measured makes the comparison void."""
    with Trees.open(root, "HEAD") as trees:
        trees.check_unchanged()
        work_more(trees.old.folder, "worker")

        with pytest.raises(NoTree, match=r"worker/__main__\.py"):
            trees.check_unchanged()


def test_another_lock_file_brings_another_environment(root: Path) -> None:
    """Where a lock file differs, the copy is set up by its own setup.sh, and its Python finds its own packages."""
    script = '#!/bin/sh\npython3 -m venv --without-pip .venv && touch ".venv/made-for-$1"\n'
    (root / "setup.sh").write_text(script)
    (root / "setup.sh").chmod(0o755)
    (root / "requirements-dev.lock").write_text("msgspec==0.18\n")
    begin = commit(root, "Lock")
    (root / "requirements-dev.lock").write_text("msgspec==0.19\n")
    commit(root, "Lock another")

    with Trees.open(root, begin) as trees:
        assert (trees.old.has_own_environment, trees.new.has_own_environment) == (True, False)
        assert (trees.old.folder / ".venv" / "made-for-test").exists()
        words = [trees.old.python, "-P", "-c", WHERE.partition("import msgspec")[0]]
        assert str(trees.old.folder) in subprocess.run(words, capture_output=True, text=True, check=True).stdout
