"""What one and more ingest workers store a second, as a file and a document."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from bench import kept
from tailings.tables import table

RESULTS, DOCUMENT = "workers.json", "workers.md"
TEXT: Final = """# Ingest workers of a cluster

Generated from [workers.json](workers.json), which `make bench-workers` writes; do not edit.

Three brokers (RabbitMQ of Debian 13), one database, four agents' batches of 3,000 readings in CBOR, which wait in the
quorum queues while the workers stand still (`bench/cluster/workers.py`). Rows/s: from the moment that the workers go on
until the last row is committed. COPY: as many rows into the same table of the same server by one connection, in turns
with it. All of it shares one machine of {cores} cores with other work, so the ratio counts and not the rate; a second
worker has no cores of its own here.

{table}
"""


class Turn(msgspec.Struct, frozen=True):
    """One turn with so many workers: rows/s of ingest and of COPY, on so many cores."""

    workers: int
    ours: float
    copied: float
    cores: int


def read(folder: Path) -> list[Turn]:
    """The turns that the folder has."""
    return kept.read(folder / RESULTS, Turn)


def write(folder: Path, found: Sequence[Turn]) -> None:
    """Write the turns with their document."""
    kept.write(folder / RESULTS, found)
    (folder / DOCUMENT).write_text(text(found))


def text(found: Sequence[Turn]) -> str:
    """The document: medians, and the range of the ratio."""
    rows: list[tuple[str, ...]] = []
    for workers in sorted({one.workers for one in found}):
        of = [one for one in found if one.workers == workers]
        ratios = sorted(one.ours / one.copied for one in of)
        cells = (
            str(workers),
            str(len(of)),
            f"{median(one.ours for one in of):,.0f}",
            f"{median(one.copied for one in of):,.0f}",
            f"{median(ratios):.2f}",
            f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
        )
        rows.append(cells)
    head = ("workers", "turns", "rows/s", "COPY, rows/s", "ratio", "from to")
    return TEXT.format(cores=found[-1].cores, table=table(head, rows))
