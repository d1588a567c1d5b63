"""Which inputs take a branch of ours that none took before, by the monitoring of Python 3.12 and later (PEP 669).

The interpreter calls back at each branch until both of its ways were taken, and never again: after a short time an
input costs next to nothing. On Python 3.11 no input is new, and mutation goes on without guidance.
"""

import sys
from pathlib import Path
from types import CodeType
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("wire", "codec", "runtime", "tailings", "firmware", "edge_agent", "ingest", "api", "tailwatch")
BROKEN: Final = "tests/fuzz/broken.py"
TOOL: Final = 4
"""The number under which the interpreter knows this tool; those of debugger, coverage and profiler are others."""


class NewBranches:
    """Listens from its making on, for the rest of the process."""

    def __init__(self) -> None:
        self._first_way: dict[tuple[int, int], int] = {}
        self._rooms = (*(f"{ROOT / room}/" for room in ROOMS), str(ROOT / BROKEN))
        self._is_new = False
        self._monitoring: Any = getattr(sys, "monitoring", None)
        if self._monitoring is not None:
            branch = self._monitoring.events.BRANCH
            self._monitoring.use_tool_id(TOOL, "fuzz")
            self._monitoring.register_callback(TOOL, branch, self._taken)
            self._monitoring.set_events(TOOL, branch)

    def take(self) -> bool:
        """Whether there was a new one since the last call."""
        is_new, self._is_new = self._is_new, False
        return is_new

    def _taken(self, code: CodeType, at: int, to: int) -> object:
        if not code.co_filename.startswith(self._rooms):
            return self._monitoring.DISABLE
        first = self._first_way.setdefault((id(code), at), -1)
        if first == to:
            return None
        self._is_new = True
        if first != -1:
            return self._monitoring.DISABLE
        self._first_way[id(code), at] = to
        return None
