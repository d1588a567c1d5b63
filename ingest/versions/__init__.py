"""Versions of a facility file: the centre is the authority, a new version is made from the stored one or refused.

`apply` stores a file, `export` gives the stored one to be changed, `history` lists all; `changes` and `differences` say
what changed; `given` gives what was approved and withdrawn beside a file; `with_calibration` writes one calibration
into the stored text; `Publisher` hands the stored version to the edge agents.
"""

from ingest.versions.application import ApplicationOutcome, Stale, apply, changes
from ingest.versions.approvals import given
from ingest.versions.calibration_edit import with_calibration
from ingest.versions.comparison import ValueChange, differences
from ingest.versions.publication import Publisher
from ingest.versions.stored_versions import StoredVersion, export, history, newest

__all__ = [
    "ApplicationOutcome",
    "Publisher",
    "Stale",
    "StoredVersion",
    "ValueChange",
    "apply",
    "changes",
    "differences",
    "export",
    "given",
    "history",
    "newest",
    "with_calibration",
]
