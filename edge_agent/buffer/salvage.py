"""Salvage: what is whole of a damaged buffer that was set aside goes back into the buffer, to be sent.

Batches are read one by one by their seq from a copy of the file, so one that lies on a damaged page costs nothing else;
each is compared with its checksum. A file whose first page cannot be read gets the header of a new one. What is put
back is stored in the same transaction as how far it is, so nothing goes in twice, however often it is tried. The centre
stores by the time of each observation, so what it had already (an ack may have been under way) is not stored twice.
"""

import os
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from codec import batch, cborbatch
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.buffer.sqlite_file import ASIDE, CannotStore
from edge_agent.buffer.store import BUFFER_FILE, BYTES_PER_MB
from edge_agent.config import site
from edge_agent.config.settings import Settings
from edge_agent.values import FilePosition
from runtime.log import log_of
from runtime.settings import BadSettings
from wire import BadPack

GROUP: Final = 20
HEADER_BYTES: Final = 100
"""Source: SQLite, file format, section 1.3: the database header."""
PAGE_SIZE_AT: Final = 16
ANY_EPOCH: Final = "00000000"


class _Whole(msgspec.Struct, frozen=True):
    """A batch that can be read: its body as it goes back, and how many packs it tells of."""

    body: bytes
    packs: int


class Salvaged(msgspec.Struct, frozen=True):
    """What became of one file: batches and packs put back now, and batches that were put back before.

    unreadable: ranges of seq that the centre has not acknowledged and that cannot be read; None where not even their
    numbers can. damaged: batches that are there and not whole. waits: whole ones that had no room.
    """

    file: str
    batches: int
    packs: int
    before: int
    unreadable: tuple[tuple[int, int], ...] | None
    damaged: int
    waits: int


def salvage_all(settings: Settings) -> list[Salvaged]:
    """Salvage each file that was set aside in the agent's folder; the agent must not run.

    Raises BadSettings or BadFacility.
    """
    facility = site.facility_in_force(settings, log_of(__name__))
    files = [
        file
        for file in sorted(settings.state_dir.glob(f"{BUFFER_FILE}{ASIDE}*"))
        if not file.name.endswith(("-wal", "-shm"))
    ]
    if not files:
        raise BadSettings(settings.state_dir, "no buffer was set aside here; is this the agent's state_dir?")
    try:
        held = site.lock(settings.state_dir)
    except site.AlreadyRunning as error:
        raise BadSettings(settings.state_dir, "the agent runs; stop it, salvage, and start it again") from error
    try:
        with closing(Buffer(settings.state_dir / BUFFER_FILE, settings.max_buffer_mb * BYTES_PER_MB)) as buffer:
            return [salvage(buffer, file, facility.id, settings.agent) for file in files]
    except CannotStore as error:
        raise BadSettings(settings.state_dir, f"{error}; what went in stays in, make room and call it again") from error
    finally:
        os.close(held)


def salvage(buffer: Buffer, file: Path, facility: str, agent: str) -> Salvaged:
    """Put back what is whole of `file`, as far as there is room. Raises BadSettings where no table can be read."""
    source = f"salvage:{file.name}"
    position = buffer.position(source)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder) / "buffer.sqlite"
        shutil.copy(file, copy)
        for suffix in ("-wal", "-shm"):
            if file.with_name(file.name + suffix).exists():
                shutil.copy(file.with_name(file.name + suffix), copy.with_name(copy.name + suffix))
        with closing(_open(copy, file)) as db:
            seqs, bounds = _seqs(db), _bounds(db)
            batches = packs = damaged = waits = 0
            group: list[tuple[int, bytes]] = []
            whole: set[int] = set()
            for seq in seqs:
                body = _body(db, seq)
                found = None if body is None else _read(body, facility, agent)
                if found is None:
                    damaged += 1
                    continue
                whole.add(seq)
                if seq < position.offset:
                    continue
                if waits or buffer.bytes + sum(len(one) for _, one in group) >= buffer.limit_bytes:
                    waits += 1
                    continue
                group.append((seq, found.body))
                batches, packs = batches + 1, packs + found.packs
                if len(group) == GROUP:
                    position = _put_back(buffer, group, position)
                    group = []
            if group:
                _put_back(buffer, group, position)
    before = len([seq for seq in whole if seq < buffer.position(source).offset]) - batches
    missing = _missing(whole, bounds)
    return Salvaged(file.name, batches, packs, before, missing, damaged=damaged, waits=waits)


