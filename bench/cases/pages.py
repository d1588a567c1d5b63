"""Pages: bytes, requests and times as the browser tests measure them now; nothing where there is no Chromium."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, Rounds, WrongResult, figure
from bench.run import Run

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ("tests/dashboard/test_budgets.py", "tests/dashboard/test_crowd.py")
GOAL_BYTES: Final = "< 357,000"
GOAL_SLIDER: Final = "< 200"
SLIDER: Final = "slider_ms"


def run(run: Run) -> list[Figure]:
    """Bytes on the wire of each page, empty cache; files, questions to the api and elements beside it."""
    if not run.size.page_loads or shutil.which("chromium-headless-shell") is None:
        return []
    run.meter.begin("pages in a browser", 1)
    pages = _measured(run.ground.folder / "pages.json", run.size.page_loads)
    run.meter.tick()
    return [_figure(name, page) for name, page in pages.items()] + [
        figure(
            f"what-if slider of page {name}, until 10,000 draws stand there",
            "ms",
            {"ours": Rounds.of([page[SLIDER]])},
            goal=GOAL_SLIDER,
        )
        for name, page in pages.items()
        if SLIDER in page
    ]


def _measured(file: Path, loads: int) -> dict[str, dict[str, Any]]:
    """Let the tests measure on servers of their own; a limit that is broken is seen in the figures."""
    environment = {**os.environ, "TAILWATCH_BUDGETS": str(file), "TAILWATCH_LOADS": str(loads)}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if not file.is_file():
        raise WrongResult(f"the pages were not measured:\n{done.stdout[-2000:]}")
    measured: dict[str, dict[str, Any]] = json.loads(file.read_text())
    return measured


def _figure(name: str, page: dict[str, Any]) -> Figure:
    facts = {key: float(value) for key, value in page.items() if key not in ("wire_bytes", SLIDER)}
    rounds = {"ours": Rounds.of([page["wire_bytes"]])}
    return figure(f"page {name}", "bytes", rounds, goal=GOAL_BYTES, facts=facts)
