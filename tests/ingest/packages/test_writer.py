"""Tests of writing a package: what is in it, that it is the same each time, and that who is cut goes on."""

import csv
import datetime as dt
import hashlib
import io
import subprocess
from pathlib import Path

import pytest

from ingest import packages
from ingest.packages import DraftFolder, PackageDraft
from ingest.values import Connection
from tests.ingest.packages import made
from tests.ingest.rederive.dam import frequency_hz

FREQUENCY = "data/n07/vw1.frequency.csv"


def test_a_package_holds_readings_and_what_they_were_made_by(package: Path) -> None:
    """Raw and derived readings of the span, raw ones before it, both facility files, formulas, plans and the study."""
    files = made.contents(package)
    rows = list(csv.DictReader(io.StringIO(files[FREQUENCY].decode())))
    wanted = {
        "before/n07/vw1.frequency.csv",
        "data/n07/vw1.pressure.csv",
        "facility/version-1.toml",
        "facility/version-2.toml",
        "formulas/vw_pressure.py",
        "filters/gross_range.py",
        "calibrations.json",
        "plans.json",
        "study/result.json",
        "README.md",
        "LICENSE.txt",
        "CITATION.cff",
    }

    assert wanted <= files.keys()
    assert [float(row["result"]) for row in rows] == [frequency_hz(minute) for minute in range(60, made.MINUTES)]
    assert {row["version"] for row in rows} == {""}


def test_derived_readings_name_the_version_that_made_them(package: Path) -> None:
    """Those from the correction on are of version 2, the others of version 1."""
    rows = csv.DictReader(io.StringIO(made.contents(package)["data/n07/vw1.pressure.csv"].decode()))
    by_version = {row["version"]: row["phenomenon_time"] for row in rows}

    assert by_version == {
        "1": made.instant(119).isoformat().replace("+00:00", "Z"),
        "2": made.instant(made.MINUTES - 1).isoformat().replace("+00:00", "Z"),
    }


def test_the_same_draft_gives_the_same_bytes(
    filled: Connection, draft: PackageDraft, package: Path, tmp_path: Path
) -> None:
    """Made again, later and in another folder."""
    made.written(filled, tmp_path / "draft", draft, tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == package.read_bytes()


def test_who_is_cut_goes_on(filled: Connection, draft: PackageDraft, package: Path, tmp_path: Path) -> None:
    """A second process takes up the folder behind the last whole piece, also one that was cut within a piece."""
    first = DraftFolder(tmp_path / "draft", draft)
    for _ in range(3):
        packages.gather(filled, draft, first)
    before = sorted((tmp_path / "draft").glob("*.piece"))
    (tmp_path / "draft" / "00000003.piece.new").write_bytes(b"torn")
    taken_up = packages.interrupted(tmp_path / "draft")
    ages = [one.stat().st_mtime_ns for one in before]
    made.written(filled, tmp_path / "draft", taken_up, tmp_path / "vale.zip")

    assert taken_up == draft
    assert [one.stat().st_mtime_ns for one in before] == ages
    assert (tmp_path / "vale.zip").read_bytes() == package.read_bytes()


def test_sha256sum_checks_a_package(package: Path, tmp_path: Path) -> None:
    """Coreutils, a second implementation, finds every file as both manifests say; the content hash is of the first."""
    for path, content in made.contents(package).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    done = [
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", one], cwd=tmp_path, check=False).returncode
        for one in (made.MANIFEST, made.TAGS)
    ]
    content = hashlib.sha256((tmp_path / made.MANIFEST).read_bytes()).hexdigest()

    assert done == [0, 0]
    assert content in (tmp_path / "README.md").read_text()
    assert content[:16] in (tmp_path / "CITATION.cff").read_text()


def test_a_package_is_of_what_was_known(filled: Connection, draft: PackageDraft, tmp_path: Path) -> None:
    """Of an instant before the first file of the facility there is nothing."""
    with pytest.raises(packages.PackageRefused, match="known at"):
        packages.gather(
            filled,
            PackageDraft("vale", draft.start, draft.stop, draft.start - dt.timedelta(days=900)),
            DraftFolder(tmp_path / "draft", draft),
        )


def test_a_folder_of_another_is_not_touched(draft: PackageDraft, tmp_path: Path) -> None:
    """What stands where the draft would be is refused, and stays; also a file that is broken."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("of somebody")
    (tmp_path / "notes" / "draft.json").write_text("{")

    with pytest.raises(packages.PackageRefused, match="move it away"):
        DraftFolder(tmp_path / "notes", draft)
    assert (tmp_path / "notes" / "mine.txt").read_text() == "of somebody"


def test_an_empty_span_is_refused(filled: Connection) -> None:
    """The sentence names both instants."""
    with pytest.raises(packages.PackageRefused, match="nothing between"):
        packages.begin(filled, "vale", made.instant(5), made.instant(5))
