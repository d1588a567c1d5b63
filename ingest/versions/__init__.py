"""Versions of a facility file: the centre is the authority, a new version is made from the stored one or refused.

`apply` stores a file, `export` gives the stored one to be changed, `history` lists all, `differences` says what
changed; `with_calibration` writes one calibration into the stored text; `Publisher` hands the stored version to the
edge agents.
"""

from ingest.versions.applying import Applied, Stale, apply
from ingest.versions.comparing import Change, differences
from ingest.versions.editing import with_calibration
from ingest.versions.publishing import Publisher
from ingest.versions.stored import Version, export, history, newest

__all__ = [
    "Applied", "Change", "Publisher", "Stale", "Version", "apply", "differences", "export", "history", "newest",
    "with_calibration",
]  # fmt: skip
