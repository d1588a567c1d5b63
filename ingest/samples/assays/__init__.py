"""Assays: a laboratory's file into samples, once, with what it said kept; and samples out again for a study.

take(connection, facility, name, content, author, synthetic=, mapping=)   import a file; again changes nothing
preview(connection, facility, content, mapping)                what that would do
imported(connection, facility, most)                           the newest imports
withdraw(connection, facility, file, author, reason, names=)   take back what a file brought
current(connection, facility)                                  the newest revision of each primary sample
stored_at(connection, facility, at), of_samples(stored)        the same in two steps, as it stood at an instant
"""

from ingest.samples.assays.assay_import import AssayPreview, BadMap, preview, take
from ingest.samples.assays.newest_samples import current, stored_at
from ingest.samples.assays.withdrawal import ImportedFile, WithdrawalRefused, Withdrawn, imported, withdraw
from tailings.study.stored_samples import Current, StoredSample, of_samples

__all__ = [
    "AssayPreview",
    "BadMap",
    "Current",
    "ImportedFile",
    "StoredSample",
    "WithdrawalRefused",
    "Withdrawn",
    "current",
    "imported",
    "of_samples",
    "preview",
    "stored_at",
    "take",
    "withdraw",
]
