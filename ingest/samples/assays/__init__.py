"""Assays: a laboratory's file into samples, once, with what it said kept; and samples out again for a study.

take(connection, facility, name, content, author, synthetic)   import a file; again changes nothing
current(connection, facility)                                  the newest revision of each primary sample
"""

from ingest.samples.assays.assay_import import take
from ingest.samples.assays.newest_samples import Current, current

__all__ = ["Current", "current", "take"]
