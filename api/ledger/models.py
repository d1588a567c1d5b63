"""The ledger as the api shows it: what was sent and what became of it."""

from datetime import date
from typing import Final

from pydantic import Field

from api.http.models import Shape, Time


class LedgerCounts(Shape):
    """Packs (of a node) or batches (of an agent).

    sent = stored + quarantined + dropped + unreadable + lost + pending. `late` is a part of stored; `duplicate` came
    again and is a part of nothing.
    """

    sent: int
    stored: int
    quarantined: int
    dropped: int = Field(description="Given up by the sender when its outbox was full, and counted there")
    unreadable: int = Field(description="The sender could not read it from its own outbox any more")
    lost: int = Field(description="Neither stored nor accounted for by the sender")
    pending: int = Field(description="Sent or still in the outbox, not yet here")
    late: int
    duplicate: int


BEFORE: Final = (
    "Of this epoch, but settled before this ledger heard of it: with another centre, or in a database that was lost "
    "after its last backup. Not part of sent"
)


WAITING: Final = (
    "Readings that were refused alone and wait in quarantine; their packs are stored. Retried or settled they are not "
    "counted any more"
)


class SequenceState(Shape):
    """One epoch of one sender."""

    sender: str = Field(examples=["n07", "_edge/gw1"])
    epoch: str
    started_at: Time
    updated_at: Time
    through: int
    counts: LedgerCounts
    before_ledger: int = Field(default=0, description=BEFORE)


class Sender(Shape):
    """All epochs of one sender together, and what waits of it in quarantine, also of one that has no epoch here."""

    sender: str
    counts: LedgerCounts
    before_ledger: int = 0
    waiting_readings: int = Field(default=0, description=WAITING)
    waiting_messages: int = Field(default=0, description="What waits in quarantine: messages whole, or with readings")


class LedgerDay(Shape):
    """What one UTC day added to a sender's ledger. A count can be negative when what was lost comes after all."""

    day: date
    sender: str
    stored: int
    quarantined: int
    dropped: int
    unreadable: int
    lost: int
    late: int
    duplicate: int


class Gap(Shape):
    """Neighbouring raw readings (or an end of the interval) that are more than 1.5 expected intervals apart."""

    datastream: str = Field(examples=["vale:n07:vw1.frequency"])
    sender: str = Field(description="The node", examples=["n07"])
    after: Time
    before: Time
    missing: int = Field(description="Readings that were expected between the two")


class Ledger(Shape):
    """The ledger of a facility: by sender, by epoch, and by day; and where readings were expected and never came."""

    facility: str
    senders: list[Sender]
    sequence_states: list[SequenceState]
    days: list[LedgerDay]
    gaps: list[Gap] = Field(description="The longest of the chosen days; of a node if `sender` is one")
