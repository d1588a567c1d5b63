"""A file of history through the same path: chunks of it, each stored with the position behind it.

Killed at any moment, the next run of the same file with the same mapping goes on behind the last stored chunk.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from edge_agent.buffer.store import AgentStore
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config import site
from edge_agent.config.settings import Settings
from edge_agent.forward.budget import Budget
from edge_agent.forward.uplink import Uplink
from edge_agent.receive.csv_file import FileChunk, TimeBounds, in_units, source_of
from edge_agent.receive.guarded_file import read_guarded
from edge_agent.values import FilePosition, Mapping, RowsDelivery
from runtime.log import Log
from runtime.settings import BadSettings

STATE_FOLDER: Final = "import"
WAIT_S: Final = 0.05


Sieve = Callable[[FileChunk], FileChunk]
"""What of a chunk is to be stored: it is asked before anything of it is, and again for a chunk that was not."""


class Progress(msgspec.Struct, frozen=True):
    """How far an import is: bytes of the file, rows stored, rows refused, batches that wait for their ack."""

    bytes_done: int
    bytes_total: int
    rows: int
    refused: int
    unacked: int = 0


def import_file(
    path: Path,
    mapping: Mapping,
    bounds: TimeBounds,
    position_of: Callable[[str], FilePosition],
    store: Callable[[RowsDelivery], bool],
    now_ms: Callable[[], int],
    units: dict[str, str],
    source: str | None = None,
    sieve: Sieve | None = None,
) -> Iterator[Progress]:
    """Store a file chunk by chunk, yielding at the start and after each.

    `store` commits a chunk, or says False while there is no room: then the last progress is yielded again, until
    there is. `units`: the unit of each datastream; source: under what its position is kept, if not its content. Raises
    BadFile or OSError; what is stored stays stored.
    """
    size = path.stat().st_size
    position = position_of(source or source_of(path, mapping))
    progress = Progress(position.offset, size, position.rows, position.refused)
    yield progress
    node = next(iter(mapping.columns.values())).partition(":")[0]
    for read in read_guarded(path, mapping, bounds, position):
        chunk = in_units(read, mapping, units)
        columns = (sieve(chunk) if sieve else chunk).columns
        delivery = RowsDelivery(columns, chunk.refused, chunk.position, node, now_ms(), acknowledge=_nothing)
        while not store(delivery):
            yield progress
        progress = Progress(min(chunk.position.offset, size), size, chunk.position.rows, chunk.position.refused)
        yield progress


def import_history(
    settings: Settings,
    path: Path,
    mapping: Mapping,
    gateway: GatewayClock,
    log: Log,
    *,
    is_again: bool = False,
    source: str | None = None,
    sieve: Sieve | None = None,
) -> Iterator[Progress]:
    """Bring a file to the centre and yield progress until the centre has acknowledged all of it.

    Works beside a running agent, in a state folder and under an epoch of its own, and by the centre's time. `is_again`:
    a file that was brought whole before is brought once more, for a centre that has lost it. source: under what its
    position is kept, if not its content. Raises BadFile, BadSettings, BadFacility, AlreadyRunning or OSError; run it
    again to go on.
    """
    own = _beside(settings)
    store = AgentStore(own, gateway, log, is_live=False)
    uplink = Uplink(own, store, log, Budget(None, store.buffer, gateway.now_ms))
    try:
        site.check_mapping(mapping, store.facility, path)
        store.introduce()
        uplink.start()
        bounds, progress = TimeBounds(store.earliest_ms, gateway.latest_ms), Progress(0, path.stat().st_size, 0, 0)

        def pause() -> bool:
            uplink.pump()
            time.sleep(WAIT_S)
            return True

        def take_in(delivery: RowsDelivery) -> bool:
            uplink.pump()
            if not store.has_room():
                return False
            store.take_in([delivery], pause)
            return True

        _wait_for_time(own, gateway, pause)
        position_of = partial(_position, store, is_again)
        steps = import_file(
            path,
            mapping,
            bounds,
            position_of,
            take_in,
            now_ms=gateway.now_ms,
            units=store.facility.units,
            source=source,
            sieve=sieve,
        )
        for progress in steps:
            yield msgspec.structs.replace(progress, unacked=store.unacked)
        while store.unacked:
            pause()
            yield msgspec.structs.replace(progress, unacked=store.unacked)
    finally:
        uplink.close()
        store.close()


def _wait_for_time(settings: Settings, gateway: GatewayClock, pause: Callable[[], bool]) -> None:
    """Until the centre has said what time it is, or has not answered for as long as the settings say."""
    until_s = time.monotonic() + settings.wait_for_time_s
    while not gateway.is_checked and time.monotonic() < until_s:
        pause()


def mapping_of(settings: Settings, path: Path, log: Log) -> Mapping:
    """How the drop folder that a file lies in, or lay in, reads its columns; with one folder only, as that one does.

    Raises BadSettings when it cannot be told, or BadFacility.
    """
    folders = [
        one
        for one in site.receivers(settings, site.facility_in_force(settings, log))
        if isinstance(getattr(one, "mapping", None), Mapping)
    ]
    found = [one for one in folders if one.path.resolve() in path.resolve().parents] or folders
    if len(found) != 1:
        raise BadSettings(
            path, f"{len(found)} drop folders could have read it; say with --map how its columns are read"
        )
    mapping: Mapping = found[0].mapping
    return mapping


def _position(store: AgentStore, is_again: bool, source: str) -> FilePosition:
    known = store.buffer.position(source)
    return FilePosition(source) if is_again and known.is_done else known


def _beside(settings: Settings) -> Settings:
    """The settings of an import: the facility that the agent itself has in force, and a folder of its own."""
    kept = site.kept_file(settings)
    return msgspec.structs.replace(
        settings,
        facility_file=kept if kept.exists() else settings.facility_file,
        state_dir=settings.state_dir / STATE_FOLDER,
        uplink=settings.history or settings.uplink,
        receivers=(),
        outputs=(),
    )


def _nothing() -> None:
    """The position that is stored with a chunk is its acknowledgement."""
