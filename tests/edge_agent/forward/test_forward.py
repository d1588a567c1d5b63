"""Forwarding: the window, patience that doubles, and what an ack may do; the clock is passed in."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from codec import batch, batch_ack, fastbatch
from codec.batch_ack import BatchAck
from edge_agent.buffer.batches import ENCODERS, BatchItems, bodies
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.forward.budget import Budget
from edge_agent.forward.cursor import BACKLOG_UNACKED
from edge_agent.forward.forward import Forwarder
from wire import topics

AT_MS = 1_764_079_200_000


class Centre:
    """What leaves on the uplink, and a log."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.is_up = True
        self.lines: list[str] = []

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> bool:
        if self.is_up:
            self.sent.append((topic, payload))
        return self.is_up

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(f"{level} {event}")

    def seqs(self) -> list[int]:
        return [fastbatch.decode_batch(payload).seq for _, payload in self.sent]


@pytest.fixture
def buffer(tmp_path: Path) -> Buffer:
    return Buffer(tmp_path / "buffer.sqlite", 100_000_000)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def forwarder(buffer: Buffer, centre: Centre, leave: Callable[[str], bool] = lambda why: False) -> Forwarder:
    return Forwarder(
        "vale",
        "gw1",
        buffer,
        centre.publish,
        centre.log,
        resend_after_s=60.0,
        budget=Budget(None, buffer, lambda: 0),
        now_ms=lambda: AT_MS,
        leave=leave,
    )


def ack(buffer: Buffer, through: int, epoch: str | None = None) -> bytes:
    """What a centre says that has all batches of this buffer up to `through`."""
    link = buffer.link(through)
    return batch_ack.encode(BatchAck(epoch or buffer.epoch, through, None if link is None else link.own))


def test_a_backlog_of_one_form_goes_before_the_other(buffer: Buffer, centre: Centre) -> None:
    """What was written before `batch_form` changed is sent as it is; the centre reads both."""
    cargo = BatchItems(
        packs=[
            batch.PackRecord(
                "n07", 1764079201250, "9f3a01bc", 4, 4, status=batch.STORED, dropped=None, at_s=1764079200, late=0
            )
        ]
    )
    for encode in ENCODERS.values():
        buffer.commit(GroupCommit(batches=bodies(cargo, "vale", "gw1", encode)))

    forwarder(buffer, centre).send(1, True, 0.0)

    assert [payload[:1] for _, payload in centre.sent] == [b"[", b"\x89"]
    assert [fastbatch.decode_batch(payload).packs for _, payload in centre.sent] == [cargo.packs] * 2


def test_batches_go_oldest_first_with_the_kept_of_the_moment(buffer: Buffer, centre: Centre) -> None:
    """Each body gets its head when it is sent."""
    buffer.commit(GroupCommit(batches=(b"", b"", b"")))
    buffer.free(0)

    forwarder(buffer, centre).send(1, True, 0.0)

    assert centre.seqs() == [1, 2]
    assert {topic for topic, _ in centre.sent} == {topics.batch("vale", "gw1")}
    assert [fastbatch.decode_batch(payload).oldest_unacked for _, payload in centre.sent] == [1, 1]


def test_the_window_of_the_backlog_is_bounded(buffer: Buffer, centre: Centre) -> None:
    """An ack opens it by as much as it covers."""
    buffer.commit(GroupCommit(batches=(b"",) * 100))
    uplink = forwarder(buffer, centre)
    uplink.send(1, True, 0.0)
    assert centre.seqs() == list(range(BACKLOG_UNACKED))

    uplink.heard(ack(buffer, 9))
    uplink.free(1.0)
    uplink.send(1, True, 1.0)

    assert centre.seqs() == list(range(BACKLOG_UNACKED + 10))
    assert buffer.oldest_unacked == 10


