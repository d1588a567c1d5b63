"""Delivery tracking: window, repeats with doubling, and acks that free or do not. (CPython and VM)"""

from firmware.node import pack, tracking
from firmware.node.clock import Clock
from firmware.node.outbox import Outbox
from firmware.node.tracking import Tracking
from tests.firmware.portable import fresh_folder

CLOCK = Clock(1, {})


def with_packs(count: int, resend_after_ms: int = 1000) -> Tracking:
    box = Outbox(fresh_folder(), 1000000, 8192)
    for seq in range(count):
        box.append(b"pack %d of some length, to be sent" % seq)
    return Tracking(box, resend_after_ms)


def send_all(sender: Tracking, now_ms: int) -> list[int]:
    sent: list[int] = []
    seq = sender.due(now_ms)
    while seq is not None:
        sender.published(len(sent) + 1, seq)
        sent.append(seq)
        seq = sender.due(now_ms)
    return sent


def acknowledge(sender: Tracking, count: int) -> None:
    for packet_id in range(1, count + 1):
        sender.acknowledged(packet_id)


def test_at_most_64_packs_are_sent_and_unacked() -> None:
    """PUBACKs do not open the window, an ack does."""
    sender = with_packs(100)

    assert send_all(sender, 0) == list(range(64))
    acknowledge(sender, 64)
    assert sender.due(1) is None
    assert sender.acked(sender.outbox.epoch, 9, 2, None, CLOCK) == tracking.MOVED
    assert send_all(sender, 3) == list(range(64, 74))


def test_a_puback_frees_nothing() -> None:
    """*sent* follows it, *oldest_unacked* does not."""
    sender = with_packs(3)
    send_all(sender, 0)

    acknowledge(sender, 3)

    assert (sender.outbox.sent, sender.outbox.oldest_unacked, sender.is_drained) == (3, 0, False)


def test_without_a_puback_a_new_connection_sends_again() -> None:
    """From the lowest seq without a PUBACK on."""
    sender = with_packs(5)
    send_all(sender, 0)
    sender.acknowledged(1)
    sender.acknowledged(2)

    sender.connected()

    assert send_all(sender, 1) == [2, 3, 4]


def test_without_an_ack_all_is_repeated_ever_more_rarely() -> None:
    """1, 2, 4, 8, 16 and then always 16 times the wait: wire.md section 4, rule 4."""
    sender = with_packs(2, resend_after_ms=1000)
    send_all(sender, 0)
    repeated_at = []

    for now_ms in range(0, 100000, 500):
        before = sender.repeats
        if sender.due(now_ms) is not None:
            send_all(sender, now_ms)
        if sender.repeats > before:
            repeated_at.append(now_ms)

    waits = [repeated_at[i] - (repeated_at[i - 1] if i else 0) for i in range(7)]
    assert waits == [1500, 2500, 4500, 8500, 16500, 16500, 16500]


def test_an_ack_of_the_repeated_packs_shortens_the_wait() -> None:
    """By one step, once something behind the repeated packs has arrived as well."""
    sender = with_packs(2)
    send_all(sender, 0)
    send_all(sender, 1001)
    send_all(sender, 5000)
    assert sender.doublings == 2

    sender.acked(sender.outbox.epoch, 1, 5002, None, CLOCK)

    assert sender.doublings == 2 and sender.is_drained
    sender.outbox.append(b"another pack of sufficient length")
    send_all(sender, 5003)
    sender.acked(sender.outbox.epoch, 2, 5004, None, CLOCK)
    assert sender.doublings == 1


def test_wrong_acks_free_nothing() -> None:
    """Another epoch's, and an old one."""
    sender = with_packs(5)
    send_all(sender, 0)
    epoch = sender.outbox.epoch
    sender.acked(epoch, 1, 1, None, CLOCK)

    assert sender.acked("00000000", 4, 2, None, CLOCK) == tracking.FOREIGN
    assert sender.acked(epoch, 0, 2, None, CLOCK) == tracking.STALE
    assert (sender.outbox.oldest_unacked, sender.outbox.epoch) == (2, epoch)


def test_an_ack_beyond_what_was_written_begins_another_epoch() -> None:
    """Somebody wrote further under this epoch: the flash is an older copy, and what it holds is sent again."""
    sender = with_packs(5)
    send_all(sender, 0)
    epoch = sender.outbox.epoch
    sender.acked(epoch, 1, 1, None, CLOCK)

    assert sender.acked(epoch, 5, 2, None, CLOCK) == tracking.OTHER
    assert (sender.outbox.oldest_unacked, sender.outbox.next_seq) == (2, 6) and sender.outbox.epoch != epoch
    assert send_all(sender, 3) == [2, 3, 4, 5]
    assert b"older copy" in sender.outbox.read(5)


def test_an_ack_of_another_pack_begins_another_epoch() -> None:
    """The copy has written as many since: the ack lies within, and is of a pack of another time."""
    box, clock = Outbox(fresh_folder(), 1000000, 8192), Clock(1, {})
    for seq in range(5):
        box.append(pack.body(pack.UNIX, 1, (1764079200 + 60 * seq) * 1000, [], [("vw1", "a fault of some length")]))
    sender, epoch = Tracking(box, 1000), box.epoch

    assert sender.acked(epoch, 1, 0, 1764079260, clock) == tracking.MOVED
    assert sender.acked(epoch, 3, 0, 1764079260, clock) == tracking.OTHER
    assert box.oldest_unacked == 2 and box.epoch != epoch
    assert sender.acked(epoch, 3, 1, 1764079380, clock) == tracking.FOREIGN


def test_another_epoch_outlives_a_reset() -> None:
    """It is on flash before anything goes out under it, and in the header of what is written then."""
    folder = fresh_folder()
    box = Outbox(folder, 1000000, 8192)
    box.append(b"a pack of sufficient length, sent or not")
    Tracking(box, 1000).acked(box.epoch, 9, 0, None, CLOCK)
    box.append(b"another pack of sufficient length, sent")

    again = Outbox(folder, 1000000, 8192)

    assert (again.epoch, again.oldest_unacked, again.next_seq) == (box.epoch, 0, 3)
    assert again.read(0) == b"a pack of sufficient length, sent or not"


def test_an_ack_may_overtake_the_puback() -> None:
    """What is acknowledged is stored, whatever the broker has said so far."""
    sender = with_packs(3)
    send_all(sender, 0)

    assert sender.acked(sender.outbox.epoch, 2, 1, None, CLOCK) == tracking.MOVED
    assert (sender.outbox.sent, sender.outbox.oldest_unacked) == (3, 3)
    sender.acknowledged(1)
    assert sender.outbox.sent == 3


def test_dropped_packs_are_skipped() -> None:
    """A box that overflows while it is sending goes on behind the hole."""
    box = Outbox(fresh_folder(), 2000, 400)
    sender = Tracking(box, 1000)
    for seq in range(100):
        box.append(b"pack %06d of a node in the field" % seq)

    assert sender.due(0) == box.oldest_unacked > 0


def test_the_timer_survives_sleep() -> None:
    """What `timer` gives, `restore` takes: the wait goes on where it was."""
    sender = with_packs(2, resend_after_ms=1000)
    send_all(sender, 0)
    acknowledge(sender, 2)
    woken = Tracking(sender.outbox, 1000)

    woken.restore(sender.timer())

    assert woken.due(900) is None
    assert woken.due(1001) == 0
