"""A pytest plugin: `--record FILE` writes how a run ended, which tests failed and which were skipped, as JSON.

`.ci/tiers.py` loads it and reads the file: the code of pytest alone names no test, and `make` hides it.
"""

import json
from pathlib import Path
from typing import Any

import pytest


class RunRecord:
    """What one run tells of its tests; in a run over several workers the controller hears all of them."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._failed: dict[str, None] = {}
        self._skipped: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failed or skipped test; a failure of its set-up or of its end counts as its own."""
        if report.failed:
            self._failed[without_group(report.nodeid)] = None
        elif report.skipped:
            self._skipped[without_group(report.nodeid)] = _reason(report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that cannot be read."""
        if report.failed:
            self._failed[report.nodeid] = None

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the record."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        found = {"exit": int(exitstatus), "failed": list(self._failed), "skipped": self._skipped}
        self._file.write_text(json.dumps(found, indent=1))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--record build/ci/test.json`."""
    parser.addoption("--record", type=Path, help="write how the run ended, failed and skipped tests to this file")


def pytest_configure(config: pytest.Config) -> None:
    """A worker of pytest-xdist records nothing: its controller does."""
    file: Path | None = config.getoption("--record")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(RunRecord(file))


def without_group(nodeid: str) -> str:
    """Return the id without the group behind it, which pytest-xdist takes for one by the same rule."""
    at = nodeid.rfind("@")
    return nodeid[:at] if at > nodeid.rfind("]") else nodeid


def _reason(told: Any) -> str:
    return str(told[2]) if isinstance(told, tuple) else str(told)
