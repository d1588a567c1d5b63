"""A sequence state: what a receiver knows of one epoch of one sender, and hence how far its ack may go.

Everything between `first` and `high` is stored, except `gaps` (ranges of seq never received) and `voids` (ranges the
sender could no longer read and sent as void). From that follow two answers:

- `through`, the ack: a gap at or above `oldest_unacked` stops it, for the sender still holds that pack. A gap below it
  is accounted for: the sender has heard its ack or dropped it and will never send it again.
- `counts()`, the ledger: every seq of the sequence state under exactly one word.

A receiver never closes a gap on its own guess. `oldest_unacked` and the ack never go backwards, whatever order packs
arrive in. `begun` is the `oldest_unacked` of the first pack received. What never came from below it is "before this
ledger" and is not counted; what does come from there, because another message overtook it, is counted like all else:
`first` moves down to it, and the gap that it leaves below `begun` is no loss.

A sender states with its packs how many it has dropped so far. It drops the oldest that it holds, so what it dropped
between two such statements lies right below the `kept` of the later one: `drops` has the statements, in whatever order
they came. What is missing there is dropped, and what is missing elsewhere is lost: the sender let go of it because it
was acknowledged. That the sender dropped what had arrived all the same, or dropped before this ledger began, excuses no
loss. Where a sender dropped and was then acknowledged by who lost it, and no statement from between arrived, its place
is not known: then as many as it dropped, right below `kept`, are taken for dropped, and `unplaced` says how many of
them may as well be lost: all but as many as must be missing, for too few arrived between the two statements to be all
that it dropped.

A gap wider than MAX_JUMP is a jump: no sender holds as many, and none can have sent them since it was heard last (a
pack a minute is ten million in 19 years). Its seqs are under no word of the ledger; `jumps` counts it. It stops the ack
like any gap, for a sender whose counter broke once may hold packs on this side of it.

To stay bounded, the oldest settled range
is folded into sums when there are more than MAX_SEQUENCE_RANGES of them; what lies below `first` then counts as
settled, and a late pack from there is "new" to the receiver (the primary key of an observation makes it harmless) but
is not counted a second time.
"""

from wire import BadPack, limits

NEW = "new"
DUPLICATE = "duplicate"
REPLACED = "replaced"
FOLDED_EPOCH = "earlier"
"""Stands for the epoch of a sum of several sequence states: no epoch is spelled like this."""


class BadSequenceState(ValueError):
    """A stored sequence state that cannot be one: our own state is damaged, a person is needed."""


