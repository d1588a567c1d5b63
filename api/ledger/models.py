"""The ledger as the api shows it: what was sent and what became of it."""

from datetime import date
from typing import Final, Literal

from pydantic import Field

from api.http.models import Shape, Time
from api.quarantine.models import Room
from wire.sequence import FOLDED_EPOCH


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


JUMPS: Final = (
    "How often its numbering has jumped by more than a sender can hold: a broken counter, or not its program. What "
    "lies between is no part of sent"
)


UNPLACED: Final = (
    "Of dropped: not known whether dropped or lost. The sender dropped as many, but no statement of it that came says "
    "where, and it was acknowledged some of what is missing"
)


UNSETTLED: Final = (
    "Some of pending can only be brought by a gateway that has sent nothing since then, for longer than "
    "`unsettled_after_h`. If it is gone for ever, the command retire-gateway says so, and they are lost"
)


class SequenceState(Shape):
    """One epoch of one sender, or the sum of those that it has begun before its newest"""

    sender: str = Field(examples=["n07", "_edge/gw1"])
    epoch: str = Field(description=f"{FOLDED_EPOCH!r} for the sum of several", examples=["9f3a01bc"])
    started_at: Time
    updated_at: Time
    through: int
    counts: LedgerCounts
    before_ledger: int = Field(default=0, description=BEFORE)
    jumps: int = Field(default=0, description=JUMPS)
    epochs: int = Field(default=1, description="1, or how many are summed up here")
    unplaced: int = Field(default=0, description=UNPLACED)
    unsettled_since: Time | None = Field(default=None, description=UNSETTLED)


class Sender(Shape):
    """All epochs of one sender together, and what waits of it in quarantine, also of one that has no epoch here."""

    sender: str = Field(description="'?' for nodes together that no facility file has", examples=["n07"])
    counts: LedgerCounts
    before_ledger: int = 0
    jumps: int = Field(default=0, description=JUMPS)
    epochs: int = Field(default=0, description="How many it has begun")
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
    """Neighbouring raw readings (or an end of the interval) that are more than 1.5 expected intervals apart.

    Of readings that have left for the archive hours without any are told.
    """

    datastream: str = Field(examples=["vale:n07:vw1.frequency"])
    sender: str = Field(description="The node", examples=["n07"])
    after: Time
    before: Time
    missing: int = Field(description="Readings that were expected between the two")


class RestoreTrial(Shape):
    """The backup with the log of this installation, and what became of the newest restore that was tried."""

    standing: Literal["good", "waiting", "never", "old", "failed", "different", "no-base"] = Field(
        description="good: the newest was equal, and is not old; waiting: none was due yet. All others are no backup"
    )
    began_at: Time = Field(description="Since when there is such a backup")
    try_every_h: float
    tried_at: Time | None = Field(description="When the newest trial ended")
    moment: Time | None = Field(description="To which it was restored")
    took_s: float | None
    good_at: Time | None = Field(description="When the newest ended that was equal")


class Ledger(Shape):
    """The ledger of a facility: by sender, by epoch, and by day; and where readings were expected and never came."""

    facility: str
    senders: list[Sender]
    sequence_states: list[SequenceState]
    unsettled_after_h: int = Field(default=72, description="After how long without its gateway a pack is not settled")
    hidden_sequence_states: int = Field(default=0, description="Older ones that are in the sums and not in the list")
    restore: RestoreTrial | None = Field(default=None, description="null: no backup with the log is set up")
    room: Room | None = Field(default=None, description="What waits in quarantine, of all senders, and what may")
    days: list[LedgerDay]
    gaps: list[Gap] = Field(description="The longest of the chosen days; of a node if `sender` is one")
    gap_count: int = Field(default=0, description="How many there are of the chosen days; 0 where none was asked for")
    gap_missing: int = Field(default=0, description="Readings that are missing in all of these")
