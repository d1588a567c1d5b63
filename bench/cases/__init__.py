"""The cases: one file each, with `run(run) -> figures and curves`.

A case prepares outside the clock, and raises WrongResult when what it measured did not do its work.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bench.cases import (
    agent,
    assess,
    beside,
    codec,
    estimate,
    file_import,
    formats,
    growth,
    latency,
    latest,
    live,
    own_time,
    packs,
    pages,
    questions,
    rederive,
    replay,
    sensorthings,
    series,
    single,
    steady,
)
from bench.figures import Curve, Figure
from bench.run import Run

Case = Callable[[Run], Sequence[Figure | Curve]]

CASES: Final[dict[str, Case]] = {
    "codec": codec.run,
    "estimate": estimate.run,
    "packs": packs.run,
    "beside": beside.run,
    "single": single.run,
    "replay": replay.run,
    "file-import": file_import.run,
    "latency": latency.run,
    "growth": growth.run,
    "latest": latest.run,
    "own-time": own_time.run,
    "series": series.run,
    "formats": formats.run,
    "questions": questions.run,
    "sensorthings": sensorthings.run,
    "live": live.run,
    "agent": agent.run,
    "steady": steady.run,
    "pages": pages.run,
    "assess": assess.run,
    "rederive": rederive.run,
}
"""In the order in which they run: the table grows on the way, what reads it comes after what fills it, and what stores
other versions of the facility file comes last."""