class SequenceState:
    """One epoch of one sender. Changed by `receive` and `follow` alone; `state` and `from_state` carry it to disk."""

    __slots__ = (
        "begun",
        "dropped_total",
        "drops",
        "first",
        "folded",
        "folded_dropped",
        "folded_jumps",
        "gaps",
        "high",
        "oldest_unacked",
        "voids",
    )

    def __init__(
        self,
        first: int,
        high: int,
        oldest_unacked: int,
        gaps: list[list[int]],
        voids: list[list[int]],
        dropped_total: int = 0,
        folded: tuple[int, int, int] = (0, 0, 0),
        begun: int | None = None,
        drops: list[list[int]] | None = None,
        folded_dropped: int = 0,
        folded_jumps: tuple[int, int] = (0, 0),
    ) -> None:
        """Ranges are [from, to], both inclusive, ascending; `folded` are sums of (stored, void, missing) seqs.

        `begun` is `first` where it is not given. `drops`: [total, lowest, highest `kept` that it was stated with], by
        total. `folded_dropped` is part of the missing. `folded_jumps`: how many, and the sum of their seqs.
        """
        if begun is None:
            begun = first
        is_order = 0 <= first <= oldest_unacked <= high <= limits.MAX_SEQ and 0 <= begun <= oldest_unacked
        if not is_order or dropped_total < 0 or min(folded + folded_jumps) < 0:
            raise BadSequenceState(
                "first " + str(first) + ", kept " + str(oldest_unacked) + ", high " + str(high) + " cannot be"
            )
        _check_ranges(gaps, first, high - 1)  # `high` itself was received
        _check_ranges(voids, first, high)
        self.first = first
        self.high = high
        self.oldest_unacked = oldest_unacked
        self.gaps = gaps
        self.voids = voids
        self.dropped_total = dropped_total
        self.folded = folded
        self.begun = begun
        self.drops = drops or []
        self.folded_dropped = folded_dropped
        self.folded_jumps = folded_jumps

    @classmethod
    def begin(cls, seq: int, oldest_unacked: int, is_void: bool = False, dropped: int | None = None) -> "SequenceState":
        """The sequence state as the first pack of an epoch opens it."""
        _check_pack(seq, oldest_unacked)
        gaps = [[oldest_unacked, seq - 1]] if oldest_unacked < seq else []
        drops = [] if dropped is None else [[dropped, oldest_unacked, oldest_unacked]]
        voids = [[seq, seq]] if is_void else []
        return cls(oldest_unacked, seq, oldest_unacked, gaps, voids, dropped_total=dropped or 0, drops=drops)

    def receive(self, seq: int, oldest_unacked: int, is_void: bool = False, dropped: int | None = None) -> str:
        """Account for one pack; says "new", "duplicate" (drop it) or "replaced" (store it).

        `dropped` None: it states nothing of that.

        "replaced": a real pack came for a void, or for a gap the sender had given up. Raises BadPack, and does not
        account for the pack, when `oldest_unacked` is above `seq` or unsettled ranges are more than a sender may ever
        leave.
        """
        is_plain = not (self.gaps or self.voids or is_void or dropped) and (dropped is None or self.drops)
        if is_plain and seq == self.high + 1 and self.oldest_unacked <= oldest_unacked <= seq <= limits.MAX_SEQ:
            self.high = seq  # nearly always: the next one, and nothing is missing
            self.oldest_unacked = oldest_unacked
            return NEW
        _check_pack(seq, oldest_unacked)
        if len(self.gaps) + len(self.voids) >= limits.MAX_SEQUENCE_RANGES:
            self._make_room(seq, oldest_unacked, is_void)
        answer = self._place(seq, max(self.oldest_unacked, oldest_unacked), is_void)
        if oldest_unacked > self.oldest_unacked:
            self.oldest_unacked = oldest_unacked
        if dropped is not None:
            self._take_statement(dropped, oldest_unacked)
        return answer

    def is_followed(self, first: int, last: int, oldest_unacked: int, last_oldest_unacked: int) -> bool:
        """Whether packs `first` to `last`, none of them void, are the next ones where nothing is missing.

        They state no drops, where the sender has stated how many it had. `oldest_unacked` is that of the first; it must
        not fall up to that of the last.
        """
        if self.gaps or self.voids or not self.drops or first != self.high + 1:
            return False
        return self.oldest_unacked <= oldest_unacked <= last_oldest_unacked <= first and last <= limits.MAX_SEQ

    def follow(self, last: int, last_oldest_unacked: int) -> None:
        """Account for packs that `is_followed` allows: as `receive`, one by one, would."""
        self.high = last
        self.oldest_unacked = last_oldest_unacked

    def _place(self, seq: int, oldest_unacked: int, is_void: bool) -> str:
        if seq > self.high:
            if seq > self.high + 1:
                self.gaps.append([self.high + 1, seq - 1])
            self.high = seq
            if is_void:
                _add(self.voids, seq)
            return NEW
        if seq < self.first:
            if not any(self.folded):
                self._begin_earlier(seq, is_void)
            return NEW
        if _remove(self.gaps, seq):
            if is_void:
                _add(self.voids, seq)
                return NEW
            return REPLACED if self.begun <= seq < oldest_unacked else NEW
        if not is_void and _remove(self.voids, seq):
            return REPLACED
        return DUPLICATE

    def _take_statement(self, dropped: int, oldest_unacked: int) -> None:
        self.dropped_total = max(self.dropped_total, dropped)
        at = len(self.drops)
        while at > 0 and self.drops[at - 1][0] > dropped:
            at -= 1
        if at > 0 and self.drops[at - 1][0] == dropped:
            known = self.drops[at - 1]
            known[1], known[2] = min(known[1], oldest_unacked), max(known[2], oldest_unacked)
            return
        self.drops.insert(at, [dropped, oldest_unacked, oldest_unacked])
        if len(self.drops) > limits.MAX_SEQUENCE_RANGES:
            self.drops.pop(0)

    def _dropped_in(self, start: int, end: int) -> int:
        """How many seqs from `start` to `end` the sender says that it dropped."""
        found = 0
        for at in range(1, len(self.drops)):
            before, after = self.drops[at - 1], self.drops[at]
            low = max(start, before[2], after[1] - (after[0] - before[0]))
            found += max(0, min(end + 1, after[1]) - low)
            start = max(start, after[1])
        return found

    @property
    def unplaced(self) -> int:
        """How many of the dropped may be lost in their place: no statement of the sender tells. Folded ones are not
        among them."""
        found = 0
        for at in range(1, len(self.drops)):
            before, after = self.drops[at - 1], self.drops[at]
            start, end, dropped = max(before[2], self.first), after[1], after[0] - before[0]
            missing = _size_within(self.gaps, start, end - 1)
            told = _size_within(self.gaps, max(start, end - dropped), end - 1)
            must = dropped - (end - start - missing)  # more than arrived, so the rest of them is missing
            found += max(0, told - max(0, must))
        return found

    def _begin_earlier(self, seq: int, is_void: bool) -> None:
        if seq + 1 < self.first:
            self.gaps.insert(0, [seq + 1, self.first - 1])
        self.first = seq
        if is_void:
            _add(self.voids, seq)

    def _make_room(self, seq: int, oldest_unacked: int, is_void: bool) -> None:
        """Fold what is settled; if that is not enough, take only the pack that moves the ack and adds no range."""
        self.oldest_unacked = max(self.oldest_unacked, min(oldest_unacked, self.high))
        while len(self.gaps) + len(self.voids) >= limits.MAX_SEQUENCE_RANGES:
            if not self._fold():
                if is_void or seq != self.through + 1:
                    raise BadPack("seq", "too-many-gaps", str(seq))
                return

    def _fold(self) -> bool:
        """Sum up the oldest settled range; False when there is none."""
        below = min(self.oldest_unacked, self.high)  # `high` stays inside, so that a sequence state is never empty
        gap = self.gaps[0] if self.gaps and self.gaps[0][1] < below else None
        void = self.voids[0] if self.voids and self.voids[0][1] < below else None
        if gap is None and void is None:
            return False
        is_gap = void is None or (gap is not None and gap[0] < void[0])
        start, end = self.gaps.pop(0) if is_gap else self.voids.pop(0)
        stored, unreadable, missing = self.folded
        stored += start - self.first
        if not is_gap:
            unreadable += end - start + 1
        elif self._is_jump(start, end):
            jumps, seqs = self.folded_jumps
            self.folded_jumps = (jumps + 1, seqs + end - start + 1)
        elif start >= self.begun:
            missing += end - start + 1
            self.folded_dropped += self._dropped_in(start, end)
        self.folded = (stored, unreadable, missing)
        self.first = end + 1
        return True

    def _is_jump(self, start: int, end: int) -> bool:
        return start >= self.begun and end - start >= limits.MAX_JUMP

    @property
    def through(self) -> int:
        """The ack: the highest seq up to which all is stored or accounted for; `kept - 1` at least."""
        at = _first_ending_at(self.gaps, self.oldest_unacked)
        return self.high if at == len(self.gaps) else max(self.gaps[at][0], self.oldest_unacked) - 1

    @property
    def jumps(self) -> int:
        """How often the sender's numbering has jumped by more than it can hold."""
        return self.folded_jumps[0] + len([gap for gap in self.gaps if self._is_jump(gap[0], gap[1])])

    def counts(self) -> dict[str, int]:
        """The ledger in seqs: `sent` is the sum of stored, unreadable, dropped, lost and pending.

        unreadable: sent as void. dropped: missing below `oldest_unacked` where the sender itself reports drops.
        lost: the rest of what is missing below `oldest_unacked`. pending: missing at or above `oldest_unacked`, the
        sender still holds it.
        """
        stored, unreadable, settled = self.folded
        unreadable += _size(self.voids)
        stored += self.high - self.first + 1 - _size(self.gaps) - _size(self.voids)
        dropped, pending = self.folded_dropped, 0
        for start, end in self.gaps:
            if start < self.begun or self._is_jump(start, end):
                continue
            held = max(0, end - max(start, self.oldest_unacked) + 1)
            pending += held
            settled += end - start + 1 - held
            dropped += self._dropped_in(start, min(end, self.oldest_unacked - 1))
        return {
            "sent": stored + unreadable + settled + pending,
            "stored": stored,
            "unreadable": unreadable,
            "dropped": dropped,
            "lost": settled - dropped,
            "pending": pending,
        }

    def state(self) -> list[object]:
        """Everything as a plain list that JSON can carry; an eleventh part only where jumps are folded."""
        gaps = [list(gap) for gap in self.gaps]
        voids = [list(void) for void in self.voids]
        jumps: list[object] = [list(self.folded_jumps)] if self.folded_jumps[0] else []
        told: list[object] = [
            self.first,
            self.high,
            self.oldest_unacked,
            gaps,
            voids,
            self.dropped_total,
            list(self.folded),
            self.begun,
            [list(one) for one in self.drops],
            self.folded_dropped,
        ]
        return told + jumps

    @classmethod
    def from_state(cls, state: object) -> "SequenceState":
        """What `state` describes; raises BadSequenceState. One of an earlier release has seven or eight parts."""
        if not isinstance(state, list) or len(state) not in (7, 8, 10, 11):
            raise BadSequenceState("a sequence state has ten or eleven parts")
        begun = _ints(state[7:8], 1)[0] if len(state) > 7 else None
        drops, folded_dropped = (state[8], _ints(state[9:10], 1)[0]) if len(state) > 8 else ([], 0)
        first, high, oldest_unacked, dropped_total = _ints(state[:3] + state[5:6], 4)
        stored, unreadable, missing = _ints(state[6], 3)
        jumps, jumped = _ints(state[10], 2) if len(state) > 10 else (0, 0)
        folded = (stored, unreadable, missing)
        return cls(
            first,
            high,
            oldest_unacked,
            _ranges(state[3]),
            _ranges(state[4]),
            dropped_total=dropped_total,
            folded=folded,
            begun=begun,
            drops=_statements(drops),
            folded_dropped=folded_dropped,
            folded_jumps=(jumps, jumped),
        )


