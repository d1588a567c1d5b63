"""The storing half: acknowledged after the commit, kept while the disk refuses."""

import shutil
from pathlib import Path

import msgspec
import pytest

from edge_agent.buffer.store import AgentStore, Stopped
from edge_agent.config.settings import Settings
from edge_agent.receive.acks import Ack
from edge_agent.values import PackDelivery
from runtime.settings import Endpoint
from tests.edge_agent.world import EPOCH, FACILITY_FILE, RECEIVED_MS, T0_S, clock_at, delivery, pack_bytes
from tests.servers import small_disk

NOTHING_SINCE = "the centre has acknowledged nothing that was written since 2025-11-25T14:00:30Z"


class Custodian:
    """A store whose disk can be made to refuse, with what it acknowledged and said."""

    def __init__(self, folder: Path) -> None:
        end = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", folder / "password")
        settings = Settings(FACILITY_FILE, "gw1", folder / "state", end, end)
        self.lines: list[str] = []
        self.told: list[dict[str, object]] = []
        self.acknowledged: list[int] = []
        self.now_ms = RECEIVED_MS
        self.store = AgentStore(
            msgspec.structs.replace(settings, max_buffer_mb=1), clock_at(lambda: self.now_ms), self.log
        )

    def log(self, level: str, event: str, **fields: object) -> None:
        self.lines.append(f"{level} {event}")
        self.told.append(fields)

    def refuse(self) -> None:
        """No page more than there is: SQLite answers as for a full disk."""
        self.store.buffer._db.execute("PRAGMA max_page_count=1")

    def allow(self) -> None:
        self.store.buffer._db.execute("PRAGMA max_page_count=100000")

    def pack(self, seq: int) -> PackDelivery:
        readings: dict[str, float | str] = {"battery.voltage": 3.3, "fault.vw1": "x" * 190}
        return delivery(
            pack_bytes(seq, readings, time_s=1_764_079_200 + seq), acknowledge=lambda: self.acknowledged.append(seq)
        )


@pytest.fixture
def keeper(tmp_path: Path) -> Custodian:
    return Custodian(tmp_path)


def test_a_refusing_disk_acknowledges_nothing_until_it_takes_the_group(keeper: Custodian) -> None:
    """The same group goes in when there is room, once; a person is told at the first refusal and at the end of it."""
    pauses: list[int] = []

    def pause() -> bool:
        pauses.append(len(keeper.acknowledged))
        if len(pauses) == 3:
            keeper.allow()
        return True

    keeper.refuse()
    seq = -1
    while not pauses:
        seq += 1
        acks = keeper.store.take_in([keeper.pack(seq)], pause)

    assert pauses == [seq] * 3  # nothing more was acknowledged meanwhile
    assert (keeper.acknowledged, acks) == (list(range(seq + 1)), (Ack("n07", EPOCH, seq, T0_S + seq),))
    assert [line for line in keeper.lines if "store" in line] == ["ERROR cannot-store", "INFO stores-again"]


def test_a_program_that_ends_meanwhile_leaves_the_group_unacknowledged(keeper: Custodian) -> None:
    """It comes again."""
    keeper.refuse()

    with pytest.raises(Stopped):
        for seq in range(10_000):
            keeper.store.take_in([keeper.pack(seq)], lambda: False)

    assert keeper.store.buffer.next_seq == len(keeper.acknowledged)


def test_a_full_buffer_is_said_once(keeper: Custodian) -> None:
    """Back-pressure: nodes and broker keep what comes."""
    seq = 0
    while keeper.store.has_room():
        keeper.store.take_in([keeper.pack(at) for at in range(seq, seq + 500)], lambda: False)
        seq += 500
    keeper.store.has_room()

    assert [line for line in keeper.lines if "store" in line] == ["ERROR cannot-store"]
    refusal, size = keeper.store.refusal, keeper.store.buffer.bytes
    assert refusal is not None and refusal.reason == "buffer-full" and size > 1_000_000
    assert refusal.detail == f"{size} of the 1000000 bytes of max_buffer_mb are used; {NOTHING_SINCE}"
    assert (keeper.told[-1]["reason"], keeper.told[-1]["detail"]) == ("buffer-full", refusal.detail)


def test_a_buffer_that_is_too_old_takes_nothing_until_the_centre_acks(keeper: Custodian) -> None:
    """What waits for more than 400 days waits for a person: it is said, and the nodes keep what follows."""
    keeper.store.take_in([keeper.pack(0)], lambda: False)
    keeper.now_ms += 401 * 86_400_000
    assert not keeper.store.has_room()
    refusal = keeper.store.refusal
    assert refusal is not None and refusal.reason == "buffer-too-old"
    assert refusal.detail == f"a batch waits for longer than the 400 days of max_buffer_days; {NOTHING_SINCE}"

    keeper.store.buffer.free(0)

    assert keeper.store.has_room() and keeper.store.refusal is None
    assert [line for line in keeper.lines if "store" in line] == ["ERROR cannot-store", "INFO stores-again"]


def test_a_full_disk_is_no_full_buffer() -> None:
    """A real file system without room: the reason is the disk, its free bytes are told, and room on it ends it."""
    with small_disk("3m") as folder:
        keeper, ballast, pauses = Custodian(folder), folder / "ballast", []
        free = shutil.disk_usage(folder).free
        ballast.write_bytes(b"x" * (free - 100_000))

        def pause() -> bool:
            pauses.append(keeper.store.refusal)
            ballast.unlink(missing_ok=True)
            return True

        seq = 0
        while not pauses:
            keeper.store.take_in([keeper.pack(at) for at in range(seq, seq + 100)], pause)
            seq += 100
        keeper.store.close()

    assert pauses[0] is not None and pauses[0].reason == "disk-full"
    assert pauses[0].disk_free_bytes < 100_000 and NOTHING_SINCE in pauses[0].detail
    assert keeper.store.refusal is None and len(keeper.acknowledged) == seq


def test_a_file_at_its_limit_is_a_full_buffer(keeper: Custodian) -> None:
    """The disk has room: it is the bound of the settings that the file has reached."""
    keeper.store.take_in([keeper.pack(0)], lambda: False)
    keeper.refuse()

    with pytest.raises(Stopped):
        for seq in range(1, 10_000):
            keeper.store.take_in([keeper.pack(seq)], lambda: False)

    assert keeper.store.refusal is not None and keeper.store.refusal.reason == "buffer-full"


def test_a_disk_that_fails_is_told_as_it_says(keeper: Custodian) -> None:
    """Read-only: neither full nor at a limit."""
    keeper.store.buffer._db.execute("PRAGMA query_only=1")

    with pytest.raises(Stopped):
        keeper.store.take_in([keeper.pack(0)], lambda: False)

    assert keeper.store.refusal is not None
    assert keeper.store.refusal.detail == "the disk refuses: attempt to write a readonly database"
