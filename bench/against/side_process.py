"""One side as it runs: a process of the tree's own Python, which waits for its turn before each measurement."""

import signal
import time
from pathlib import Path
from typing import Final

import msgspec

from bench.against.side import BETWEEN, Answer, Request
from bench.against.trees import Tree
from tailwatch.process import Command, Process

ENDED_WITHIN_S: Final = 60.0
POLL_S: Final = 0.005
LAST_CHARACTERS: Final = 3000


class NotMeasured(Exception):
    """A side did not answer, or there is nothing to compare."""


class Running:
    """One side as it runs; leaving the block ends it in order."""

    def __init__(self, tree: Tree, program: Path, request: Request) -> None:
        self.tree, self._request, self._turns = tree, request, 0
        for what in ("waits", "allowed", "answer"):
            request.file(what).unlink(missing_ok=True)
        request.file("allowed").touch()
        asked = request.file("request")
        asked.write_bytes(msgspec.json.encode(request))
        command = Command(
            tree.name,
            (str(tree.python), "-P", str(program), str(asked)),
            cwd=tree.folder,
            # Both empty: no other tree on the path, and no side that compiles its modules at each start.
            env={"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": ""},
            stop_signal=signal.SIGINT,
            stop_within_s=ENDED_WITHIN_S,
        )
        with request.file("log").open("wb") as log:
            self._process = Process(command, log)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def wait(self) -> bool:
        """Wait until it waits for its next turn, and return whether that is between cases; raises NotMeasured when it
        ends instead.
        """
        while len(waits := self._waits()) <= self._turns:
            if not self._process.is_alive:
                raise NotMeasured(self._last_words())
            time.sleep(POLL_S)
        return waits.endswith(BETWEEN)

    def allow(self) -> None:
        """Let it go on to where it waits next."""
        with self._request.file("allowed").open("ab") as turns:
            turns.write(b".")
        self._turns += 1

    def answer(self) -> Answer:
        """Wait for the end; raises NotMeasured without an answer, or with that of another tree."""
        while self._process.is_alive:
            time.sleep(POLL_S)
        if not self._request.file("answer").is_file():
            raise NotMeasured(self._last_words())
        found = msgspec.json.decode(self._request.file("answer").read_bytes(), type=Answer)
        if (found.tree, found.commit) != (str(self.tree.folder), self.tree.commit):
            raise NotMeasured(f"{self.tree.name} was to be {self.tree.commit}, and says {found.commit} in {found.tree}")
        return found

    def _waits(self) -> bytes:
        file = self._request.file("waits")
        return file.read_bytes() if file.is_file() else b""

    def _last_words(self) -> str:
        log = self._request.file("log").read_text()[-LAST_CHARACTERS:]
        return f"{self.tree.name} ({self.tree.commit[:12]}) failed:\n{log}"
