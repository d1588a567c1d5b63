"""The sequence state against a naive oracle: sets of seqs and loops over them, which anybody can check by reading."""

import json
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire import BadPack, limits
from wire.sequence import DUPLICATE, NEW, REPLACED, BadSequenceState, SequenceState

Sent = tuple[int, int, bool, int | None]  # seq, kept, is_void, dropped


class Naive:
    """What wire.md section 4 says, by sets: nothing is stored as a range, nothing is ever folded."""

    def __init__(self, begun: int) -> None:
        self.begun = begun
        self.oldest_unacked = begun
        self.totals: dict[int, set[int]] = {}  # what the sender said that it had dropped, and with which kept
        self.stored: set[int] = set()
        self.voids: set[int] = set()

    def receive(self, seq: int, oldest_unacked: int, is_void: bool, dropped: int | None) -> str:
        self.oldest_unacked = max(self.oldest_unacked, oldest_unacked)
        if dropped is not None:
            self.totals.setdefault(dropped, set()).add(oldest_unacked)
        if seq in self.stored or (seq in self.voids and is_void):
            return DUPLICATE
        was_void = seq in self.voids
        was_given_up = self.begun <= seq < self.oldest_unacked
        (self.voids if is_void else self.stored).add(seq)
        if is_void:
            return NEW
        self.voids.discard(seq)
        return REPLACED if was_void or was_given_up else NEW

    def through(self) -> int:
        through = self.begun - 1
        while through + 1 in self.stored or through + 1 in self.voids or through + 1 < self.oldest_unacked:
            through += 1
        return through

    def counts(self) -> dict[str, int]:
        since = range(self.begun, max(self.stored | self.voids) + 1)
        missing = [seq for seq in since if seq not in self.stored and seq not in self.voids]
        settled = sum(seq < self.oldest_unacked for seq in missing)
        told, reached = set[int](), 0  # what a sender that contradicts itself said first stands
        for before, after in pairwise(sorted(self.totals)):
            end = min(self.totals[after])
            told |= set(range(max(*self.totals[before], end - (after - before), reached), end))
            reached = max(reached, end)
        dropped = len([seq for seq in missing if seq in told and seq < self.oldest_unacked])
        return {
            "sent": len(self.stored) + len(self.voids) + len(missing),
            "stored": len(self.stored),
            "unreadable": len(self.voids),
            "dropped": dropped,
            "lost": settled - dropped,
            "pending": len(missing) - settled,
        }


@st.composite
def walks(draw: st.DrawFn) -> list[Sent]:
    """Packs in any order, with repeats, voids, jumps of seq and of kept, from any beginning."""
    start = draw(st.sampled_from([0, 1, 1000]))
    walk = []
    for _ in range(draw(st.integers(1, 60))):
        seq = start + draw(st.integers(0, 40))
        oldest_unacked = max(0, seq - draw(st.integers(0, 45)))
        walk.append((seq, oldest_unacked, draw(st.booleans()), draw(st.none() | st.integers(0, 9))))
    return walk


@settings(max_examples=300, deadline=None)
@given(walks())
def test_every_walk_agrees_with_the_oracle(walk: list[Sent]) -> None:
    """After each pack the answer, the ack and the ledger are those of the naive sets."""
    sequence_state, naive = SequenceState.begin(*walk[0]), Naive(walk[0][1])
    naive.receive(*walk[0])

    for sent in walk[1:]:
        assert sequence_state.receive(*sent) == naive.receive(*sent)
        assert sequence_state.through == naive.through()
        assert sequence_state.counts() == naive.counts()


@settings(max_examples=300, deadline=None)
@given(walks())
def test_the_ack_never_goes_back_and_the_ledger_always_adds_up(walk: list[Sent]) -> None:
    """`through` only grows, is never beyond what was received, and `sent` is the sum of all other counts."""
    sequence_state = SequenceState.begin(*walk[0])
    for sent in walk[1:]:
        before = sequence_state.through

        sequence_state.receive(*sent)

        counts = sequence_state.counts()
        assert before <= sequence_state.through <= sequence_state.high
        assert counts.pop("sent") == sum(counts.values())
        assert min(counts.values()) >= 0


