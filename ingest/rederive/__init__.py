"""Re-derivation: what the formulas, calibrations and filters of a facility file make of the stored raw values.

`preview` says what would change, `apply` replaces it as a revision day by day (and goes on where it was
interrupted), `apply_at_once` in one transaction, `around` what other readings change, `around_each` what single ones
do. `catch_up` does the same, unasked, for rows that arrived under an outdated version. `read` gives stored observations
as columns, `daily_means` their days. `derive` and `compare` are its two steps without a database, and `reach` says how
far around itself a reading counts.
"""

from ingest.rederive.application import apply, apply_at_once, around, around_each, catch_up
from ingest.rederive.change_preview import Preview, preview
from ingest.rederive.comparison import RELATIVE, DatastreamDifference, compare
from ingest.rederive.daily_means import daily_means
from ingest.rederive.derivation import derive
from ingest.rederive.reach import reach
from ingest.rederive.stored_series import StoredSeries, read
from ingest.rederive.stretch import Stretch, stored_facility, stretch

__all__ = [
    "RELATIVE",
    "DatastreamDifference",
    "Preview",
    "StoredSeries",
    "Stretch",
    "apply",
    "apply_at_once",
    "around",
    "around_each",
    "catch_up",
    "compare",
    "daily_means",
    "derive",
    "preview",
    "reach",
    "read",
    "stored_facility",
    "stretch",
]
