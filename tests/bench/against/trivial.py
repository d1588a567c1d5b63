"""A repository with a `bench` of two trivial cases, whose work is done by programs of its own, without servers."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from bench import figures

CASES: Final = '''\
"""The cases."""

import subprocess
import sys

from bench.figures import Rounds, figure


def rate(program):
    words = [sys.executable, "-P", "-m", program]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={})
    return [figure(f"{program} counts", "rows/s", {"ours": Rounds.of([float(done.stdout)])})]


CASES = {"worker": lambda run: rate("worker"), "other": lambda run: rate("other")}
'''
MAIN: Final = '''\
"""Measures."""

from bench.cases import CASES
from bench.figures import Results


class Ground:
    def rest(self):
        """Nothing is left behind."""


class Run:
    ground = Ground()


def measure(size, names):
    found = [one for name in names for one in CASES[name](Run())]
    machine = {"cpu": "any", "cores": 2, "date": "2026-01-01"}
    return Results(machine, size.name, 1.0, False, found, [])
'''
SIZE: Final = '''\
"""Amounts."""

import msgspec


class Size(msgspec.Struct, frozen=True):
    name: str
    rounds: int
    only_here: int = 3


QUICK = Size("quick", 1)
'''
PROGRAM: Final = '''\
"""Counts, and says how many rows a second."""

import time

TIMES = 1

if __name__ == "__main__":
    start_s = time.process_time()
    for _ in range(TIMES):
        sum(range(200_000))
    print(1000 / (time.process_time() - start_s))
'''
FILES: Final = {
    "bench/__init__.py": '"""Measures."""\n',
    "bench/__main__.py": MAIN,
    "bench/cases/__init__.py": CASES,
    "bench/size.py": SIZE,
    "worker/__init__.py": '"""A program."""\n',
    "worker/__main__.py": PROGRAM,
    "other/__init__.py": '"""Another program."""\n',
    "other/__main__.py": PROGRAM,
    ".gitignore": "__pycache__/\n.venv/\n",
}


def git(folder: Path, *words: str) -> str:
    """Run git as somebody."""
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    return subprocess.run(
        ["git", "-C", folder, *who, *words], capture_output=True, text=True, check=True
    ).stdout.strip()


def repository(folder: Path) -> Path:
    """Make it, with one commit."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    shutil.copy(str(figures.__file__), folder / "bench")
    git(folder, "init", "--quiet")
    commit(folder, "Begin")
    return folder


def commit(folder: Path, subject: str) -> str:
    """Commit all that is there; return the hash."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", subject)
    return git(folder, "rev-parse", "HEAD")


def work_more(folder: Path, program: str, times: int = 20) -> None:
    """Let a program do its work so many times over."""
    file = folder / program / "__main__.py"
    file.write_text(file.read_text().replace("TIMES = 1", f"TIMES = {times}"))
