"""The buffer: what the edge agent has taken over and the centre has not yet acknowledged, in one SQLite file.

One group commit is one transaction (WAL, synchronous=FULL): the sequence states of the nodes, the last values that
formulas need, the positions in files, and the batches that go to the centre as an outbox with an epoch and seq of their
own. Only after `commit` has returned may a delivery be acknowledged or an ack published. Rows leave the outbox by the
centre's ack alone: a batch that is sent is only lent, and comes out again until the ack settles it. The outbox is
bounded in bytes and age: a full buffer takes nothing in, so that the broker and the nodes keep it; nothing is ever
dropped here. A file that cannot be read is set aside under another name, and a new one with a new epoch is begun.

Each batch has a number that stands for it and all before it (`codec.chain`), and the centre acknowledges by that
number. So an older copy of this file, put back in its place, frees nothing that the centre did not get from this file,
and begins another epoch (`begin_epoch`).
"""

import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from codec import chain
from codec.chain import Link
from edge_agent.alarm.memory import AlarmRow
from edge_agent.buffer.change import GroupCommit, LatestRow, PackCrc, SequenceStateRow, UplinkRow, write
from edge_agent.buffer.sqlite_file import (
    CannotStore,
    Damaged,
    NewerBuffer,
    make_epoch,
    open_or_replace,
    transaction,
)
from edge_agent.process.windows import RecentRow
from edge_agent.values import FilePosition

__all__ = [
    "Buffer",
    "CannotStore",
    "Damaged",
    "GroupCommit",
    "Kept",
    "LatestRow",
    "NewerBuffer",
    "PackCrc",
    "SequenceStateRow",
    "UplinkRow",
]

TABLES_SHARE: Final = 0.25  # of the limit, on top of it: room in the file for everything that is not a batch
SPARE_PAGES: Final = 256
FULL_SHARE: Final = 0.9  # of the pages that a file may have: one that is refused beyond is at its limit
MAX_DAYS: Final = 400  # of bytes sent


class Kept(msgspec.Struct, frozen=True):
    """What the buffer has of the contact with the centre: when it answered last (gateway's time, Unix ms; 0: never),
    and whether it was silent."""

    answered_ms: int = 0
    is_silent: bool = False


