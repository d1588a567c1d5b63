"""A package that is being made, as a folder of pieces: who is interrupted goes on behind the last whole one."""

import datetime as dt
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import msgspec

from ingest.packages.layout import PackageDraft, PackageRefused
from runtime.atomic_write import write_whole

DRAFT: Final = "draft.json"
SUFFIX: Final = ".piece"


class Piece(NamedTuple):
    """Some lines of a file of readings; stop: up to when."""

    path: str
    stop: dt.datetime


class Pieces(Protocol):
    """Where the pieces of a package are kept until it is whole: a folder, or the database."""

    def last(self) -> Piece | None:
        """Return the piece that was kept last."""

    def keep(self, piece: Piece, content: bytes) -> None:
        """Keep a piece behind the others."""

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Give all pieces with the path of their file, in order."""


class DraftFolder:
    """A folder of this draft; what another draft left in it is removed. Raises PackageRefused for any other folder."""

    def __init__(self, folder: Path, draft: PackageDraft) -> None:
        self._folder = folder
        if folder.exists() and interrupted(folder) is None:
            raise PackageRefused(f"{folder} is there already and is no draft of a package: move it away")
        if interrupted(folder) != draft:
            self.remove()
            folder.mkdir(parents=True)
            write_whole(folder / DRAFT, msgspec.json.encode(draft))

    def last(self) -> Piece | None:
        """Return the piece that was kept last."""
        files = self._files()
        return _head(files[-1])[0] if files else None

    def keep(self, piece: Piece, content: bytes) -> None:
        """Keep a piece behind the others."""
        name = f"{len(self._files()):08d}{SUFFIX}"
        write_whole(self._folder / name, msgspec.json.encode(piece) + b"\n" + zlib.compress(content, 1))

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Give all pieces with the path of their file, in order."""
        for file in self._files():
            piece, content = _head(file)
            yield piece.path, zlib.decompress(content)

    def remove(self) -> None:
        """Leave nothing of it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _files(self) -> list[Path]:
        return [self._folder / name for name in sorted(os.listdir(self._folder)) if name.endswith(SUFFIX)]


def interrupted(folder: Path) -> PackageDraft | None:
    """Return the draft that a folder holds; None where it holds none."""
    try:
        return msgspec.json.decode((folder / DRAFT).read_bytes(), type=PackageDraft)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None


def _head(file: Path) -> tuple[Piece, bytes]:
    head, _, content = file.read_bytes().partition(b"\n")
    return msgspec.json.decode(head, type=Piece), content