def _open(copy: Path, file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(copy, isolation_level=None)
    try:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError:
        db.close()
        _mend_header(copy)
        db = sqlite3.connect(copy, isolation_level=None)
    try:
        db.execute("SELECT seq FROM outbox LIMIT 0")
    except sqlite3.DatabaseError as error:
        db.close()
        raise BadSettings(file, f"nothing of it can be read: {error}") from error
    return db


def _mend_header(copy: Path) -> None:
    """Give the file the header of a new buffer of the same page size, and its own length."""
    with tempfile.TemporaryDirectory(dir=copy.parent) as folder:
        fresh = Path(folder) / "buffer.sqlite"
        Buffer(fresh, 1).close()
        header = bytearray(fresh.read_bytes()[:HEADER_BYTES])
    page_bytes = int.from_bytes(header[PAGE_SIZE_AT : PAGE_SIZE_AT + 2])
    header[28:32] = (copy.stat().st_size // page_bytes).to_bytes(4)
    header[32:40] = bytes(8)  # no free pages are known: nothing is written here
    with copy.open("r+b") as opened:
        opened.write(header)


def _seqs(db: sqlite3.Connection) -> Iterator[int]:
    """The seqs of the outbox from both ends of what can be read, each once, ascending as far as one goes."""
    seen = set[int]()
    for order in ("ASC", "DESC"):
        try:
            for (seq,) in db.execute(f"SELECT seq FROM outbox ORDER BY seq {order}"):
                seen.add(seq)
        except sqlite3.DatabaseError:
            continue
    bounds = _bounds(db)
    if bounds is not None:
        seen.update(range(*bounds))  # a page within may hide some that can be found by their number
    yield from sorted(seen)


def _bounds(db: sqlite3.Connection) -> tuple[int, int] | None:
    """The first seq that was not acknowledged, and the first that was not written."""
    try:
        row = db.execute("SELECT kept, next_seq FROM agent").fetchone()
    except sqlite3.DatabaseError:
        return None
    return None if row is None else (int(row[0]), int(row[1]))


def _body(db: sqlite3.Connection, seq: int) -> bytes | None:
    try:
        row = db.execute("SELECT body, crc FROM outbox WHERE seq = ?", (seq,)).fetchone()
    except sqlite3.DatabaseError:
        return None
    return row[0] if row is not None and isinstance(row[0], bytes) and zlib.crc32(row[0]) == row[1] else None


def _read(body: bytes, facility: str, agent: str) -> _Whole | None:
    """A batch without its running totals of repeats, which belong to the buffer that is gone; None where the centre
    would not read it."""
    try:
        whole = batch.decode(cborbatch.put_head(body, facility, agent, ANY_EPOCH, 0, oldest_unacked=0))
    except BadPack:
        return None
    if whole.repeats:
        whole.repeats = []
        body = (cborbatch if body[:1] == cborbatch.FIRST else batch).encode(whole)
    return _Whole(body, len(whole.packs))


def _put_back(buffer: Buffer, group: list[tuple[int, bytes]], position: FilePosition) -> FilePosition:
    behind = msgspec.structs.replace(position, offset=group[-1][0] + 1, lines=position.lines + len(group))
    buffer.commit(GroupCommit(batches=tuple(body for _, body in group), positions=(behind,)))
    return behind


def _missing(whole: set[int], bounds: tuple[int, int] | None) -> tuple[tuple[int, int], ...] | None:
    if bounds is None:
        return None
    ranges: list[tuple[int, int]] = []
    for seq in range(*bounds):
        if seq in whole:
            continue
        if ranges and ranges[-1][1] == seq - 1:
            ranges[-1] = (ranges[-1][0], seq)
        else:
            ranges.append((seq, seq))
    return tuple(ranges)
