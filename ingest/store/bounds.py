"""Bounds: what a single sender can make grow in the database, by names and epochs that only it has thought of.

A node that begins an epoch with each message, or tells of an instrument that does not exist, and a gateway that makes
nodes up are broken or hostile; whichever it is, the rows that they cause are limited here. What is beyond is folded:
the rows heard of longest ago are added to one row (of the epoch `wire.sequence.FOLDED_EPOCH`; of the sender "?", where
no facility file has theirs), so no sum of the ledger changes, and the row says how many it stands for. It is told when
a sender is folded for the first time. What has limits elsewhere: quarantine (`quarantine_bytes`), chains (MAX_CHAIN of
an epoch), the ranges of a sequence state (`wire.limits`); agents and their states are those that the broker lets in.
"""

import time
from typing import Final

from ingest.values import Connection
from runtime.log import log_of

tell = log_of(__name__)

NOBODY: Final = "?"
"""Stands for the nodes that no facility file has, in the rows that they are folded into."""
MAX_EPOCHS: Final = 64
"""Of a sender. A node begins one with each new outbox, a gateway with each new buffer: some in its life."""
MAX_UNKNOWN: Final = 1000
"""Epochs, and faults, of all nodes of a facility together that its file does not have."""
MAX_UNKNOWN_FAULTS: Final = 16
"""Instruments of a node at fault that the facility file does not have; a firmware has some of its own."""
AT_ONCE: Final = 20_000
"""Rows that one transaction folds: some two seconds of work."""
EVERY_S: Final = 10.0
FOLD_EPOCHS: Final = "SELECT * FROM fold_epochs(%s, %s, %s)"
FOLD_FAULTS: Final = "SELECT * FROM fold_faults(%s, %s, %s)"
CAUSE: Final = "it makes up names or epochs: its outbox is made anew again and again, or its password is in other hands"


class Folding:
    """A work of the job scheduler, done every EVERY_S."""

    def __init__(self) -> None:
        self._due_s = 0.0

    def fold(self, connection: Connection) -> int:
        """Fold some of what is beyond the limits; return how many rows, 0 when it is not time or nothing is left."""
        now_s = time.monotonic()
        if now_s < self._due_s:
            return 0
        folded = 0
        works = (("epochs-folded", FOLD_EPOCHS, MAX_EPOCHS), ("faults-folded", FOLD_FAULTS, MAX_UNKNOWN_FAULTS))
        for event, question, most in works:
            for facility, sender, rows, is_first in connection.execute(question, (most, MAX_UNKNOWN, AT_ONCE)):
                folded += rows
                if is_first:
                    tell(
                        "WARNING",
                        event,
                        facility=facility,
                        sender=sender,
                        rows=rows,
                        reason=CAUSE,
                        next="sums are kept",
                    )
        if folded == 0:
            self._due_s = now_s + EVERY_S
        return folded
