"""The outbox against a model: any run of appends, acks, starts, torn tails and flipped bits (hypothesis)."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from firmware.node.outbox import Outbox, Unreadable

LIMIT_BYTES, SEGMENT_BYTES = 3000, 500


class OutboxModel(RuleBasedStateMachine):
    """`bodies` is what was appended under each seq; `hurt` holds seqs whose record was damaged on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tailwatch-model-"))
        self.bodies: dict[int, bytes] = {}
        self.hurt: set[int] = set()
        self.acked = -1
        self.box = self.opened()
        self.epoch = self.box.epoch

    def opened(self) -> Outbox:
        return Outbox(str(self.folder / "box"), LIMIT_BYTES, SEGMENT_BYTES)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(body=st.binary(min_size=32, max_size=200))
    def append(self, body: bytes) -> None:
        """A seq is given once."""
        seq = self.box.append(body)
        assert seq not in self.bodies
        self.bodies[seq] = body

    @rule(fraction=st.floats(0, 1))
    def ack(self, fraction: float) -> None:
        """An ack anywhere between *oldest_unacked* and the end."""
        through = self.box.oldest_unacked - 1 + int(fraction * (self.box.next_seq - self.box.oldest_unacked))
        self.box.free(through)
        self.acked = max(self.acked, through)

    @rule(is_clean=st.booleans())
    def start_again(self, is_clean: bool) -> None:
        """A reset, with or without saved cursors."""
        if is_clean:
            self.box.close()
        self.box = self.opened()

    @rule(tail=st.binary(min_size=1, max_size=40))
    def torn_tail(self, tail: bytes) -> None:
        """Half a record at the end of the newest segment, then a reset."""
        segments = sorted((self.folder / "box").glob("s*"))
        if segments:
            with segments[-1].open("ab") as file:
                file.write(tail)
        self.box = self.opened()

    @rule(where=st.floats(0, 0.999), bit=st.integers(0, 7))
    def flipped_bit(self, where: float, bit: int) -> None:
        """One bit of the newest segment, then a reset; whatever that segment holds may be hurt."""
        segments = sorted((self.folder / "box").glob("s*"))
        if not segments:
            return
        data = bytearray(segments[-1].read_bytes())
        if not data:
            return
        data[int(where * len(data))] ^= 1 << bit
        segments[-1].write_bytes(bytes(data))
        self.hurt.update(seq for seq in self.bodies if seq >= int(segments[-1].name[1:]))
        self.box = self.opened()

    @rule(which=st.integers(0, 1), size=st.integers(0, 33))
    def torn_cursor(self, which: int, size: int) -> None:
        """One of the two cursor files cut, then a reset."""
        path = self.folder / "box" / f"c{which}"
        if path.exists():
            path.write_bytes(path.read_bytes()[:size])
        self.box = self.opened()

    @invariant()
    def nothing_is_lost_or_changed(self) -> None:
        """What is neither acknowledged nor dropped reads back as it was; cursors are in order; the epoch stays."""
        box = self.box
        # Only an outbox without a pack, or with damage in cursors and segment at once, begins another epoch.
        assert box.epoch == self.epoch or not self.bodies or self.hurt
        self.epoch = box.epoch
        assert box.oldest_unacked <= box.sent <= box.next_seq
        assert box.oldest_unacked <= self.acked + 1 + box.dropped or not self.bodies
        for seq in range(box.oldest_unacked, box.next_seq):
            try:
                read = box.read(seq)
            except Unreadable:
                assert seq in self.hurt or seq not in self.bodies
            else:
                assert read == self.bodies[seq]


OutboxModel.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_run = OutboxModel.TestCase