def test_without_an_ack_it_starts_again_and_waits_twice_as_long(buffer: Buffer, centre: Centre) -> None:
    """60 s, 120 s, ... 960 s between two sendings, until an ack moves (wire.md section 4, rule 4)."""
    buffer.commit(GroupCommit(batches=(b"",)))
    uplink = forwarder(buffer, centre)
    sent_at = []
    for now_s in range(4000):
        before = len(centre.sent)
        uplink.send(1, True, float(now_s))
        if len(centre.sent) > before:
            sent_at.append(now_s)

    waits = [after - at for at, after in pairwise(sent_at)]
    assert waits == [60, 120, 240, 480, 960, 960, 960]


def test_without_an_ack_it_goes_to_the_next_broker_and_waits_twice_as_long(buffer: Buffer, centre: Centre) -> None:
    """Each time that patience ends the line is left, and what is not acknowledged goes out by the next one only."""
    buffer.commit(GroupCommit(batches=(b"",)))
    left: list[int] = []
    sent_at: list[int] = []
    now_s = 0

    def leave(why: str) -> bool:
        left.append(now_s)
        return True

    uplink = forwarder(buffer, centre, leave)
    for now_s in range(4000):
        session, before = 1 + len(left), len(centre.sent)
        uplink.send(session, False, float(now_s))
        if len(centre.sent) > before:
            sent_at.append(now_s)

    assert [after - at for at, after in pairwise(left)] == [121, 241, 481, 961, 961, 961]
    assert sent_at == [0, *(at + 1 for at in left)]


def test_a_moved_ack_restores_patience(buffer: Buffer, centre: Centre) -> None:
    """Progress means that the centre is alive: 60 s again."""
    buffer.commit(GroupCommit(batches=(b"", b"")))
    uplink = forwarder(buffer, centre)
    for now_s in (0.0, 60.0, 180.0):
        uplink.send(1, True, now_s)
    uplink.heard(ack(buffer, 0))
    uplink.free(200.0)
    before = len(centre.sent)

    uplink.send(1, True, 260.0)

    assert centre.seqs()[before:] == [1]


def test_a_centre_that_answers_restores_patience(buffer: Buffer, centre: Centre) -> None:
    """An ack that has not moved tells that the centre is back, after 420 s without it: 60 s again, not 480."""
    buffer.commit(GroupCommit(batches=(b"", b"")))
    uplink = forwarder(buffer, centre)
    for now_s in (0.0, 60.0, 180.0, 420.0):
        uplink.send(1, True, now_s)
    uplink.heard(ack(buffer, -1))
    uplink.free(430.0)
    uplink.send(1, True, 430.0)
    before = len(centre.sent)

    uplink.send(1, True, 479.0)
    early = len(centre.sent) - before
    uplink.send(1, True, 480.0)

    assert early == 0
    assert centre.seqs()[before:] == [0, 1]


def test_a_broker_that_forgot_the_session_gets_everything_again(buffer: Buffer, centre: Centre) -> None:
    """It has forgotten our batches too; one that remembers gets nothing twice."""
    buffer.commit(GroupCommit(batches=(b"", b"")))
    uplink = forwarder(buffer, centre)
    uplink.send(1, False, 0.0)
    uplink.send(2, True, 1.0)
    assert centre.seqs() == [0, 1]

    uplink.send(3, False, 2.0)

    assert centre.seqs() == [0, 1, 0, 1]


def test_a_link_that_is_down_takes_nothing(buffer: Buffer, centre: Centre) -> None:
    """Nothing is counted as sent that was not handed over."""
    buffer.commit(GroupCommit(batches=(b"", b"")))
    uplink, centre.is_up = forwarder(buffer, centre), False
    uplink.send(1, True, 0.0)
    centre.is_up = True

    uplink.send(1, True, 1.0)

    assert centre.seqs() == [0, 1]


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        (b'{"epoch":"00000001","through":0}', "INFO ack-of-another-epoch"),
        (b"rubbish", "ERROR bad-ack"),
    ],
)
def test_an_ack_that_cannot_be_ours_frees_nothing(buffer: Buffer, centre: Centre, payload: bytes, line: str) -> None:
    """Another epoch's is ignored, and so is what is none."""
    buffer.commit(GroupCommit(batches=(b"", b"")))
    uplink = forwarder(buffer, centre)

    uplink.heard(payload)
    uplink.free(0.0)

    assert (buffer.oldest_unacked, centre.lines) == (0, [line])