@settings(max_examples=200, deadline=None)
@given(walks(), st.integers(0, 60))
def test_a_sequence_state_survives_the_disk_at_any_moment(walk: list[Sent], at: int) -> None:
    """A sequence state that is written as JSON and read again goes on as if nothing had happened."""
    straight = interrupted = SequenceState.begin(*walk[0])
    interrupted = SequenceState.from_state(json.loads(json.dumps(straight.state())))

    for number, sent in enumerate(walk[1:]):
        if number == at:
            interrupted = SequenceState.from_state(json.loads(json.dumps(interrupted.state())))
        assert straight.receive(*sent) == interrupted.receive(*sent)
    assert straight.state() == interrupted.state()


@settings(max_examples=100, deadline=None)
@given(walks())
def test_a_sequence_state_with_little_room_keeps_the_ack_and_the_sums(walk: list[Sent]) -> None:
    """Folding old ranges changes no ack, and no count but that of late packs that come for what was folded."""
    small, naive = SequenceState.begin(*walk[0]), Naive(walk[0][1])
    naive.receive(*walk[0])
    for seq, _, is_void, dropped in walk[1:]:
        oldest_unacked = max(naive.oldest_unacked, seq - 3)  # a sender with few packs out
        if seq < oldest_unacked:
            continue
        naive.receive(seq, oldest_unacked, is_void, dropped)
        small.receive(seq, oldest_unacked, is_void, dropped)
        while small._fold():
            pass

        assert small.through == naive.through()
        assert small.counts()["sent"] == naive.counts()["sent"]
        assert small.counts()["pending"] == naive.counts()["pending"]


def test_a_gap_stops_the_ack_and_kept_lets_it_pass() -> None:
    """The ack waits for a missing pack as long as the sender holds it, and not longer."""
    sequence_state = SequenceState.begin(0, 0)
    sequence_state.receive(2, 0)
    assert sequence_state.through == 0

    sequence_state.receive(3, 2)

    assert sequence_state.through == 3
    assert sequence_state.counts()["lost"] == 1


def test_what_the_sender_reports_as_dropped_is_not_lost() -> None:
    """Missing packs count as dropped where the sender dropped: 7, 8 and 9 of 5 to 9 since it stated 3 in all."""
    sequence_state = SequenceState.begin(6, 5, dropped=3)

    sequence_state.receive(11, 10, dropped=6)

    assert sequence_state.counts() == {"sent": 7, "stored": 2, "unreadable": 0, "dropped": 3, "lost": 1, "pending": 1}


def test_no_loss_is_excused_by_drops_of_before_this_ledger() -> None:
    """A sender that dropped 500 before the centre knew it: what is missing now was acknowledged, and is lost."""
    sequence_state = SequenceState.begin(1000, 1000, dropped=500)

    sequence_state.receive(1021, 1021, dropped=500)

    counts = sequence_state.counts()
    assert (counts["dropped"], counts["lost"]) == (0, 20)


def test_no_loss_is_excused_by_dropping_what_had_arrived() -> None:
    """0 to 63 arrived and were not acknowledged; the sender dropped 0 to 99. Later 20 acknowledged ones are missing."""
    sequence_state = SequenceState.begin(0, 0, dropped=0)
    for seq in range(1, 64):
        sequence_state.receive(seq, 0, dropped=0)
    sequence_state.receive(100, 100, dropped=100)
    assert sequence_state.counts()["dropped"] == 36

    sequence_state.receive(121, 121, dropped=100)

    counts = sequence_state.counts()
    assert (counts["dropped"], counts["lost"]) == (36, 20)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_drops_are_placed_whatever_comes_first(order: tuple[int, ...]) -> None:
    """10 to 14 were dropped at first, 30 to 32 later, and 20 to 22 are lost; by which order the packs come is one."""
    packs = [(9, 9, 0), (15, 15, 5), (23, 23, 5), (33, 33, 8)]
    sequence_state = SequenceState.begin(8, 8, dropped=0)
    for at in order:
        seq, oldest_unacked, dropped = packs[at]
        sequence_state.receive(seq, oldest_unacked, dropped=dropped)
    for seq in (16, 17, 18, 19, 24, 25, 26, 27, 28, 29):
        sequence_state.receive(seq, 15, dropped=5)

    counts = sequence_state.counts()
    assert (counts["dropped"], counts["lost"], counts["pending"]) == (8, 3, 0)


def test_what_never_came_from_before_the_first_kept_is_not_counted() -> None:
    """A ledger that begins late says nothing about what was before, but counts what does come from there."""
    sequence_state = SequenceState.begin(100, 90)

    assert sequence_state.receive(5, 5) == NEW
    assert sequence_state.counts() == {"sent": 12, "stored": 2, "unreadable": 0, "dropped": 0, "lost": 0, "pending": 10}
    assert sequence_state.through == 89
    assert sequence_state.receive(5, 5) == DUPLICATE


