"""The trees that are compared: private copies, each with an environment that knows no other copy of our packages.

A copy is a clone that shares the objects of the repository and leaves no trace in it. The environment uses the
installed packages of the running one, but not its editable installation, so what a tree lacks is missing instead of
taken from the other. Where a lock file differs, the copy gets its own by its own `setup.sh`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import msgspec

from bench.against import side

LOCKS: Final = ("requirements-dev.lock", "package-lock.json")
NPM: Final = "node_modules"
INSTALLED: Final = Path(msgspec.__file__).parents[1]
"""Where the packages of the running environment are."""


class NoTree(Exception):
    """There is no such commit, or its tree cannot be made to run; whoever asked corrects it."""


class Tree(msgspec.Struct, frozen=True):
    """A copy. `changed` are the files of the working tree that differ from the commit."""

    name: str
    folder: Path
    commit: str
    subject: str
    changed: list[str]
    has_own_environment: bool

    @property
    def python(self) -> Path:
        """The Python in which its packages are found."""
        return self.folder / ".venv" / "bin" / "python"


class Trees:
    """Both copies and the program that runs in them, in a folder of their own."""

    def __init__(self, folder: Path, old: Tree, new: Tree) -> None:
        self.folder, self.old, self.new = folder, old, new
        self.program = Path(shutil.copy2(str(side.__file__), folder))

    @classmethod
    @contextmanager
    def open(cls, root: Path, commit: str) -> Iterator[Self]:
        """Copy a commit of the repository at `root`, and its working tree with all that is not committed.

        Raises NoTree. The copies are removed afterwards.
        """
        folder = Path(tempfile.mkdtemp(prefix="tailwatch-against-"))
        try:
            folder.chmod(0o755)  # as the folder of the ground: servers of other users may read below it
            old = _made(root, "old", resolve(root, commit), folder / "old", [])
            new = _made(root, "new", resolve(root, "HEAD"), folder / "new", changed_files(root))
            yield cls(folder, old, new)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def check_unchanged(self) -> None:
        """Raise NoTree when a copy is no longer what was copied."""
        for tree in (self.old, self.new):
            if (now := changed_files(tree.folder)) != tree.changed:
                raise NoTree(f"{tree.name}: files were changed while it was measured: {now}")

    def differing_files(self, room: str) -> list[str]:
        """Python files of a room that are not the same in both."""
        folders = [tree.folder for tree in (self.old, self.new)]
        names = {str(file.relative_to(folder)) for folder in folders for file in (folder / room).rglob("*.py")}
        return sorted(name for name in names if len({_bytes(folder / name) for folder in folders}) > 1)


def resolve(root: Path, commit: str) -> str:
    """Return the full hash; raises NoTree."""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    try:
        return git(root, *words).strip()
    except NoTree as error:
        raise NoTree(f"{commit}: no commit of {root}; `git log` names them, `git fetch` brings more") from error


def changed_files(root: Path) -> list[str]:
    """Files that differ from HEAD: changed, deleted, or new and not ignored."""
    told = git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
    return sorted(entry[3:] for entry in told.split("\0") if entry)


def git(folder: Path, *words: str) -> str:
    """Run git there and return what it prints; raises NoTree with its words."""
    # A hook that runs us names its own repository in the environment.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise NoTree(f"git {words[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _made(root: Path, name: str, commit: str, folder: Path, changed: list[str]) -> Tree:
    git(root, "clone", "--quiet", "--shared", "--no-checkout", str(root), str(folder))
    git(folder, "checkout", "--quiet", "--detach", commit)
    (folder / ".git" / "info" / "exclude").write_text(f"/{NPM}\n/.venv\n")
    for path in changed:
        _bring(root / path, folder / path)
    is_own = any(_bytes(root / lock) != _bytes(folder / lock) for lock in LOCKS)
    if is_own:
        _set_up(folder)
    else:
        _link(root, folder)
    _show(folder, [folder] if is_own else [folder, INSTALLED])
    rooms = [str(file.parent) for file in folder.glob("*/__init__.py")]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *rooms], stdout=subprocess.DEVNULL, check=False)
    subject = git(folder, "log", "-1", "--format=%s").strip()
    return Tree(name, folder, commit, subject, changed, has_own_environment=is_own)


def _bring(source: Path, target: Path) -> None:
    """Make `target` what `source` is now: a file, or nothing."""
    if not source.is_file():
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _link(root: Path, folder: Path) -> None:
    """An environment without packages of its own, and the assets of the pages."""
    venv.create(folder / ".venv", symlinks=True)
    if (root / NPM).is_dir():
        (folder / NPM).symlink_to((root / NPM).resolve())


def _show(folder: Path, places: Sequence[Path]) -> None:
    """Let its Python import from these; the .pth file of an editable installation in one of them is not read."""
    words = [str(folder / ".venv" / "bin" / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    Path(site, "tree.pth").write_text("".join(f"{place}\n" for place in places))


def _set_up(folder: Path) -> None:
    done = subprocess.run(["./setup.sh", "test"], cwd=folder, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise NoTree(f"{folder}: its own setup.sh ends with {done.returncode}, so its packages cannot be installed")


def _bytes(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""
