"""The buffer: a commit that returned survives kill -9, torn files and full disks; nothing half is ever stored."""

import json
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edge_agent.buffer.buffer import Buffer, CannotStore, GroupCommit, Kept, NewerBuffer, PackCrc, SequenceStateRow
from edge_agent.buffer.change import MAX_SEQUENCE_STATES, MAX_UNFINISHED
from edge_agent.buffer.sqlite_file import SCHEMAS
from edge_agent.process.windows import RecentRow, RecentRows
from edge_agent.values import FilePosition
from tests.servers import server_folder, small_disk

LIMIT_BYTES = 50_000_000
RECENT = (RecentRow(1000, 960.8, 3, 1, "redundant_pair"), RecentRow(2000, None, 9, 9))
WRITER = Path(__file__).with_name("commit_for_ever.py")


def reopened(file: Path) -> Buffer:
    return Buffer(file, LIMIT_BYTES)


def test_a_group_is_there_after_a_restart(tmp_path: Path) -> None:
    """Batches in order, sequence states, last values, counts and positions."""
    file = tmp_path / "buffer.sqlite"
    first = reopened(file)
    first.commit(
        GroupCommit(
            batches=(b"one", b"two"),
            sequence_states=(SequenceStateRow("n07", "9f3a01bc", "[1]"),),
            crcs=(PackCrc("n07", "9f3a01bc", 4, 77, 1764079200, forget_below=0),),
            repeats={"n07": 2},
            quarantined={("n07", "no-time"): 3},
            recent=(RecentRows("n01:baro.pressure", RECENT, 1000),),
            positions=(FilePosition("csv:x", 100, 3, 2, 0),),
        )
    )
    first.close()

    again = reopened(file)

    assert (again.next_seq, again.oldest_unacked, again.bytes, again.epoch) == (2, 0, 6, first.epoch)
    assert (again.batch(0), again.batch(1), again.sequence_state("n07", "9f3a01bc")) == (b"one", b"two", "[1]")
    assert again.recent("n01:baro.pressure") == list(RECENT)
    assert (again.pack_content("n07", "9f3a01bc", 4), again.repeats("n07")) == ((77, 1764079200), 2)
    assert (again.quarantine_counts(), again.position("csv:x").offset) == ({("n07", "no-time"): 3}, 100)


def test_a_group_of_many_epochs_leaves_no_checksum_behind(tmp_path: Path) -> None:
    """A node that begins an epoch with each pack, in one group: its newest epochs stay, and the checksums of those."""
    epochs = [f"{number:08x}" for number in range(3 * MAX_SEQUENCE_STATES)]
    states = tuple(SequenceStateRow("n07", epoch, "[]") for epoch in epochs)
    crcs = tuple(PackCrc("n07", epoch, 0, 77, None, forget_below=0) for epoch in epochs)
    buffer = reopened(tmp_path / "buffer.sqlite")
    buffer.commit(GroupCommit(sequence_states=states, crcs=crcs))

    kept = {epoch for epoch in epochs if buffer.sequence_state("n07", epoch) is not None}
    assert len(kept) == MAX_SEQUENCE_STATES
    assert {epoch for epoch in epochs if buffer.pack_content("n07", epoch, 0) is not None} == kept


def test_unfinished_files_are_bounded_counted_and_the_oldest_go(tmp_path: Path) -> None:
    """A logger that writes its file anew while it is read leaves a position behind each time; finished ones stay."""
    buffer = Buffer(tmp_path / "buffer.sqlite", LIMIT_BYTES)
    buffer.commit(GroupCommit(positions=(FilePosition("csv:done", 10, is_done=True),)))
    positions = tuple(FilePosition(f"csv:{number}", 10) for number in range(MAX_UNFINISHED + 5))
    buffer.commit(GroupCommit(positions=positions))

    kept = [one.source for one in positions if buffer.position(one.source).offset == 10]

    assert kept == [f"csv:{number}" for number in range(5, MAX_UNFINISHED + 5)]
    assert (buffer.position("csv:done").is_done, buffer.forgotten_files()) == (True, 5)


