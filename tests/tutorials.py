"""The tutorials as a newcomer follows them: each block of a page is done, in order, and what the page shows must come.

A fence says by its second word what its block is:
    sh              commands of one terminal; what the `text` block behind it shows must be among what they print
    sh until        the same, again until it is so
    sh terminal     a program in a terminal of its own, which stays open
    sh setup        the set-up of the project, which whoever runs this has done
    toml FILE       lines to append to a file
    text keys       Ctrl-C in the terminal of `tailwatch up`
    text mail       a mail that comes
In a line of `text`, `…` stands for anything.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

PAGES: Final = Path(__file__).parents[1] / "docs/tutorials"
WITHIN_S: Final = 90.0
PASSWORD: Final = "a rather long word 17\n"
FENCE: Final = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, what it is, its lines, and where it stands."""

    language: str
    what: str
    text: str
    place: str


def blocks(page: str) -> list[Block]:
    """The blocks of a page, in order."""
    text = (PAGES / f"{page}.md").read_text()
    return [
        Block(found[1], found[2] or "", found[3], f"{page}.md:{text.count(chr(10), 0, found.start()) + 1}")
        for found in FENCE.finditer(text)
    ]


def missing(shown: str, printed: str) -> list[str]:
    """The lines of a page that are not, in their order, among what was printed."""
    at, left = 0, []
    lines = printed.splitlines()
    for line in filter(str.strip, shown.splitlines()):
        words = r".*".join(re.escape(part.strip()) for part in line.split("…"))
        found = next((n for n, one in enumerate(lines[at:], at) if re.search(words, one)), None)
        if found is None:
            left.append(line)
        else:
            at = found + 1
    return left


class Newcomer:
    """Somebody in an empty folder, with the pages, terminals, and a phone.

    instead: what a machine that is not the reader's has in the place of ports and folders that pages name.
    """

    def __init__(self, folder: Path, instead: Mapping[str, str], mails: Callable[[], str]) -> None:
        self._folder, self._instead, self._mails = folder, instead, mails
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": programs, "TAILWATCH_STATE": str(folder / "site")}
        self._terminals: list[tuple[str, subprocess.Popen[bytes], Path]] = []
        self._said, self._every_s = "", 0.2

    def follow(self, page: str) -> None:
        """Do all that a page says."""
        before: Block | None = None
        for block in blocks(page):
            text = self._here(block.text)
            if block.language == "toml":
                with (self._folder / block.what).open("a") as file:
                    file.write(text)
            elif block.what == "keys":
                self._end("tailwatch up")
            elif block.what == "mail":
                self._wait(block, text, self._mails)
            elif block.language == "text":
                assert before is not None, block.place
                self._wait(block, text, self._printer(before))
            elif block.what == "terminal":
                self._open(text)
            elif block.what == "":
                self._said = self._run(block)
            before = block if block.language == "sh" else before

    def close(self) -> None:
        """End what is still open, the last first."""
        while self._terminals:
            self._end(self._terminals[-1][0])

    def _here(self, text: str) -> str:
        for page, here in self._instead.items():
            text = text.replace(page, here)
        return text

    def _printer(self, block: Block) -> Callable[[], str]:
        """What the block before prints: of a terminal until now, again where the page says so, else what it printed."""
        self._every_s = 2.0 if block.what == "until" else 0.2
        if block.what == "terminal":
            log = self._terminals[-1][2]
            return lambda: log.read_text(errors="replace")
        if block.what == "until":
            return lambda: self._run(block, may_fail=True)
        said = self._said
        return lambda: said

    def _run(self, block: Block, *, may_fail: bool = False) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self._here(block.text)],
            cwd=self._folder,
            env=self._environment,
            input=PASSWORD,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=WITHIN_S,
        )
        assert may_fail or done.returncode == 0, f"{block.place}: exit code {done.returncode}\n{done.stdout}"
        return done.stdout

    def _wait(self, block: Block, shown: str, printed: Callable[[], str]) -> None:
        deadline = time.monotonic() + WITHIN_S
        while left := missing(shown, said := printed()):
            closed = [f"{line}\n{log.read_text()}" for line, one, log in self._terminals if one.poll() is not None]
            assert not closed, f"{block.place}: ended by itself: {closed}"
            assert time.monotonic() < deadline, f"{block.place}: {left} did not come; there was\n{said}"
            time.sleep(self._every_s)

    def _open(self, line: str) -> None:
        log = self._folder / f"terminal-{len(list(self._folder.glob('terminal-*')))}.log"
        with log.open("wb") as out:
            terminal = subprocess.Popen(
                ["bash", "-c", f"exec {line}"],
                cwd=self._folder,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._terminals.append((line.strip(), terminal, log))

    def _end(self, begins: str) -> None:
        """Press Ctrl-C in the terminal of a program: each process of it gets the signal."""
        line, terminal, log = next(one for one in self._terminals if one[0].startswith(begins))
        self._terminals.remove((line, terminal, log))
        os.killpg(terminal.pid, signal.SIGINT)
        try:
            code = terminal.wait(WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(terminal.pid, signal.SIGKILL)
            raise
        assert code == 0 or not line.startswith("tailwatch"), f"{line} ended with {code}\n{log.read_text()}"
