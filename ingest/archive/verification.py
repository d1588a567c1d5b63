"""Verifying: every file is there, unchanged to the byte, readable, and holds the rows that the manifest promises."""

from pathlib import Path

import pyarrow as pa

from ingest.archive import contents, parquet
from ingest.archive.manifest import ArchiveDamaged, ArchiveManifest, ArchivePart, folder_of, read_manifest, sha256_of


def verify(archive: Path, facility: str) -> ArchiveManifest:
    """Check all parts of a facility and return the manifest; raise ArchiveDamaged naming the first wrong file."""
    manifest = read_manifest(archive, facility)
    for part in manifest.parts:
        check(folder_of(archive, facility) / part.file, part)
    return manifest


def check(file: Path, part: ArchivePart) -> None:
    """Check one part; raise ArchiveDamaged."""
    if not file.exists():
        raise ArchiveDamaged(f"{file} is missing: bring it back from a copy of the archive")
    if sha256_of(file) != part.sha256:
        raise ArchiveDamaged(f"{file} was changed: its SHA-256 is not the one in the manifest")
    rows, digests = 0, {}
    try:
        for name, table in parquet.read(file):
            rows += table.num_rows
            digests[name] = contents.digest(table)
    except (OSError, pa.ArrowException) as error:
        raise ArchiveDamaged(f"{file} cannot be read: {error}") from error
    if (rows, contents.digest_of_all(digests)) != (part.rows, part.content):
        raise ArchiveDamaged(f"{file} does not hold the rows that the manifest promises")