def test_an_ack_that_does_not_name_its_batch_frees_nothing(buffer: Buffer, centre: Centre) -> None:
    """A centre that was restored knows by `kept` alone what lies below: it has no number for it."""
    buffer.commit(GroupCommit(batches=(b"one", b"two")))
    uplink = forwarder(buffer, centre)

    uplink.heard(batch_ack.encode(BatchAck(buffer.epoch, 1)))
    uplink.free(0.0)

    assert (buffer.oldest_unacked, centre.lines) == (0, [])


def body(number: int) -> bytes:
    """One that differs from all others."""
    return b'{"n":"n07:repeats","v":%d}' % number


@pytest.fixture
def image(buffer: Buffer, tmp_path: Path) -> Buffer:
    """The card put back: a copy from when batches 0 to 4 were written and 0 to 2 acknowledged.

    `buffer`, the card that was taken out, has 5 to 9 too.
    """
    buffer.commit(GroupCommit(batches=tuple(body(seq) for seq in range(5))))
    buffer.free(2)
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / f"buffer.sqlite{suffix}", tmp_path / f"image.sqlite{suffix}")
    buffer.commit(GroupCommit(batches=tuple(body(seq) for seq in range(5, 10))))
    return Buffer(tmp_path / "image.sqlite", 100_000_000)


@pytest.mark.parametrize("written", [0, 3, 5, 30])
@pytest.mark.parametrize("through", [6, 9])
def test_an_image_frees_nothing_by_the_acks_of_the_card_before(
    buffer: Buffer, image: Buffer, centre: Centre, written: int, through: int
) -> None:
    """Whether the ack comes before the image has written so far, or after: all unacknowledged goes in a new epoch."""
    image.commit(GroupCommit(batches=tuple(body(100 + seq) for seq in range(5, 5 + written))))
    uplink = forwarder(image, centre)
    uplink.heard(ack(buffer, through))

    uplink.free(0.0)
    uplink.send(1, True, 0.0)

    assert (image.oldest_unacked, image.epoch == buffer.epoch, image.restored_ms) == (3, False, AT_MS)
    sent = [fastbatch.decode_batch(payload) for _, payload in centre.sent]
    assert [(one.epoch, one.seq) for one in sent] == [(image.epoch, seq) for seq in range(3, 5 + written)]
    assert centre.lines == ["ERROR buffer-restored"]


def test_an_image_goes_on_by_acks_of_what_it_has(buffer: Buffer, image: Buffer, centre: Centre) -> None:
    """Batches 3 and 4 are in both; the ack of 4 is true for either."""
    image.commit(GroupCommit(batches=(body(105),)))
    uplink = forwarder(image, centre)

    uplink.heard(ack(buffer, 4))
    uplink.free(0.0)

    assert (image.oldest_unacked, image.epoch, centre.lines) == (5, buffer.epoch, [])


def test_a_batch_that_the_centre_refuses_as_another_one_begins_an_epoch(
    buffer: Buffer, image: Buffer, centre: Centre
) -> None:
    """The centre has a batch of the card before behind a gap: no ack can tell by its number."""
    uplink = forwarder(image, centre)

    link = buffer.link(4)
    assert link is not None
    uplink.heard(batch_ack.encode(BatchAck(image.epoch, 4, link.own, differs=5)))
    uplink.free(0.0)

    assert (image.oldest_unacked, image.epoch == buffer.epoch) == (3, False)


def test_a_new_epoch_outlives_the_program(buffer: Buffer, image: Buffer, centre: Centre, tmp_path: Path) -> None:
    """What was found of the image is on disk, and so is what waits."""
    uplink = forwarder(image, centre)
    uplink.heard(ack(buffer, 9))
    uplink.free(0.0)
    image.close()

    again = Buffer(tmp_path / "image.sqlite", 100_000_000)

    assert (again.epoch, again.oldest_unacked, again.next_seq) == (image.epoch, 3, 5)
    assert (again.restored_ms, again.batch(4)) == (AT_MS, body(4))