def _check_pack(seq: int, oldest_unacked: int) -> None:
    if not 0 <= seq <= limits.MAX_SEQ:
        raise BadPack("seq", "seq", str(seq))
    if not 0 <= oldest_unacked <= seq:
        raise BadPack("kept", "kept-above-seq", str(oldest_unacked) + " > " + str(seq))


def _check_ranges(ranges: list[list[int]], low: int, high: int) -> None:
    for start, end in ranges:
        if not low <= start <= end <= high:
            raise BadSequenceState("range " + str(start) + " to " + str(end) + " is out of order")
        low = end + 1


def _ints(values: object, count: int) -> list[int]:
    if not isinstance(values, list) or len(values) != count:
        raise BadSequenceState("expected " + str(count) + " integers")
    for value in values:
        if type(value) is not int:
            raise BadSequenceState("expected " + str(count) + " integers")
    return list(values)


def _ranges(values: object) -> list[list[int]]:
    if not isinstance(values, list):
        raise BadSequenceState("gaps and voids are lists of [from, to]")
    return [_ints(value, 2) for value in values]


def _statements(values: object) -> list[list[int]]:
    if not isinstance(values, list):
        raise BadSequenceState("drops are lists of [total, lowest, highest kept]")
    return [_ints(value, 3) for value in values]


