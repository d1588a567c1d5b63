"""The record of a drill as a file: what was sealed passes, one changed byte does not; at home it stands once."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest

from api.statements import sealed_archive
from api.statements.seal import Seal
from api.statements.seal import read as read_seal
from ingest.drills import EndedDrill
from tailwatch import seals
from tailwatch.drill import sealed_record
from tests import drill_story
from tests.api import people
from tests.api.server import ApiServer
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailwatch.drill.home import bring

ENDED = EndedDrill("vale", drill_story.SCENARIO, "system:0", drill_story.record())


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    """That of the installation of a drill."""
    file = tmp_path_factory.mktemp("seal") / "seal.pem"
    seals.made_once(file)
    return read_seal(file)


@pytest.fixture
def home(cluster: Database) -> Iterator[TestDatabase]:
    """The database of the installation that watches vale."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        yield fresh


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP of files, by the standard library alone."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return out.getvalue()


def test_what_was_sealed_is_read_as_it_was(tmp_path: Path, seal: Seal) -> None:
    """The drill, and the fingerprint by which its seal is known."""
    found = sealed_record.read(sealed_record.write(tmp_path, 1, ENDED, seal).read_bytes())

    assert found == (ENDED, seal.fingerprint)


@pytest.mark.parametrize("name", ["drill.json", "manifest.json", "manifest.sig", "certificate.pem"])
def test_a_changed_byte_is_refused_in_every_file(tmp_path: Path, seal: Seal, name: str) -> None:
    """One bit of the middle byte; the control is the test above."""
    files = unpacked(sealed_record.write(tmp_path, 1, ENDED, seal).read_bytes())
    spoilt = bytearray(files[name])
    spoilt[len(spoilt) // 2] ^= 1

    with pytest.raises(sealed_record.BadRecord):
        sealed_record.read(packed(files | {name: bytes(spoilt)}))


def test_a_record_that_nobody_sealed_or_that_is_not_over_is_refused(seal: Seal) -> None:
    """And a file that is none at all; each says what to do."""
    data = {sealed_record.DATA: msgspec.json.encode(ENDED)}
    held = EndedDrill("vale", drill_story.SCENARIO, "system:0", drill_story.record(2, is_over=False))
    going_on = sealed_archive.archive({sealed_record.DATA: msgspec.json.encode(held)}, seal)
    for content, said in (
        (sealed_archive.archive(data, None), "nobody has sealed it"),
        (going_on, "the drill is not over"),
        (b"no ZIP", "it is no record of a drill"),
    ):
        with pytest.raises(sealed_record.BadRecord, match=said):
            sealed_record.read(content)


def test_brought_twice_it_stands_once_with_who_brought_it(tmp_path: Path, seal: Seal, home: TestDatabase) -> None:
    """The row is that of the drill, with the hash of its record; the audit log has hash and seal."""
    record = sealed_record.write(tmp_path, 7, ENDED, seal)
    said = [bring(record, home) for _ in range(2)]
    with psycopg.connect(home.conninfo()) as owner:
        rows = owner.execute("SELECT facility_id, began_at, ended_at, sha256 FROM drill").fetchall()
        audit = owner.execute(
            "SELECT actor, subject, detail::jsonb ->> 'sha256', detail::jsonb ->> 'seal' FROM audit"
            " WHERE action = 'drill.brought'"
        ).fetchall()

    assert [one.stdout.splitlines()[0] for one in said] == [
        "drill 1 of vale: brought",
        "drill 1 of vale: it was here already",
    ]
    assert rows == [("vale", drill_story.at(0), drill_story.at(30), ENDED.sha256)]
    assert [row[1:] for row in audit] == [("drill:1", ENDED.sha256, seal.fingerprint)]
    assert audit[0][0].startswith("system:")


def test_a_record_of_another_facility_or_under_another_seal_is_refused(
    tmp_path: Path, seal: Seal, home: TestDatabase
) -> None:
    """With exit code 2 and a sentence; nothing is stored."""
    other = EndedDrill("rosa", ENDED.scenario, ENDED.led_by, ENDED.record)
    foreign = bring(sealed_record.write(tmp_path, 1, other, seal), home)
    unknown = bring(sealed_record.write(tmp_path, 2, ENDED, seal), home, "--certificate", "00" * 32)
    with psycopg.connect(home.conninfo()) as owner:
        stored = owner.execute("SELECT count(*) FROM drill").fetchone()

    assert (foreign.exit_code, unknown.exit_code, stored) == (2, 2, (0,))
    assert "'rosa', which this installation does not have" in foreign.stderr
    assert "another one than you asked for" in unknown.stderr


def test_it_stands_on_the_page_of_the_real_dam(tmp_path: Path, seal: Seal, home: TestDatabase) -> None:
    """With the outcomes that were worked out by hand."""
    assert bring(sealed_record.write(tmp_path, 1, ENDED, seal), home).exit_code == 0
    key = people.bearer(people.add_key(home.conninfo(), "read", "annotate"))
    server = ApiServer(tmp_path, home.conninfo("tailwatch_api")).start()
    try:
        page = httpx.get(f"{server.url}/f/vale/drills", headers=key | {"accept": "text/html"}, timeout=120).text
    finally:
        server.stop()

    assert "Pond rises" in page and "3 not done, 1 late, 1 done, no limit, 2 in time" in page
    assert ENDED.sha256 in page
