"""A change: everything that one group commit stores, and the statements that write it beside the outbox."""

import sqlite3
from typing import Final

import msgspec

from edge_agent.alarm.memory import AlarmRow
from edge_agent.process.windows import RecentRows
from edge_agent.values import FilePosition, UplinkCount

MAX_SEQUENCE_STATES: Final = 16  # a node; an older epoch that speaks again begins a new sequence state
MAX_FILES: Final = 10_000  # finished files that are recognised when they come again
MAX_UNFINISHED: Final = 1_000
"""Files that are read on from where they were left. One that is forgotten is read again from its beginning, which costs
time and stores nothing twice; a logger that writes its file anew while it is read leaves one behind each time."""
FORGET_FILES: Final = """
DELETE FROM file_position WHERE rowid IN (
    SELECT rowid FROM file_position WHERE is_done = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)"""


class SequenceStateRow(msgspec.Struct, frozen=True):
    """The state of one sequence state (wire.sequence.SequenceState.state() as JSON) as it will be stored."""

    node: str
    epoch: str
    state: str


class PackCrc(msgspec.Struct, frozen=True):
    """The content of one pack as a number, and its time [Unix s] if it has one.

    Those of the same sequence state below `forget_below` are dropped.
    """

    node: str
    epoch: str
    seq: int
    crc: int
    at_s: int | None
    forget_below: int


class UplinkRow(msgspec.Struct, frozen=True):
    """One frame of a radio device that this change stores."""

    node: str
    uplink: UplinkCount


class LatestRow(msgspec.Struct, frozen=True):
    """The newest row of a datastream in this change; `why` says what lowered its quality, or why it is missing."""

    datastream: str
    time_ms: int
    value: float | None
    quality: int
    why: str | None


class GroupCommit(msgspec.Struct, frozen=True):
    """Everything that one group commit stores, whole or not at all; `at_ms` is the gateway's clock."""

    batches: tuple[bytes, ...] = ()
    sequence_states: tuple[SequenceStateRow, ...] = ()
    crcs: tuple[PackCrc, ...] = ()
    repeats: dict[str, int] = {}
    quarantined: dict[tuple[str, str], int] = {}
    recent: tuple[RecentRows, ...] = ()
    positions: tuple[FilePosition, ...] = ()
    uplinks: tuple[UplinkRow, ...] = ()
    latest: tuple[LatestRow, ...] = ()
    alarms: tuple[AlarmRow, ...] = ()
    at_ms: int = 0


def write(db: sqlite3.Connection, change: GroupCommit, heard: int) -> None:
    """Write all of a change but its batches, within the transaction of `db`; `heard` counts group commits."""
    _store_senders(db, change, heard)
    _store_recent(db, change.recent)
    _store_positions(db, change.positions)
    for counted in change.uplinks:
        _count_uplink(db, counted.node, counted.uplink)
    db.executemany(
        "INSERT INTO latest VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET time_ms = excluded.time_ms,"
        " value = excluded.value, quality = excluded.quality, why = excluded.why WHERE excluded.time_ms > time_ms",
        [msgspec.structs.astuple(row) for row in change.latest],
    )
    db.executemany(
        "INSERT OR REPLACE INTO alarm VALUES (?, ?, ?, ?)", [msgspec.structs.astuple(row) for row in change.alarms]
    )


def _store_senders(db: sqlite3.Connection, change: GroupCommit, heard: int) -> None:
    """Sequence states, checksums, repeats and quarantine counts of the nodes; the oldest states beyond the limit go."""
    db.executemany(
        "INSERT OR REPLACE INTO chapter VALUES (?, ?, ?, ?)",
        [(row.node, row.epoch, row.state, heard) for row in change.sequence_states],
    )
    db.executemany(
        "INSERT OR REPLACE INTO pack_crc VALUES (?, ?, ?, ?, ?)",
        [(c.node, c.epoch, c.seq, c.crc, c.at_s) for c in change.crcs],
    )
    floors = {(c.node, c.epoch): c.forget_below for c in change.crcs}
    db.executemany(
        "DELETE FROM pack_crc WHERE node = ? AND epoch = ? AND seq < ?", [(*key, low) for key, low in floors.items()]
    )
    for node in {row.node for row in change.sequence_states}:
        old = db.execute(
            "SELECT epoch FROM chapter WHERE node = ? ORDER BY heard DESC LIMIT -1 OFFSET ?",
            (node, MAX_SEQUENCE_STATES),
        ).fetchall()
        if old:
            db.executemany("DELETE FROM chapter WHERE node = ? AND epoch = ?", [(node, epoch) for (epoch,) in old])
            db.execute(
                "DELETE FROM pack_crc WHERE node = ?1 AND epoch NOT IN (SELECT epoch FROM chapter WHERE node = ?1)",
                (node,),
            )
    db.executemany("INSERT OR REPLACE INTO repeats VALUES (?, ?)", list(change.repeats.items()))
    db.executemany(
        "INSERT INTO quarantine_count VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET items = items + excluded.items",
        [(node, reason, items) for (node, reason), items in change.quarantined.items()],
    )


def _count_uplink(db: sqlite3.Connection, node: str, uplink: UplinkCount) -> None:
    """Count one frame, and the hole before it; one that came again changes nothing."""
    row = db.execute(
        "SELECT session, count, received, not_received FROM uplink_count WHERE device = ?", (uplink.device,)
    ).fetchone()
    session, newest, received, not_received = row or (uplink.session, uplink.count - 1, 0, 0)
    if session != uplink.session:
        newest = -1
    elif uplink.count <= newest:
        return
    hole = uplink.count - newest - 1
    db.execute(
        "INSERT OR REPLACE INTO uplink_count VALUES (?, ?, ?, ?, ?, ?)",
        (uplink.device, node, uplink.session, uplink.count, received + 1, not_received + hole),
    )


def _store_recent(db: sqlite3.Connection, recent: tuple[RecentRows, ...]) -> None:
    rows = ((series.datastream, *row) for series in recent for row in series.rows)
    db.executemany(
        "INSERT OR REPLACE INTO recent (datastream, time_ms, value, quality, own_quality, tests)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    bounds = ((series.datastream, series.forget_below_ms) for series in recent)
    db.executemany("DELETE FROM recent WHERE datastream = ? AND time_ms < ?", bounds)


def _store_positions(db: sqlite3.Connection, positions: tuple[FilePosition, ...]) -> None:
    for position in positions:
        db.execute("INSERT OR REPLACE INTO file_position VALUES (?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(position))
        if position.is_done:
            db.execute(FORGET_FILES, (True, MAX_FILES))
        else:
            forgotten = db.execute(FORGET_FILES, (False, MAX_UNFINISHED)).rowcount
            if forgotten:
                db.execute("UPDATE agent SET forgotten_files = forgotten_files + ?", (forgotten,))