class Buffer:
    """An open buffer file; used by one thread. `set_aside` names the corrupt file that this one replaced."""

    def __init__(self, file: Path, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._db, self.set_aside = open_or_replace(file)
        page_bytes = self._db.execute("PRAGMA page_size").fetchone()[0]
        pages = int(limit_bytes * (1 + TABLES_SHARE)) // page_bytes + SPARE_PAGES
        self._db.execute(f"PRAGMA max_page_count={pages}")
        self.epoch: str
        self.next_seq: int  # of the batch that will be written next
        self.oldest_unacked: int  # lowest seq that the centre has not acknowledged
        self.restored_ms: int  # when this file was found to be an older copy, Unix ms; 0: never
        self._chain: str  # of the batch that was written last
        self.epoch, self.next_seq, self.oldest_unacked, self.restored_ms, self._chain = self._db.execute(
            "SELECT epoch, next_seq, kept, restored_ms, chain FROM agent"
        ).fetchone()
        self.bytes: int = self._db.execute("SELECT coalesce(sum(bytes), 0) FROM outbox").fetchone()[0]
        self._heard: int = self._db.execute("SELECT coalesce(max(heard), 0) FROM chapter").fetchone()[0]

    @property
    def has_room(self) -> bool:
        """Whether another group may be taken in."""
        return self.bytes < self.limit_bytes

    @property
    def is_file_full(self) -> bool:
        """Whether the file, batches and all, has about reached the limit that it is given."""
        used, most = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "max_page_count"))
        return bool(used >= FULL_SHARE * most)

    def commit(self, change: GroupCommit) -> None:
        """Store one group; when this returns it survives a power cut. Raises CannotStore or Damaged: nothing stored."""
        size = sum(map(len, change.batches))
        next_seq, own = self.next_seq + len(change.batches), self._chain
        with transaction(self._db) as db:
            for seq, body in enumerate(change.batches, self.next_seq):
                before, own = own, chain.grow(own, body)
                row = (seq, body, len(body), zlib.crc32(body), change.at_ms, before, own)
                db.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if change.batches:
                db.execute("UPDATE agent SET next_seq = ?, chain = ?", (next_seq, own))
            write(db, change, self._heard + 1)
        self.next_seq, self.bytes, self._heard, self._chain = next_seq, self.bytes + size, self._heard + 1, own

    def free(self, through: int) -> int:
        """Drop the batches that an ack covers; returns how many. `through` must not lie beyond what was written."""
        if through >= self.next_seq:
            raise ValueError(f"ack {through} lies beyond the last seq written, {self.next_seq - 1}")
        if through < self.oldest_unacked:
            return 0
        with transaction(self._db) as db:
            freed = db.execute("SELECT coalesce(sum(bytes), 0) FROM outbox WHERE seq <= ?", (through,)).fetchone()[0]
            count = db.execute("DELETE FROM outbox WHERE seq <= ?", (through,)).rowcount
            db.execute("UPDATE agent SET kept = ?", (through + 1,))
        self.oldest_unacked, self.bytes = through + 1, self.bytes - freed
        return count

    def begin_epoch(self, at_ms: int) -> None:
        """Go on under another epoch with all that is not acknowledged, for this file is an older copy of a buffer.

        Numbers and chain go on: what lies below `oldest_unacked` belongs to the epoch before. Raises CannotStore or
        Damaged.
        """
        epoch = make_epoch()
        with transaction(self._db) as db:
            db.execute("UPDATE agent SET epoch = ?, restored_ms = ?", (epoch, at_ms))
        self.epoch, self.restored_ms = epoch, at_ms

    def link(self, seq: int) -> Link | None:
        """The place of a batch in the chain; None when the row is gone."""
        row = self._db.execute("SELECT before, chain FROM outbox WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else Link(*row)

    def batch(self, seq: int) -> bytes | None:
        """The body of one batch; None when its bytes no longer match their checksum or the row is gone."""
        row = self._db.execute("SELECT body, crc FROM outbox WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row is not None and zlib.crc32(row[0]) == row[1] else None

    def oldest_ms(self) -> int | None:
        """When the oldest batch was written that the centre has not acknowledged, Unix ms; None when there is none."""
        row = self._db.execute("SELECT at_ms FROM outbox WHERE at_ms > 0 ORDER BY seq LIMIT 1").fetchone()
        return row[0] if row else None

    def sequence_state(self, node: str, epoch: str) -> str | None:
        """The stored state of a sequence state, None when it is not known."""
        row = self._db.execute("SELECT state FROM chapter WHERE node = ? AND epoch = ?", (node, epoch)).fetchone()
        return row[0] if row else None

    def newest_sequence_states(self) -> list[SequenceStateRow]:
        """The sequence state that each node wrote last: these are what a node is told after a connect."""
        rows = self._db.execute("SELECT node, epoch, state, max(heard) FROM chapter GROUP BY node").fetchall()
        return [SequenceStateRow(node, epoch, state) for node, epoch, state, _ in rows]

    def pack_content(self, node: str, epoch: str, seq: int) -> tuple[int, int | None] | None:
        """The content checksum of a stored pack and its time [Unix s], None when they were not kept."""
        found: tuple[int, int | None] | None = self._db.execute(
            "SELECT crc, at_s FROM pack_crc WHERE node = ? AND epoch = ? AND seq = ?", (node, epoch, seq)
        ).fetchone()
        return found

    def repeats(self, node: str) -> int:
        """How many packs of this node came again so far."""
        row = self._db.execute("SELECT packs FROM repeats WHERE node = ?", (node,)).fetchone()
        return row[0] if row else 0

    def quarantine_counts(self) -> dict[tuple[str, str], int]:
        """Items in quarantine by (node, reason) since this buffer was begun."""
        return {(n, r): items for n, r, items in self._db.execute("SELECT node, reason, items FROM quarantine_count")}

    def not_received(self) -> dict[str, int]:
        """Frames of radio devices that their counters have and nobody received, by node."""
        rows = self._db.execute("SELECT node, sum(not_received) FROM uplink_count GROUP BY node")
        return dict(rows.fetchall())

    def recent(self, datastream: str) -> list[RecentRow]:
        """The last rows of a datastream, oldest first."""
        rows = self._db.execute(
            "SELECT time_ms, value, quality, coalesce(own_quality, quality), tests FROM recent"
            " WHERE datastream = ? ORDER BY time_ms",
            (datastream,),
        )
        return [RecentRow(*row) for row in rows]

    def alarms(self) -> list[AlarmRow]:
        """How each plan stood at the last commit."""
        return [AlarmRow(*row) for row in self._db.execute("SELECT plan, level, since_ms, memory FROM alarm")]

    def forgotten_files(self) -> int:
        """How many files were forgotten before they were read to their end (`change.MAX_UNFINISHED`)."""
        return int(self._db.execute("SELECT forgotten_files FROM agent").fetchone()[0])

    def position(self, source: str) -> FilePosition:
        """How far a file is stored."""
        row = self._db.execute("SELECT * FROM file_position WHERE source = ?", (source,)).fetchone()
        if row is None:
            return FilePosition(source)
        source, offset, lines, rows, refused, is_done = row
        return FilePosition(source, offset, lines, rows, refused, is_done=bool(is_done))

    def sent_on(self, day: str) -> int:
        """Bytes that the uplink has sent on a day (UTC), as far as they were counted."""
        row = self._db.execute("SELECT bytes FROM sent_day WHERE day = ?", (day,)).fetchone()
        return row[0] if row else 0

    def count_sent(self, day: str, sent_bytes: int) -> None:
        """Keep the bytes of a day, and forget the days before the last MAX_DAYS. Raises CannotStore or Damaged."""
        with transaction(self._db) as db:
            db.execute("INSERT OR REPLACE INTO sent_day VALUES (?, ?)", (day, sent_bytes))
            db.execute(
                "DELETE FROM sent_day WHERE day NOT IN (SELECT day FROM sent_day ORDER BY day DESC LIMIT ?)",
                (MAX_DAYS,),
            )

    def newest_ms(self) -> int:
        """The newest time of a reading that was ever stored, Unix ms; 0 before the first."""
        return int(self._db.execute("SELECT coalesce(max(time_ms), 0) FROM latest").fetchone()[0])

    def contact(self) -> Kept:
        """What was kept of the centre's answers."""
        answered_ms, is_silent = self._db.execute("SELECT answered_ms, is_centre_silent FROM agent").fetchone()
        return Kept(answered_ms, bool(is_silent))

    def timed_nodes(self) -> set[str]:
        """The nodes that were ever given the time here."""
        return {node for (node,) in self._db.execute("SELECT node FROM timed_node")}

    def keep_contact(self, contact: Kept | None, timed: Iterable[str]) -> None:
        """Keep what is new of the centre's answers and of who was given the time. Raises CannotStore or Damaged."""
        with transaction(self._db) as db:
            if contact is not None:
                db.execute("UPDATE agent SET answered_ms = ?, is_centre_silent = ?", msgspec.structs.astuple(contact))
            db.executemany("INSERT OR IGNORE INTO timed_node VALUES (?)", [(node,) for node in timed])

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        self._db.close()