def test_an_ack_of_another_epoch_is_told_once(buffer: Buffer, centre: Centre) -> None:
    """The import beside the agent has acks of its own on the same topic; each of them would be a line."""
    uplink = forwarder(buffer, centre)
    for epoch in ("00000001", "00000001", "00000002"):
        uplink.heard(ack(buffer, 0, epoch))
        uplink.free(0.0)

    assert centre.lines == ["INFO ack-of-another-epoch"] * 2


def test_what_the_centre_holds_back_is_told_once_and_until_an_ack_has_passed_it(buffer: Buffer, centre: Centre) -> None:
    """It frees what the ack covers and no more; acks of others that say nothing of it change nothing."""
    buffer.commit(GroupCommit(batches=(b"one", b"two", b"three", b"four")))
    uplink = forwarder(buffer, centre)
    first, second = (buffer.link(seq) for seq in (0, 2))
    assert first is not None and second is not None
    told = []
    for one in (
        BatchAck(buffer.epoch, 0, first.own, held=1),
        BatchAck(buffer.epoch, 0, first.own, held=2),
        BatchAck(buffer.epoch, 0, first.own),
        BatchAck(buffer.epoch, 0, first.own, held=9),
        BatchAck(buffer.epoch, 2, second.own),
    ):
        uplink.heard(batch_ack.encode(one))
        uplink.free(0.0)
        told.append((buffer.oldest_unacked, uplink.held and (uplink.held.seq, uplink.held.since_ms)))

    assert told == [(1, (1, AT_MS)), (1, (2, AT_MS)), (1, (2, AT_MS)), (1, (2, AT_MS)), (3, None)]
    assert centre.lines == ["ERROR centre-holds-batch", "INFO centre-takes-batch"]


def test_an_older_ack_is_ignored(buffer: Buffer, centre: Centre) -> None:
    """A broker may bring back what it had retained long ago."""
    buffer.commit(GroupCommit(batches=(b"", b"", b"")))
    uplink = forwarder(buffer, centre)
    for through in (1, 0, -1):
        uplink.heard(ack(buffer, through))
        uplink.free(0.0)

    assert buffer.oldest_unacked == 2


def test_what_is_new_goes_ahead_of_a_backlog(buffer: Buffer, centre: Centre) -> None:
    """A batch that is written while hundreds wait leaves at once; the rest follows in order, none twice, none never."""
    buffer.commit(GroupCommit(batches=(b"",) * 300))
    uplink = forwarder(buffer, centre)
    uplink.send(1, True, 0.0)
    buffer.commit(GroupCommit(batches=(b"",)))

    uplink.send(1, True, 0.1)

    assert centre.seqs()[-1] == 300
    while buffer.oldest_unacked < 301:
        seen = set(centre.seqs())
        through = next(seq for seq in range(302) if seq not in seen) - 1
        uplink.heard(ack(buffer, through))
        uplink.free(0.2)
        uplink.send(1, True, 0.2)
    assert sorted(centre.seqs()) == list(range(301))


def test_a_centre_that_comes_back_after_us_gets_all_again_at_once(buffer: Buffer, centre: Centre) -> None:
    """What a broker without sessions dropped before the centre subscribed does not wait for patience to end."""
    buffer.commit(GroupCommit(batches=(b"", b"")))
    sender = forwarder(buffer, centre)
    sender.send(1, False, 0.0)
    sender.heard(ack(buffer, -1), is_retained=True)
    sender.free(1.0)
    sender.send(1, False, 1.0)
    before = centre.seqs()
    sender.heard(ack(buffer, -1))
    sender.free(2.0)
    sender.send(1, False, 2.0)
    sender.heard(ack(buffer, -1))
    sender.free(3.0)
    sender.send(1, False, 3.0)

    assert before == [0, 1]
    assert centre.seqs() == [0, 1, 0, 1]
