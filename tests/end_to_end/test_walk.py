"""3,000 random walks of node, broker and edge agent: no pack is lost, and without the contiguity rule packs are."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.walk import HighestSeq, Walk
from wire.sequence import SequenceState

STEPS = 400
WALKS_A_CHUNK = 500
CONTROL_WALKS = 60
MEMORY = Path("/dev/shm")


@contextmanager
def walked(seed: int, kind: type[SequenceState]) -> Iterator[Walk]:
    """One walk to its end, on a flash in memory where the machine has such a folder."""
    folder = tempfile.mkdtemp(prefix="tailwatch-walk-", dir=MEMORY if MEMORY.is_dir() else None)
    try:
        walk = Walk(Path(folder), seed, kind)
        walk.run(STEPS)
        yield walk
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("chunk", range(6))
def test_no_walk_loses_a_pack(chunk: int) -> None:
    """Every pack produced is stored as it was, counted as dropped by the node, or void because we damaged it."""
    seen: Counter[str] = Counter()
    for seed in range(chunk * WALKS_A_CHUNK, (chunk + 1) * WALKS_A_CHUNK):
        with walked(seed, SequenceState) as walk:
            assert walk.losses() == [], f"seed {seed}"
            counts = walk.counts()
            assert counts["lost"] == counts["pending"] == 0, f"seed {seed}: {counts}"
            seen.update(counts, damaged=len(walk.damaged))

    # The walks did meet what they are about: drops, damage and repeats.
    assert min(seen["stored"], seen["dropped"], seen["unreadable"], seen["damaged"]) > 0


def test_the_ledger_counts_what_is_stored() -> None:
    """The sequence state's own numbers agree with the packs on disk, seq by seq."""
    for seed in range(100):
        with walked(seed, SequenceState) as walk:
            counts, sequence_state = walk.counts(), walk.agent.sequence_state
            assert sequence_state is not None
            stored = [
                seq for seq, value in walk.agent.stored.items() if value is not None and seq >= sequence_state.first
            ]

            assert counts["stored"] - sequence_state.folded[0] == len(stored), f"seed {seed}"
            assert counts["sent"] == sum(counts.values()) - counts["sent"], f"seed {seed}"


def test_without_contiguity_packs_are_lost() -> None:
    """The same walks with "highest seq stored" as the ack lose packs, so the test above can fail."""
    losing = 0
    for seed in range(CONTROL_WALKS):
        with walked(seed, HighestSeq) as walk:
            losing += bool(walk.losses())

    assert losing > CONTROL_WALKS // 2
