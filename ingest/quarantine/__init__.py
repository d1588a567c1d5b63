"""The quarantine from the side of the person who looks at it: what can still be made of a refused message.

`retry` stores the readings of a message that is acceptable now, `place` those of a message without a time, or with one
that nobody believes; `release` stores all that were refused for one reason, moved by how wrong a clock was; `settle`
says that nothing more is to be done. Each is written down with author and reason; the message stays as it came.
"""

from ingest.quarantine.bulk_release import Chosen, ReleaseOutcome, release
from ingest.quarantine.decisions import place, retry, settle
from ingest.quarantine.messages import QuarantinedMessage, find, listed, not_kept

__all__ = [
    "Chosen",
    "QuarantinedMessage",
    "ReleaseOutcome",
    "find",
    "listed",
    "not_kept",
    "place",
    "release",
    "retry",
    "settle",
]
