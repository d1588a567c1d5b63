"""A drop folder of loggers' files (CSV, TOA5): taken when complete, stored, then moved to `stored/` or `refused/`.

A file counts as complete when its size and time have not changed for two seconds; a writer that renames into the folder
is safe at once after that. Names that begin with a dot or end in `.part` or `.tmp` are being written. The sender of
a file cannot prove what it sent (wire.md section 6): delivery tracking starts here.
Source: wire.md section 6; RFC 4180 for the form of the lines; TOA5 as in Campbell Scientific's CR300 manual, 12.5.1;
Geokon's rows (secondary, no manual was opened) as in users' files.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from edge_agent.receive.csv_file import FileChunk, in_units, read_chunks, source_of
from edge_agent.receive.csv_rows import BadCsvFile
from edge_agent.receive.receiver_context import ReceiverContext
from edge_agent.values import FilePosition, Mapping, RowsDelivery
from runtime.settings import BadSettings
from tailings import plugins
from tailings.facility import Facility
from tailings.table_file import is_workbook

SETTLE_S: Final = 2.0
MAX_FILES_SEEN: Final = 10_000
UNFINISHED: Final = (".part", ".tmp")
WHERE: Final = "receiver csv_folder"
STORED: Final = "stored"
REFUSED: Final = "refused"

WORKBOOK: Final = "a workbook is read at the centre only: `tailwatch observations import`; or save it as CSV"
Stamp = tuple[int, int]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="csv_folder"):
    """A folder that loggers write files into; `mapping` is the name of one in facility.toml, or stands here itself."""

    path: Path
    """The folder; one that is not there is made."""
    mapping: Mapping | str
    """The name of a mapping in the facility file, or a mapping itself."""

    def within(self, facility: Facility) -> "Settings":
        """These settings with the mapping of the facility in the place of its name; raises BadSettings."""
        if not isinstance(self.mapping, str):
            return self
        found = facility.mappings.get(self.mapping)
        if found is None:
            near = plugins.hint(self.mapping, facility.mappings)
            raise BadSettings(WHERE, f"mapping: the facility file has no [mappings.{self.mapping}]{near}")
        return msgspec.structs.replace(self, mapping=found)

    @property
    def columns(self) -> Mapping:
        """The mapping itself, once it is known."""
        if isinstance(self.mapping, str):
            raise TypeError(f"mapping {self.mapping!r} was not looked up in a facility")
        return self.mapping

    def feeds(self) -> dict[str, str]:
        """Column -> datastream."""
        return self.columns.columns

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit of its column, where that is another."""
        return self.columns.said_units()


def open(settings: Settings, place: ReceiverContext) -> "CsvFolder":
    """Watch the folder."""
    return CsvFolder(settings, place)


