"""One page of the ledger: a sequence state of one sender, open for writing during one transaction.

The words add up: sent = stored + quarantined + dropped + unreadable + lost + pending, in the sequence state and, but
for pending, in the sum of its days.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from wire.sequence import DUPLICATE, SequenceState

NOTHING = {"sent": 0, "stored": 0, "unreadable": 0, "dropped": 0, "lost": 0, "pending": 0}
DAY_WORDS = ("stored", "quarantined", "dropped", "unreadable", "lost", "late", "duplicate")


class SeqRange(NamedTuple):
    """Messages `first` to `last` of one sequence state, none of them void, dropped or refused; how many by day and
    lateness.

    `oldest_unacked` is that of the first and `last_oldest_unacked` that of the last; it does not fall between them.
    """

    first: int
    last: int
    oldest_unacked: int
    last_oldest_unacked: int
    counts: Mapping[tuple[date, bool], int]


class LedgerEntry:
    """`quarantined`, `late` and `repeats` are the totals so far; `sequence_state` is None before the first seq.

    `lost`: how many were told as lost; None: all that are. `held_by`: the agents that may still bring what became
    missing since (`ingest.store.losses`), with a space between them; while there is one, that is pending.
    """

    def __init__(
        self,
        sequence_state: SequenceState | None = None,
        quarantined: int = 0,
        late: int = 0,
        repeats: int = 0,
        *,
        lost: int | None = None,
        held_by: str | None = None,
    ) -> None:
        self.sequence_state = sequence_state
        self.quarantined = quarantined
        self.late = late
        self.repeats = repeats
        self.days: defaultdict[date, dict[str, int]] = defaultdict(lambda: dict.fromkeys(DAY_WORDS, 0))
        self.held_by = held_by
        self._counts_before = self._counts()
        self._pending_before = self._counts_before["pending"]
        if lost is not None:
            self._counts_before["lost"] = lost

    @property
    def through(self) -> int:
        """The ack, -1 before the first seq."""
        return self.sequence_state.through if self.sequence_state else -1

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that its sender still holds."""
        state = self.sequence_state
        return state is None or state.through == state.high or self._counts()["pending"] == 0

    @property
    def is_newly_complete(self) -> bool:
        """Whether something was missing before, or the epoch has just begun, and now nothing is."""
        return (self._pending_before > 0 or self._counts_before["sent"] == 0) and self.is_complete

    @property
    def newly_lost(self) -> int:
        """How many are missing for good that were not told as lost."""
        return self._counts()["lost"] - self._counts_before["lost"]

    def hold(self, agent: str) -> None:
        """Note that this agent too may still bring what is missing."""
        self.held_by = " ".join(dict.fromkeys([*self._holders(), agent]))

    def release(self, agents: Collection[str]) -> None:
        """Note that these agents bring nothing more of it."""
        self.held_by = " ".join(one for one in self._holders() if one not in agents) or None

    def _holders(self) -> list[str]:
        return self.held_by.split() if self.held_by else []

    def receive(
        self,
        seq: int,
        oldest_unacked: int,
        day: date,
        *,
        is_void: bool = False,
        is_quarantined: bool = False,
        is_late: bool = False,
        dropped: int | None = None,
    ) -> bool:
        """Enter one message of this sequence state; `day` is that of its own time. Return False when it was here
        before.

        Raises BadPack, and enters nothing, when the sequence state cannot account for it (see wire.sequence).
        """
        if self.sequence_state is None:
            self.sequence_state = SequenceState.begin(seq, oldest_unacked, is_void, dropped)
        elif self.sequence_state.receive(seq, oldest_unacked, is_void, dropped) == DUPLICATE:
            self.add_repeats(1, day)
            return False
        if seq >= self.sequence_state.first and not is_void:
            self._enter(day, is_quarantined, is_late)
        return True

    def is_followed(self, run: SeqRange) -> bool:
        """Whether `follow` may enter this run."""
        return self.sequence_state is not None and self.sequence_state.is_followed(*run[:4])

    def follow(self, run: SeqRange) -> None:
        """Enter a run at once, as `receive` would message by message."""
        assert self.sequence_state is not None
        self.sequence_state.follow(run.last, run.last_oldest_unacked)
        for (day, is_late), count in run.counts.items():
            self.days[day]["stored"] += count
            if is_late:
                self.late += count
                self.days[day]["late"] += count

    def add_repeats(self, count: int, day: date) -> None:
        """Enter messages that came again."""
        self.repeats += count
        self.days[day]["duplicate"] += count

    def close(self, today: date) -> dict[str, int]:
        """Enter under today what became known now, and return the words of the whole sequence state."""
        counts = self._counts()
        known = self._counts_before["lost"]
        if self.held_by is not None and counts["lost"] > known:
            counts["pending"] += counts["lost"] - known
            counts["lost"] = known
        else:
            self.held_by = None
        for word in ("dropped", "unreadable", "lost"):
            change = counts[word] - self._counts_before[word]
            if change:
                self.days[today][word] += change
        return {**counts, "stored": counts["stored"] - self.quarantined, "quarantined": self.quarantined}

    def _enter(self, day: date, is_quarantined: bool, is_late: bool) -> None:
        words = self.days[day]
        if is_quarantined:
            self.quarantined += 1
            words["quarantined"] += 1
            return
        words["stored"] += 1
        if is_late:
            self.late += 1
            words["late"] += 1

    def _counts(self) -> dict[str, int]:
        return self.sequence_state.counts() if self.sequence_state else dict(NOTHING)
