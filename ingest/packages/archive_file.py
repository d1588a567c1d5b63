"""A package as a ZIP: written so that equal content gives equal bytes, and read as what a stranger sent."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Final, NamedTuple, Self

from ingest.packages.layout import BadPackage

FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The first that a ZIP knows: when a package was packed says nothing of its content."""
LEVEL: Final = 6
BLOCK_BYTES: Final = 1 << 20
MAX_FILES: Final = 20_000
MAX_UNPACKED_BYTES: Final = 100_000_000_000
MAX_RATIO: Final = 500
"""How many times larger than the ZIP its content may be; of readings that never change it is some hundred."""
MAX_DOCUMENT_BYTES: Final = 50_000_000
"""Of what is read as a whole: anything but readings."""
MAX_LINE_BYTES: Final = 4_096
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""What zipfile raises of a member that cannot be unpacked."""
FRESH_COPY: Final = "fetch the package again from where it is published"


class PackedFile(NamedTuple):
    """A file of a package as manifests tell it."""

    sha256: str
    bytes: int


class PackageWriter:
    """A ZIP in the making; `files` has each file by its path."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.files: dict[str, PackedFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def add(self, path: str, blocks: Iterable[bytes]) -> None:
        """Write a file, block by block."""
        info = zipfile.ZipInfo(path, FIRST_DAY)
        info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as out:
            for block in blocks:
                digest.update(block)
                size += len(block)
                out.write(block)
        self.files[path] = PackedFile(digest.hexdigest(), size)


class PackageReader:
    """A ZIP that a stranger sent, opened; raises BadPackage for one that is more than a package may be."""

    def __init__(self, file: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except OSError as error:
            raise BadPackage(f"{file}: {error.strerror or error}: name a file that can be read") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise BadPackage(f"{file}: is no whole ZIP ({error}); {FRESH_COPY}") from error
        self._members = {one.filename: one for one in self._zip.infolist()}
        try:
            self._check(file.stat().st_size)
        except BadPackage:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def paths(self) -> list[str]:
        """The paths of all files, sorted."""
        return sorted(self._members)

    def size(self, path: str) -> int:
        """Return how many bytes a file has."""
        return self._members[path].file_size if path in self._members else 0

    def blocks(self, path: str) -> Iterator[bytes]:
        """Give a file, block by block; raise BadPackage where it is missing or cannot be unpacked."""
        if path not in self._members:
            raise BadPackage(f"{path}: is missing; {FRESH_COPY}")
        try:
            with self._zip.open(self._members[path]) as file:
                while block := file.read(BLOCK_BYTES):
                    yield block
        except DAMAGED as error:
            raise BadPackage(f"{path}: cannot be unpacked ({error}); {FRESH_COPY}") from error

    def document(self, path: str) -> bytes:
        """Return a file that is no table of readings, whole."""
        if self.size(path) > MAX_DOCUMENT_BYTES:
            raise BadPackage(f"{path}: has {self.size(path)} bytes, {MAX_DOCUMENT_BYTES} are the most; {FRESH_COPY}")
        return b"".join(self.blocks(path))

    def lines(self, path: str) -> Iterator[list[bytes]]:
        """Give the lines of a file, some thousand at a time."""
        rest = b""
        for block in self.blocks(path):
            *whole, rest = (rest + block).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise BadPackage(f"{path}: has a line of more than {MAX_LINE_BYTES} bytes; {FRESH_COPY}")
            yield whole
        if rest:
            raise BadPackage(f"{path}: ends within a line; {FRESH_COPY}")

    def digest(self, path: str) -> str:
        """Return the SHA-256 of a file."""
        found = hashlib.sha256()
        for block in self.blocks(path):
            found.update(block)
        return found.hexdigest()

    def _check(self, size: int) -> None:
        members = self._zip.infolist()
        if len(members) > MAX_FILES:
            raise BadPackage(f"the ZIP holds {len(members)} files, {MAX_FILES} are the most; {FRESH_COPY}")
        if len(self._members) != len(members):
            raise BadPackage(f"the ZIP holds two files of one name; {FRESH_COPY}")
        unpacked = sum(one.file_size for one in members)
        if unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * size):
            raise BadPackage(
                f"the ZIP would unpack to {unpacked} bytes from {size}, more than any package; {FRESH_COPY}"
            )
        for one in members:
            path = PurePosixPath(one.filename)
            if path.is_absolute() or ".." in path.parts or "\\" in one.filename or one.is_dir():
                raise BadPackage(f"{one.filename!r}: no file of a package is called so; {FRESH_COPY}")
            if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or one.flag_bits & 1:
                raise BadPackage(f"{one.filename}: is encrypted, or packed as no package is; {FRESH_COPY}")