@settings(max_examples=100, deadline=None)
@given(
    st.permutations(
        [(seq, oldest_unacked) for oldest_unacked in (0, 4, 8) for seq in range(oldest_unacked, oldest_unacked + 4)]
    )
)
def test_the_order_of_the_first_packs_changes_no_count(walk: list[tuple[int, int]]) -> None:
    """Whichever pack of an epoch is stored first, its twelve packs are twelve sent and twelve stored in the end."""
    sequence_state = SequenceState.begin(*walk[0])
    for sent in walk[1:]:
        assert sequence_state.receive(*sent) != DUPLICATE

    assert (sequence_state.counts()["sent"], sequence_state.counts()["stored"], sequence_state.through) == (12, 12, 11)
    assert (sequence_state.first, sequence_state.gaps) == (0, [])


def test_a_sequence_state_written_before_begun_was_kept_goes_on() -> None:
    """A stored sequence state of seven parts began where it begins."""
    sequence_state = SequenceState.from_state([4, 6, 4, [], [], 0, [0, 0, 0]])

    sequence_state.receive(2, 2)

    assert sequence_state.state() == [2, 6, 4, [[3, 3]], [], 0, [0, 0, 0], 4, [], 0]


def test_a_void_is_replaced_by_the_real_pack_but_not_the_other_way() -> None:
    """A real pack takes the place of a void one; a void for a stored pack is a repeat."""
    sequence_state = SequenceState.begin(0, 0, is_void=True)

    assert sequence_state.receive(0, 0) == REPLACED
    assert sequence_state.receive(0, 0, is_void=True) == DUPLICATE
    assert sequence_state.counts()["unreadable"] == 0


@pytest.mark.parametrize(
    ("seq", "oldest_unacked", "reason"), [(5, 6, "kept-above-seq"), (-1, -1, "seq"), (2**31, 0, "seq")]
)
def test_an_impossible_pack_is_refused_and_changes_nothing(seq: int, oldest_unacked: int, reason: str) -> None:
    """`oldest_unacked` above `seq`, and a seq out of range, raise BadPack and leave the sequence state as it was."""
    sequence_state = SequenceState.begin(3, 1)
    before = sequence_state.state()

    with pytest.raises(BadPack) as refused:
        sequence_state.receive(seq, oldest_unacked)

    assert refused.value.reason == reason
    assert sequence_state.state() == before


def test_a_sequence_state_stays_bounded_for_years() -> None:
    """One gap in two packs for ever keeps the ranges under the limit and every pack in the sums."""
    sequence_state = SequenceState.begin(0, 0)

    for seq in range(2, 4000, 2):
        sequence_state.receive(seq, seq)

    counts = sequence_state.counts()
    assert len(sequence_state.gaps) <= limits.MAX_SEQUENCE_RANGES
    assert (counts["sent"], counts["stored"], counts["lost"]) == (3999, 2000, 1999)


def test_a_sender_that_leaves_gap_after_gap_is_refused_until_it_fills_them() -> None:
    """Unsettled gaps are bounded: then only the pack that moves the ack is taken, and room comes back."""
    sequence_state = SequenceState.begin(0, 0)
    for seq in range(2, 2 + 2 * limits.MAX_SEQUENCE_RANGES, 2):
        sequence_state.receive(seq, 0)

    with pytest.raises(BadPack, match="too-many-gaps"):
        sequence_state.receive(5000, 0)
    assert sequence_state.receive(1, 0) == NEW
    assert sequence_state.receive(5000, 0) == NEW


def test_a_jump_that_no_sender_can_hold_is_neither_pending_nor_lost() -> None:
    """Eleven packs and one numbered 2^31 - 1: twelve are sent and stored; the ack waits, for the sender may be right.

    By hand: 0 to 9 and 20 are there, 10 to 19 are pending and then lost; what lies between 20 and the jump never was.
    """
    far = limits.MAX_SEQ
    sequence_state = SequenceState.begin(0, 0)
    for seq in (*range(1, 10), 20, far):
        sequence_state.receive(seq, 0)
    told = sequence_state.counts()
    again = SequenceState.from_state(json.loads(json.dumps(sequence_state.state())))
    again.receive(far, far)

    assert (told["sent"], told["stored"], told["pending"], sequence_state.jumps) == (22, 12, 10, 1)
    assert (sequence_state.through, again.through) == (9, far)
    assert (again.counts()["sent"], again.counts()["lost"], again.counts()["pending"], again.jumps) == (22, 10, 0, 1)


