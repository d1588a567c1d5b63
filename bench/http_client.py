"""Asking the running api over one connection that stays open, and the time it takes."""

import http.client
import json
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self

from bench.figures import WrongResult
from bench.programs import Program
from bench.testbed import Testbed
from tailwatch.ports import LOOPBACK

TIMEOUT_S: Final = 120.0
OK: Final = 200
READ_BYTES: Final = 1 << 16


class Asking:
    """A client of a program that serves at a port of this machine."""

    def __init__(self, program: Program, port: int) -> None:
        self.program = program
        self._line = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_S)

    @classmethod
    def api(cls, ground: Testbed) -> Self:
        """A client of the running api."""
        return cls(ground.api(), ground.site.api_port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def get(self, path: str) -> bytes:
        """Return the body of an answer; raises WrongResult when it is not 200."""
        self._line.request("GET", path)
        answer = self._line.getresponse()
        body = answer.read()
        if answer.status != OK:
            raise WrongResult(f"{path}: {answer.status} {body[:300]!r}")
        return body

    def save(self, path: str, file: Path) -> None:
        """Write the body of an answer to a file as it comes; raises WrongResult when it is not 200."""
        self._line.request("GET", path)
        answer = self._line.getresponse()
        if answer.status != OK:
            raise WrongResult(f"{path}: {answer.status} {answer.read()[:300]!r}")
        with file.open("wb") as opened:
            shutil.copyfileobj(answer, opened, READ_BYTES)

    def json(self, path: str) -> dict[str, Any]:
        """Return the answer, decoded."""
        found: dict[str, Any] = json.loads(self.get(path))
        return found


def answered_ms(ask: Callable[[], object], times: int) -> float:
    """The median time [ms] of asking a few times."""
    taken_ms = []
    for _ in range(times):
        start_s = time.perf_counter()
        ask()
        taken_ms.append((time.perf_counter() - start_s) * 1000)
    return statistics.median(taken_ms)