def test_an_ack_beyond_what_was_written_frees_nothing(tmp_path: Path) -> None:
    """It is somebody's error (wire.md section 4, rule 3)."""
    buffer = reopened(tmp_path / "buffer.sqlite")
    buffer.commit(GroupCommit(batches=(b"one",)))

    with pytest.raises(ValueError, match="beyond"):
        buffer.free(1)
    assert buffer.batch(0) == b"one"


def test_a_flipped_bit_in_a_batch_is_noticed(tmp_path: Path) -> None:
    """SQLite itself would hand it out."""
    file = tmp_path / "buffer.sqlite"
    buffer = reopened(file)
    buffer.commit(GroupCommit(batches=(b"as it was",)))
    with sqlite3.connect(file) as other:
        other.execute("UPDATE outbox SET body = ?", (b"as it WAS",))

    assert buffer.batch(0) is None


@pytest.mark.parametrize("damage", ["torn", "scribbled", "emptied page"])
def test_a_damaged_file_is_set_aside_and_a_new_epoch_begun(tmp_path: Path, damage: str) -> None:
    """The agent goes on; the old file stays for a person, under another name."""
    file = tmp_path / "buffer.sqlite"
    buffer = reopened(file)
    buffer.commit(GroupCommit(batches=tuple(bytes([at]) * 5000 for at in range(20))))
    buffer.close()
    content = bytearray(file.read_bytes())
    if damage == "torn":
        del content[len(content) // 2 :]
    elif damage == "scribbled":
        content[:100] = b"x" * 100
    else:
        content[4096:8192] = bytes(4096)
    file.write_bytes(content)

    again = reopened(file)

    assert again.set_aside is not None
    assert again.set_aside.exists()
    assert (again.next_seq, again.epoch == buffer.epoch) == (0, False)


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    """Going back to an old version must not destroy what the new one wrote."""
    file = tmp_path / "buffer.sqlite"
    reopened(file).close()
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA user_version=99")

    with pytest.raises(NewerBuffer, match="newer program"):
        reopened(file)


def test_a_file_of_the_version_before_is_brought_up(tmp_path: Path) -> None:
    """What a gateway holds when its program is renewed goes on to the centre, in an epoch that has a chain."""
    file = tmp_path / "buffer.sqlite"
    with sqlite3.connect(file) as old:
        old.executescript(SCHEMAS[0].read_text())
        old.execute("INSERT INTO agent VALUES (1, '9f3a01bc', 1, 0)")
        old.execute("INSERT INTO outbox VALUES (0, ?, 3, ?)", (b"one", zlib.crc32(b"one")))
        old.execute("PRAGMA user_version=1")

    buffer = reopened(file)

    assert (buffer.epoch == "9f3a01bc", buffer.batch(0)) == (False, b"one")
    buffer.commit(GroupCommit(batches=(b"two",)))
    links = buffer.link(0), buffer.link(1)
    assert links[0] and links[1] and links[0].own == links[1].before == f"{zlib.crc32(b'one'):08x}"


def test_a_reason_of_the_version_before_has_one_word_now(tmp_path: Path) -> None:
    """What was counted as in the future goes on as a clock ahead; the centre is not known to have answered yet."""
    file = tmp_path / "buffer.sqlite"
    with sqlite3.connect(file) as old:
        for schema in SCHEMAS[:3]:
            old.executescript(schema.read_text())
        old.execute("INSERT INTO agent VALUES (1, '9f3a01bc', 1, 0)")
        old.execute("INSERT INTO quarantine_count VALUES ('n07', 'in-the-future', 4)")
        old.execute("PRAGMA user_version=3")

    buffer = reopened(file)

    assert buffer.quarantine_counts() == {("n07", "clock-ahead"): 4}
    assert (buffer.contact(), buffer.timed_nodes()) == (Kept(), set())
    buffer.keep_contact(Kept(1_764_079_200_000, True), ["n07"])
    assert (buffer.contact(), buffer.timed_nodes()) == (Kept(1_764_079_200_000, True), {"n07"})


def test_the_rows_of_the_version_before_are_looked_back_at(tmp_path: Path) -> None:
    """Version 3 kept no quality by own tests alone: it is taken as what was told, and new rows say their own."""
    file = tmp_path / "buffer.sqlite"
    with sqlite3.connect(file) as old:
        old.executescript(" ".join(schema.read_text() for schema in SCHEMAS[:3]))
        old.execute("INSERT INTO agent VALUES (1, '9f3a01bc', 0, 0)")
        old.execute("INSERT INTO recent VALUES ('n01:pond.level', 1000, 338.5, 3)")
        old.execute("PRAGMA user_version=3")

    buffer = reopened(file)
    buffer.commit(
        GroupCommit(recent=(RecentRows("n01:pond.level", (RecentRow(2000, 338.6, 3, 1, "redundant_pair"),), 0),))
    )

    assert buffer.recent("n01:pond.level") == [
        RecentRow(1000, 338.5, 3, 3, None),
        RecentRow(2000, 338.6, 3, 1, "redundant_pair"),
    ]


def test_the_limit_holds_and_an_ack_makes_room(tmp_path: Path) -> None:
    """A full buffer says so before it takes in more, and an ack opens it again."""
    buffer = Buffer(tmp_path / "buffer.sqlite", 100_000)
    while buffer.has_room:
        buffer.commit(GroupCommit(batches=(b"x" * 20_000,)))
    assert buffer.bytes == 100_000

    buffer.free(2)

    assert buffer.has_room
    assert buffer.bytes == 40_000


@pytest.fixture
def disk() -> Iterator[Path]:
    """A file system of 1 MB of its own."""
    with small_disk("1m") as folder:
        yield folder


def test_a_full_disk_refuses_whole_groups_and_recovers(disk: Path) -> None:
    """Nothing of a refused group is stored, what was stored stays, and with room again the same group goes in."""
    buffer = Buffer(disk / "buffer.sqlite", LIMIT_BYTES)
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * 400_000)
    group = GroupCommit(batches=(b"y" * 30_000,), positions=(FilePosition("csv:x", 1),))
    stored = 0
    with pytest.raises(CannotStore):
        for _ in range(100):
            buffer.commit(group)
            stored += 1
    assert 0 < stored == buffer.next_seq

    ballast.unlink()
    buffer.commit(group)

    buffer.close()
    again = reopened(disk / "buffer.sqlite")
    assert again.next_seq == stored + 1
    again.close()


