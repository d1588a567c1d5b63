"""The data budget: bytes a day, spread over it, kept through restarts; the clock is passed in."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codec import batch_ack, fastbatch
from codec.batch_ack import BatchAck
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.forward.budget import Budget
from edge_agent.forward.forward import Forwarder

DAY_MS = 86_400_000
MIDNIGHT_MS = round(datetime(2026, 11, 25, tzinfo=UTC).timestamp() * 1000)
MB = 1_000_000


class Clock:
    """A clock that a test sets."""

    def __init__(self, now_ms: int = MIDNIGHT_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def buffer(tmp_path: Path) -> Buffer:
    return Buffer(tmp_path / "buffer.sqlite", 100_000_000)


def test_a_day_gets_its_budget_and_no_more(buffer: Buffer) -> None:
    """A sender with endless work, asked each minute, is within one message of the budget at midnight."""
    clock = Clock()
    budget = Budget(MB, buffer, clock)
    sent = 0
    for _ in range(1440):
        while budget.allows():
            budget.spend(700)
            sent += 700
        clock.now_ms += 60_000

    assert MB - 1000 < sent < MB + 700


def test_every_hour_has_its_part(buffer: Buffer) -> None:
    """A 24th at midnight, half and a 48th at noon: whoever sends all he may is never blind for long."""
    clock = Clock()
    budget = Budget(24 * MB, buffer, clock)

    spent = budget.spent()
    assert spent is not None
    assert spent.free_bytes == MB
    clock.now_ms += DAY_MS // 2
    spent = budget.spent()
    assert spent is not None
    assert spent.free_bytes == 12.5 * MB


def test_a_restart_and_a_clock_set_back_forget_nothing(buffer: Buffer) -> None:
    """The bytes of a day are on disk; the next day begins with none."""
    clock = Clock()
    budget = Budget(24 * MB, buffer, clock)
    budget.spend(2 * MB)
    assert not budget.allows()
    assert not Budget(24 * MB, buffer, clock).allows()

    clock.now_ms += DAY_MS
    assert budget.allows()
    clock.now_ms -= DAY_MS
    assert not budget.allows()


def test_without_a_budget_nothing_waits(buffer: Buffer) -> None:
    """No setting, no limit, and no word of it in the state document."""
    budget = Budget(None, buffer, Clock())
    budget.spend(10**12)

    assert budget.allows()
    assert (budget.spent(), budget.spacing_s(2000)) == (None, 0.0)


def test_states_take_a_tenth(buffer: Buffer) -> None:
    """2 kB each 1,728 s are 100 kB a day, a tenth of 1 MB."""
    assert Budget(MB, buffer, Clock()).spacing_s(2000) == 1728


def test_live_and_backlog_share_what_the_day_gives(buffer: Buffer) -> None:
    """500 batches wait and one comes each 15 min: after a day most of the new ones are at the centre, and so are as
    many of the oldest, all within the budget."""
    clock, written_at, heard = Clock(), dict[int, int](), dict[int, int]()
    chance = random.Random(4)
    size = 0

    def publish(topic: str, payload: bytes, qos: int, retain: bool) -> bool:
        nonlocal size
        heard.setdefault(fastbatch.decode_batch(payload).seq, clock.now_ms)
        size += len(topic) + len(payload)
        return True

    def body() -> bytes:  # that cannot be compressed
        return b'{"n":"n07:fault.vw1","t":1764079200,"vs":"%s"}' % bytes(chance.choices(range(48, 91), k=180))

    buffer.commit(GroupCommit(batches=tuple(b",".join(body() for _ in range(45)) for _ in range(500))))
    uplink = Forwarder(
        "vale",
        "gw1",
        buffer,
        publish,
        lambda *_, **__: None,
        resend_after_s=60.0,
        budget=Budget(MB, buffer, clock),
        now_ms=clock,
    )
    through = -1
    for minute in range(1440):
        if minute % 15 == 0:
            written_at[buffer.next_seq] = clock.now_ms
            buffer.commit(GroupCommit(batches=(b",".join(body() for _ in range(10)),)))
        uplink.send(1, True, minute * 60.0)
        while through + 1 in heard:
            through += 1
        if through >= buffer.oldest_unacked:
            link = buffer.link(through)
            assert link is not None
            uplink.heard(batch_ack.encode(BatchAck(buffer.epoch, through, link.own)))
            uplink.free(minute * 60.0)
        clock.now_ms += 60_000

    waits_s = [(heard[seq] - at_ms) / 1000 for seq, at_ms in written_at.items() if seq in heard]
    assert size < MB + 10_000
    assert len(waits_s) > 90
    assert sorted(waits_s)[len(waits_s) // 2] < 1800
    assert 60 < through < 200
