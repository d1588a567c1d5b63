"""Imports: files of observations that a person brings, each an object that can be listed, compared and taken back.

What a file holds goes through a gateway like every reading. Before that each chunk is sieved here (`Sieve`): what is
stored already is counted, and so is what differs from it, which is kept or, where that was asked for, replaced under
the import's own revision. `begin` gives an import, a new one or the one to go on with, `close` ends it, `undo` takes it
back; `counts` says what became of every cell.

What a person read by hand comes without a file and without a gateway (`by_hand`), by the same rules: nothing twice, and
a differing value is replaced only where that was asked for, under a revision, which `withdraw` takes back.
"""

from ingest.imports.book import (
    Import,
    begin,
    close,
    counts,
    expected_s,
    find,
    listed,
    replaced,
    standing,
    undo,
)
from ingest.imports.by_hand import EnteredReadings, HandReading, ReadingConflict, enter
from ingest.imports.counts import ColumnCount, PartCount, ReadingGap
from ingest.imports.sieve import MOST_GAPS, ImportedChunk, Sieve
from ingest.imports.withdrawal import withdraw

__all__ = [
    "MOST_GAPS",
    "ColumnCount",
    "EnteredReadings",
    "HandReading",
    "Import",
    "ImportedChunk",
    "PartCount",
    "ReadingConflict",
    "ReadingGap",
    "Sieve",
    "begin",
    "close",
    "counts",
    "enter",
    "expected_s",
    "find",
    "listed",
    "replaced",
    "standing",
    "undo",
    "withdraw",
]
