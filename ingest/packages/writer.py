"""Writing a package: readings piece by piece into a draft, then all of it as one ZIP with manifests."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from itertools import chain, groupby
from operator import itemgetter
from typing import IO, Final

import msgspec

from ingest.packages import description, documents, readings, study
from ingest.packages.archive_file import PackageWriter, PackedFile
from ingest.packages.draft_folder import Piece, Pieces
from ingest.packages.layout import (
    ABOUT,
    HEADER,
    MANIFEST,
    STUDY_ABOUT,
    TAGS,
    VERSION_DIGITS,
    About,
    Made,
    PackageDraft,
    PackageRefused,
    json_of,
)
from ingest.values import Connection
from runtime.release import release
from tailings.instants import rfc3339

KNOWN: Final = """
SELECT least(now(), min(xact_start)) - interval '1 ms' FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"""
"""What was received later may be in a transaction that nobody sees yet; what is known at this instant is committed."""


class WrittenPackage(msgspec.Struct, frozen=True):
    """What was written: the content hash and the version of it, how many files and readings, and what it holds.

    packed: the files that the descriptions name.
    """

    version: str
    content_sha256: str
    files: int
    rows: int
    about: About
    made: Made
    packed: dict[str, PackedFile]


def begin(
    connection: Connection, facility: str, start: dt.datetime, stop: dt.datetime, language: str = "en"
) -> PackageDraft:
    """Return a draft of what is known now; raise PackageRefused."""
    if stop <= start:
        raise PackageRefused(f"{rfc3339(stop)} is not later than {rfc3339(start)}: there is nothing between them")
    (known_at,) = connection.execute(KNOWN).fetchone() or (dt.datetime.now(dt.UTC),)
    draft = PackageDraft(facility, start.astimezone(dt.UTC), stop.astimezone(dt.UTC), known_at, language)
    documents.versions_of(connection, draft)
    return draft


def gather(connection: Connection, draft: PackageDraft, pieces: Pieces) -> float:
    """Put the next piece into the draft; return the share of all that is there, 1.0 when nothing is missing."""
    files = readings.series_files(connection, draft, *documents.reach_of(documents.versions_of(connection, draft)))
    last = pieces.last()
    place, start = 0, files[0].start if files else draft.start
    if last is not None:
        place = next(number for number, one in enumerate(files) if one.path == last.path)
        start = last.stop
        if start >= files[place].stop:
            place += 1
            start = files[place].start if place < len(files) else start
    if place == len(files):
        return 1.0
    file = files[place]
    content, stop = readings.lines(connection, file, start, draft.known_at)
    pieces.keep(Piece(file.path, stop), content)
    done = (stop - file.start) / (file.stop - file.start)
    return 1.0 if place + 1 == len(files) and stop >= file.stop else (place + done) / len(files)


def bind(connection: Connection, draft: PackageDraft, pieces: Pieces, out: IO[bytes]) -> WrittenPackage:
    """Write the ZIP of a draft that is whole."""
    versions = documents.versions_of(connection, draft)
    rows: dict[str, int] = {}
    with PackageWriter(out) as package:
        for path, group in groupby(pieces.contents(), key=itemgetter(0)):
            lines = _Lines(content for _, content in group)
            if (first := next(lines, None)) is not None:
                package.add(path, chain([HEADER, first], lines))
                rows[path] = lines.count
        of_study = dict(study.documents(connection, draft))
        number = msgspec.json.decode(of_study[STUDY_ABOUT])["version"] if of_study else None
        about = documents.about(connection, draft, versions, rows, number)
        for path, content in documents.documents(connection, draft, versions):
            package.add(path, [content])
        for path, content in [*of_study.items(), (ABOUT, json_of(about)), description.licence(about)]:
            package.add(path, [content])
        manifest = _manifest(package.files)
        content_sha256, listed = hashlib.sha256(manifest).hexdigest(), dict(package.files)
        package.add(MANIFEST, [manifest])
        packed, made = dict(package.files), Made(draft.known_at, release())
        for path, content in description.documents(about, made, content_sha256, packed):
            package.add(path, [content])
        package.add(TAGS, [_manifest({path: one for path, one in package.files.items() if path not in listed})])
        return WrittenPackage(
            version=content_sha256[:VERSION_DIGITS],
            content_sha256=content_sha256,
            files=len(package.files),
            rows=sum(one.rows for one in about.datastreams),
            about=about,
            made=made,
            packed=packed,
        )


class _Lines(Iterator[bytes]):
    """Pieces that have lines, which it counts."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = filter(None, pieces)
        self.count = 0

    def __next__(self) -> bytes:
        content = next(self._pieces)
        self.count += content.count(b"\n")
        return content


def _manifest(files: Mapping[str, PackedFile]) -> bytes:
    """Return the lines that `sha256sum -c` reads, in order of path."""
    return "".join(f"{one.sha256}  {path}\n" for path, one in sorted(files.items())).encode()
