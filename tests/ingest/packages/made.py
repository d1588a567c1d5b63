"""A package of five hours of a dam with two versions of its facility file and a study, and its files changed."""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from ingest import packages, rederive, revisions, studies
from ingest.packages import DraftFolder, PackageDraft, WrittenPackage, description, layout
from ingest.packages.archive_file import PackedFile
from ingest.revisions import RevisionDraft
from ingest.samples import assays
from ingest.store import Store
from ingest.values import Connection
from tailwatch.demo import assays as demo
from tests.ingest.batches import START_S
from tests.ingest.rederive.dam import CORRECTED_FROM, MINUTES, apply_second, readings, stored_by
from tests.tailings.study.example import COARSE

AUTHOR = "user:3"
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"


def instant(minute: int) -> dt.datetime:
    """An instant by its minute of the readings."""
    return dt.datetime.fromtimestamp(START_S + 60 * minute, dt.UTC)


def fill(connection: Connection, has_study: bool = True) -> None:
    """Store readings under version 1, a flag by hand, version 2 applied to the later ones, and a study."""
    store = Store(3600, revisions.take_verdicts)
    store.greet(connection)
    stored_by(store, connection, readings(range(MINUTES)))
    with connection.transaction():
        draft = RevisionDraft("vale", "quality", AUTHOR, "a hand was at the cable", instant(30), stop=instant(33))
        revisions.set_quality(connection, draft, "vale:n07:vw1.frequency", 4)
        rederive.around(connection, "vale", instant(30), instant(33), AUTHOR, reason="a hand was at the cable")
    second = apply_second(connection)
    stretch = rederive.stretch(connection, second, instant(CORRECTED_FROM), instant(MINUTES))
    rederive.apply(connection, stretch, AUTHOR, "the sheet was read wrong", lambda share: None)
    if not has_study:
        return
    assays.take(connection, "vale", "demo.csv", demo.text().encode(), "system:1000", synthetic="drawn from a model")
    studies.make(connection, "vale", COARSE, "system:1000")


def written(connection: Connection, folder: Path, draft: PackageDraft, out: Path) -> WrittenPackage:
    """Gather and bind a draft."""
    pieces = DraftFolder(folder, draft)
    while packages.gather(connection, draft, pieces) < 1.0:
        pass
    with out.open("wb") as file:
        return packages.bind(connection, draft, pieces, file)


def contents(package: Path) -> dict[str, bytes]:
    """All files of a package."""
    with zipfile.ZipFile(package) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(files: Mapping[str, bytes], out: Path) -> Path:
    """A ZIP of these files."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    out.write_bytes(box.getvalue())
    return out


def changed(package: Path, out: Path, path: str, edit: Callable[[bytes], bytes], is_hidden: bool = True) -> Path:
    """The package with one file edited; hidden: its manifests are made anew, as who wants to deceive would."""
    files = contents(package)
    edited = edit(files[path])
    assert edited != files[path], "nothing was edited"
    files[path] = edited
    if is_hidden:
        for manifest in (MANIFEST, TAGS):
            paths = [line.partition("  ")[2] for line in files[manifest].decode().splitlines()]
            lines = [f"{_sha256(files[one])}  {one}\n" for one in paths]
            files[manifest] = "".join(lines).encode()
    return packed(files, out)


def described_anew(package: Path) -> Path:
    """The package with its descriptions made of what is in it now, as who wants to deceive would."""
    files = contents(package)
    about = msgspec.json.decode(files["package.json"], type=layout.About)
    told = msgspec.json.decode(files["made.json"], type=layout.Made)
    held = [line.partition("  ")[2] for line in files[MANIFEST].decode().splitlines()]
    packed_files = {one: PackedFile(_sha256(files[one]), len(files[one])) for one in [*held, MANIFEST]}
    files |= dict(description.documents(about, told, _sha256(files[MANIFEST]), packed_files))
    tags = [line.partition("  ")[2] for line in files[TAGS].decode().splitlines()]
    files[TAGS] = "".join(f"{_sha256(files[one])}  {one}\n" for one in tags).encode()
    return packed(files, package)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