def test_a_jump_stays_one_when_it_is_folded_and_when_a_pack_comes_from_within() -> None:
    """Folded it adds nothing to the sums; a pack from within is counted, and what is left beside it is as before."""
    folded = SequenceState.begin(0, 0)
    folded.receive(limits.MAX_SEQ, limits.MAX_SEQ)
    assert folded._fold()
    folded = SequenceState.from_state(json.loads(json.dumps(folded.state())))
    split = SequenceState.begin(0, 0)
    split.receive(limits.MAX_SEQ, 0)
    split.receive(2, 0)

    assert (folded.counts()["sent"], folded.counts()["lost"], folded.jumps) == (2, 0, 1)
    assert folded.first - sum(folded.folded) - folded.folded_jumps[1] == 0  # what is before this ledger
    assert (split.counts()["sent"], split.counts()["pending"], split.jumps) == (4, 1, 1)


def test_a_gap_as_wide_as_a_sender_may_hold_is_pending() -> None:
    """The widest gap that is believed, and one seq more."""
    widest, wider = SequenceState.begin(limits.MAX_JUMP, 0), SequenceState.begin(limits.MAX_JUMP + 1, 0)

    assert (widest.counts()["pending"], widest.jumps) == (limits.MAX_JUMP, 0)
    assert (wider.counts()["pending"], wider.jumps) == (0, 1)


@pytest.mark.parametrize(
    "state",
    [
        None,
        [],
        [0, 1, 2, [], [], 0, [0, 0, 0]],
        [0, 9, 0, [[3, 2]], [], 0, [0, 0, 0]],
        [0, 9, 0, [[1, 4], [3, 5]], [], 0, [0, 0, 0]],
        [0, 9, 0, [[9, 9]], [], 0, [0, 0, 0]],
        [0, 9, 0, [], [[1, 10]], 0, [0, 0, 0]],
        [0, 9, 0, [], [], -1, [0, 0, 0]],
        [0, 9.0, 0, [], [], 0, [0, 0, 0]],
        [0, 9, 0, 5, [], 0, [0, 0, 0]],
        [0, 9, 0, [[1]], [], 0, [0, 0, 0]],
        [0, True, 0, [], [], 0, [0, 0, 0]],
        [0, 9, 3, [], [], 0, [0, 0, 0], 4],
        [0, 9, 0, [], [], 0, [0, 0, 0], None],
    ],
)
def test_a_damaged_state_is_told(state: object) -> None:
    """A stored sequence state that cannot be one raises BadSequenceState and never becomes an ack."""
    with pytest.raises(BadSequenceState):
        SequenceState.from_state(state)


class Outbox:
    """A sender: it holds the packs from `kept` on, lets go of what is acknowledged, and drops its oldest."""

    def __init__(self) -> None:
        self.kept = self.next_seq = self.dropped = 0
        self.given_up: set[int] = set()

    def let_go(self, count: int, *, is_drop: bool) -> None:
        """Of the oldest packs that it holds, but for the newest one."""
        gone = range(self.kept, min(self.kept + count, self.next_seq - 1))
        if is_drop:
            self.given_up |= set(gone)
            self.dropped += len(gone)
        self.kept += len(gone)


@given(st.lists(st.tuples(st.sampled_from(["send", "send silently", "drop", "ack"]), st.integers(1, 6)), max_size=40))
def test_what_is_proven_dropped_was_dropped(events: list[tuple[str, int]]) -> None:
    """Whatever is acknowledged by who loses it, dropped though it had arrived, and stated in packs that never come."""
    outbox, stored = Outbox(), {0}
    state = SequenceState.begin(0, 0, dropped=0)
    outbox.next_seq = 1
    for event, count in [*events, ("send", 1)]:
        if event in ("drop", "ack"):
            outbox.let_go(count, is_drop=event == "drop")
            continue
        for seq in range(outbox.next_seq, outbox.next_seq + count):
            outbox.next_seq = seq + 1
            if event == "send":
                stored.add(seq)
                state.receive(seq, outbox.kept, dropped=outbox.dropped)

    counts = state.counts()
    truly = {seq for seq in outbox.given_up if seq not in stored}
    assert 0 <= state.unplaced <= counts["dropped"]
    assert counts["dropped"] - state.unplaced <= len(truly), "a real loss is named dropped"
