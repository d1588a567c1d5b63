"""A node on the VM for tests: builds the firmware once, writes node.json and sim.json, reads produced.log."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

HEAP = "heapsize=64wk"
POLL_S = 0.02


class Made(NamedTuple):
    """One value as the node made it; `when` is Unix ms, or "@boot:uptime_ms" of a node without a clock."""

    value: str
    when: str


class Journal:
    """What produced.log says: `values[seq][name]`, which seqs are certainly on flash, dropped and void ones."""

    def __init__(self, text: str) -> None:
        self.values: dict[int, dict[str, Made]] = {}
        self.kept: set[int] = set()
        self.dropped: set[int] = set()
        self.void: dict[int, str] = {}
        self.offsets_ms: dict[int, int] = {}
        self.heap_free_bytes: list[int] = []
        for line in text.splitlines():
            self._take(line.split())

    def _take(self, words: list[str]) -> None:
        if words[0] == "D":
            self.kept.add(int(words[1]))
        elif words[0] == "X":
            self.dropped.update(range(int(words[1]), int(words[2]) + 1))
        elif words[0] == "V":
            self.void[int(words[1])] = words[2]
        elif words[0] == "T":
            self.offsets_ms[int(words[1])] = int(words[2])
        elif words[0] == "H":
            self.heap_free_bytes.append(int(words[1]))
        else:
            self.values.setdefault(int(words[0]), {})[words[1]] = Made(words[2], words[3])

    def time_ms(self, made: Made) -> int | None:
        """Unix milliseconds of a value, by the offset of its boot where it was made without a clock."""
        if not made.when.startswith("@"):
            return int(made.when)
        boot, uptime_ms = made.when[1:].split(":")
        offset_ms = self.offsets_ms.get(int(boot))
        return None if offset_ms is None else int(uptime_ms) + offset_ms


class NodeProcess:
    """One node in a folder of its own, started and ended by hand."""

    def __init__(self, built: Path, folder: Path, **identity: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._built = built
        self._process: subprocess.Popen[str] | None = None
        (folder / "node.json").write_text(json.dumps({"journal": True, **identity}))

    def simulate(self, channels: dict[str, float], faults: dict[str, str] | None = None, rtc_step_s: int = 0) -> None:
        """Says what the instruments see from now on."""
        text = json.dumps({"channels": channels, "faults": faults or {}, "rtc_step_s": rtc_step_s})
        (self.folder / "sim.tmp").write_text(text)
        os.replace(self.folder / "sim.tmp", self.folder / "sim.json")

    def start(self) -> None:
        """Starts the VM."""
        self._process = subprocess.Popen(
            ["micropython", "-X", HEAP, str(self._built / "main.py"), str(self.folder)],
            stdout=(self.folder / "said.log").open("a"),
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self, limit_s: float = 60) -> int:
        """Waits for a node with a limited number of cycles; returns its exit code."""
        assert self._process is not None
        return self._process.wait(limit_s)

    def kill(self) -> None:
        """kill -9, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)

    def said(self) -> str:
        """What the node printed."""
        return (self.folder / "said.log").read_text()

    def told(self) -> str:
        """What it printed, and whether it runs, for who waits in vain."""
        end = None if self._process is None else self._process.poll()
        return f"exit code {end}, journal {self.journal().kept}, said {self.said()[-3000:]!r}"

    def journal(self) -> Journal:
        """What it made so far."""
        path = self.folder / "produced.log"
        return Journal(path.read_text() if path.exists() else "")


def until(
    condition: Callable[[], object], what: str, limit_s: float = 60, *, said: Callable[[], str] = lambda: ""
) -> None:
    """Polls until `condition` holds; fails with `what`, and what is said then, when it does not in time."""
    end_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end_s, f"not within {limit_s} s: {what} {said()}"
        time.sleep(POLL_S)