@pytest.mark.parametrize("kills", [50, pytest.param(5000, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path, kills: int) -> None:
    """A writer is killed again and again; each group it reported is there, once, and none is there in part."""
    words = [sys.executable, str(WRITER), str(tmp_path / "buffer.sqlite"), str(kills), "7"]
    found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    print(found)

    assert found["kills"] == kills
    assert (found["lost"], found["twice"], found["torn"]) == (0, 0, 0)
    assert 0 < found["silent"] < kills  # both kinds of moments were met: before the first commit, and after
    assert found["groups"] > kills // 10


class BufferModel(RuleBasedStateMachine):
    """Any order of commits, acks and restarts, against a plain dict."""

    @initialize()
    def begin(self) -> None:
        self.folder = server_folder()
        self.file = self.folder.__enter__() / "buffer.sqlite"
        self.buffer = reopened(self.file)
        self.model: dict[int, bytes] = {}
        self.written = 0

    @rule(bodies=st.lists(st.binary(max_size=50), max_size=4))
    def commit(self, bodies: list[bytes]) -> None:
        self.buffer.commit(GroupCommit(batches=tuple(bodies)))
        for body in bodies:
            self.model[self.written] = body
            self.written += 1

    @rule(share=st.floats(0, 1))
    def free(self, share: float) -> None:
        through = round(share * self.written) - 1
        self.buffer.free(through)
        self.model = {seq: body for seq, body in self.model.items() if seq > through}

    @rule()
    def restart(self) -> None:
        self.buffer.close()
        self.buffer = reopened(self.file)

    @invariant()
    def equal(self) -> None:
        if not hasattr(self, "buffer"):
            return
        assert self.buffer.next_seq == self.written
        assert self.buffer.bytes == sum(map(len, self.model.values()))
        assert all(self.buffer.batch(seq) == self.model.get(seq) for seq in range(self.written))

    def teardown(self) -> None:
        if hasattr(self, "buffer"):
            self.buffer.close()
            self.folder.__exit__(None, None, None)


TestBufferModel = BufferModel.TestCase
TestBufferModel.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
