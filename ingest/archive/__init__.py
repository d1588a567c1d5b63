"""The archive: observations as Parquet files that anybody can read, one a facility and month, written once.

A manifest names every file with its SHA-256. What comes or changes after a month was written goes into an addendum, a
further part of that month; read in order, a later part's row stands for an earlier one of the same datastream and time.
"""

from ingest.archive.manifest import ArchiveDamaged, ArchivePart, read_manifest
from ingest.archive.months import Month, months
from ingest.archive.restoration import restore
from ingest.archive.verification import verify
from ingest.archive.writer import write

__all__ = ["ArchiveDamaged", "ArchivePart", "Month", "months", "read_manifest", "restore", "verify", "write"]