def _size(ranges: list[list[int]]) -> int:
    return sum([end - start + 1 for start, end in ranges])


def _size_within(ranges: list[list[int]], start: int, end: int) -> int:
    """How many seqs of `start` to `end` are in the ranges."""
    size, at = 0, _first_ending_at(ranges, start)
    while at < len(ranges) and ranges[at][0] <= end:
        size += min(ranges[at][1], end) - max(ranges[at][0], start) + 1
        at += 1
    return size


def _first_ending_at(ranges: list[list[int]], seq: int) -> int:
    """The index of the first range that ends at `seq` or later, by bisection; MicroPython has no bisect."""
    low, high = 0, len(ranges)
    while low < high:
        middle = (low + high) // 2
        if ranges[middle][1] < seq:
            low = middle + 1
        else:
            high = middle
    return low


def _remove(ranges: list[list[int]], seq: int) -> bool:
    """Take `seq` out of the range that holds it; False when none does."""
    at = _first_ending_at(ranges, seq)
    if at == len(ranges) or ranges[at][0] > seq:
        return False
    start, end = ranges[at]
    rest = []
    if start < seq:
        rest.append([start, seq - 1])
    if seq < end:
        rest.append([seq + 1, end])
    ranges[at : at + 1] = rest
    return True


def _add(ranges: list[list[int]], seq: int) -> None:
    """Put `seq`, which no range holds, into its place and join it with its neighbours."""
    at = _first_ending_at(ranges, seq)
    start, end = seq, seq
    if at < len(ranges) and ranges[at][0] == seq + 1:
        end = ranges.pop(at)[1]
    if at > 0 and ranges[at - 1][1] == seq - 1:
        at -= 1
        start = ranges.pop(at)[0]
    ranges.insert(at, [start, end])