class CsvFolder:
    """The files of one drop folder, one after the other.

    While nobody knows the time they wait: no row could be told from one of tomorrow, and a file loses nothing by it.
    """

    def __init__(self, folder: Settings, place: ReceiverContext, settle_s: float = SETTLE_S) -> None:
        self._folder, self._mapping, self._bounds = folder.path, folder.columns, place.bounds
        self._units, self._is_time_known = place.units, place.is_time_known
        self._position_of, self._now_ms, self._log = place.position_of, place.now_ms, place.log
        self._settle_s = settle_s
        self._node = next(iter(self._mapping.columns.values())).partition(":")[0]
        self._seen: dict[Path, tuple[Stamp, float]] = {}
        self._next_scan_s = 0.0
        self._chunks: Iterator[FileChunk] = iter(())
        self._path: Path | None = None
        self._stamp: Stamp = (0, 0)
        self._trouble = ""
        self._unmovable: set[Path] = set()  # bounded by the files of the folder; tried again at the next start
        folder.path.mkdir(parents=True, exist_ok=True)

    def take(self, wait_s: float) -> list[RowsDelivery]:
        """The next chunk of the file at hand, or of the next complete one; never waits."""
        if not self._is_time_known():
            return []
        try:
            chunk = self._next_chunk()
        except BadCsvFile as error:
            self._refuse(str(error))
            return []
        except OSError as error:  # taken away under our hands, not ours to read, or a disk that fails: look again later
            self._tell(f"file-unreadable: {error}")
            if self._path is not None:
                self._seen.pop(self._path, None)  # behind those that are complete by then
            self.close()
            return []
        if chunk is None:
            return []
        acknowledge = partial(self._stored, chunk.position) if chunk.position.is_done else _nothing
        return [
            RowsDelivery(
                chunk.columns, chunk.refused, chunk.position, self._node, self._now_ms(), acknowledge=acknowledge
            )
        ]

    def close(self) -> None:
        """Forget the file at hand; it is read on from its stored position at the next start."""
        self._path, self._chunks = None, iter(())

    def _next_chunk(self) -> FileChunk | None:
        if self._path is None and not self._open_next():
            return None
        chunk = next(self._chunks, None)
        if chunk is None:
            self.close()
            return None
        return in_units(chunk, self._mapping, self._units)

    def _open_next(self) -> bool:
        if time.monotonic() < self._next_scan_s:
            return False
        self._next_scan_s = time.monotonic() + self._settle_s / 2
        path = next(self._complete_files(), None)
        if path is None:
            return False
        self._next_scan_s = 0.0  # there may be more
        self._path, self._stamp = path, _stamp(path)
        if is_workbook(path):
            self._refuse(WORKBOOK)
            return False
        position = self._position_of(source_of(path, self._mapping))
        if position.is_done:
            self._stored(position)
            return False
        self._log("INFO", "file-begun", file=path.name, from_line=position.lines + 1)
        self._chunks = read_chunks(path, self._mapping, self._bounds, position)
        return True

    def _complete_files(self) -> Iterator[Path]:
        now_s, seen = time.monotonic(), {}
        for path in sorted(self._folder.iterdir())[:MAX_FILES_SEEN]:
            if path in self._unmovable or not _is_wanted(path):
                continue
            stamp = _stamp(path)
            before = self._seen.get(path)
            since_s = before[1] if before is not None and before[0] == stamp else now_s
            seen[path] = (stamp, since_s)
        self._seen = seen
        yield from (path for path, (_, since_s) in seen.items() if now_s - since_s >= self._settle_s)

    def _stored(self, position: FilePosition) -> None:
        """The whole file is stored: move it, unless it has grown meanwhile and must be read as a new one."""
        path, self._path = self._path, None
        if path is None or not path.exists() or _stamp(path) != self._stamp:
            return
        self._log("INFO", "file-stored", file=path.name, rows=position.rows, refused=position.refused)
        self._move(path, STORED)

    def _refuse(self, reason: str) -> None:
        path, self._path = self._path, None
        if path is not None:
            self._log("ERROR", "file-refused", file=path.name, reason=reason)
            self._move(path, REFUSED, reason)

    def _tell(self, trouble: str) -> None:
        """Say a trouble with the folder when it is another than the last one."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._log("ERROR", "drop-folder", folder=self._folder, trouble=trouble)

    def _move(self, path: Path, to: str, reason: str | None = None) -> None:
        target = self._folder / to / path.name
        try:
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                target = target.with_name(f"{path.stem}.{self._now_ms()}{path.suffix}")
            path.rename(target)
            if reason is not None:
                target.with_name(target.name + ".reason.txt").write_text(reason + "\n", "utf-8")
        except OSError as error:
            self._tell(f"cannot move {path.name}: {error}")
            self._unmovable.add(path)


def _is_wanted(path: Path) -> bool:
    is_unfinished = path.name.startswith(".") or path.suffix in UNFINISHED
    return not is_unfinished and not path.is_symlink() and path.is_file()


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _nothing() -> None:
    """A chunk in the middle of a file needs no acknowledgement: its position is stored with it."""
