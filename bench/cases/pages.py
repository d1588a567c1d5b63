"""Pages: bytes and requests as the browser tests measured them last (they need Chromium); nothing when they did not."""

import json
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, Rounds, figure
from bench.run import Run

MEASURED: Final = Path(__file__).parents[2] / "build" / "pages.json"
GOAL_BYTES: Final = "< 357,000"
GOAL_SLIDER: Final = "< 200"
SLIDER: Final = "slider_ms"


def run(run: Run) -> list[Figure]:
    """Bytes on the wire of each page, empty cache; files, questions to the api and elements beside it."""
    if not MEASURED.exists():
        return []
    pages = json.loads(MEASURED.read_text())
    return [_figure(name, page) for name, page in pages.items()] + [
        figure(
            f"what-if slider of page {name}, until 10,000 draws stand there", "ms",
            {"ours": Rounds.of([page[SLIDER]])}, goal=GOAL_SLIDER,
        )
        for name, page in pages.items() if SLIDER in page
    ]  # fmt: skip


def _figure(name: str, page: dict[str, Any]) -> Figure:
    facts = {key: float(value) for key, value in page.items() if key not in ("wire_bytes", SLIDER)}
    rounds = {"ours": Rounds.of([page["wire_bytes"]])}
    return figure(f"page {name}", "bytes", rounds, goal=GOAL_BYTES, facts=facts)
