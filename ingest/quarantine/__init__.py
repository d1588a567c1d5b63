"""The quarantine from the side of the person who looks at it: what can still be made of a refused message.

`retry_slice` stores the readings of messages that are acceptable now, one or all that are chosen, slice by slice;
`place` those of a message without a time, or with one that nobody believes; `release` stores all that were refused for
one reason, moved by how wrong a clock was; `settle` says that nothing more is to be done. Each is written down with
author and reason; the message stays as it came.
"""

from ingest.quarantine.bulk_release import Chosen, ReleaseOutcome, release
from ingest.quarantine.bulk_retry import Author, RetryChoice, RetryOutcome, retry_slice
from ingest.quarantine.decisions import place, settle
from ingest.quarantine.messages import Held, QuarantinedMessage, find, held, listed, readings

__all__ = [
    "Author",
    "Chosen",
    "Held",
    "QuarantinedMessage",
    "ReleaseOutcome",
    "RetryChoice",
    "RetryOutcome",
    "find",
    "held",
    "listed",
    "place",
    "readings",
    "release",
    "retry_slice",
    "settle",
]
