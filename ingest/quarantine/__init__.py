"""The quarantine from the side of the person who looks at it: what can still be made of a refused message.

`retry` stores the readings of a message that is acceptable now, `place` those of a message without a time, `settle`
says that nothing more is to be done. Each is written down with author and reason; the message stays as it came.
"""

from ingest.quarantine.deciding import place, retry, settle
from ingest.quarantine.messages import Message, find, listed, not_kept

__all__ = ["Message", "find", "listed", "not_kept", "place", "retry", "settle"]
