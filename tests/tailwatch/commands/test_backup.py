"""`tailwatch backup` and `restore` as an operator types them, on clusters of their own."""

import hashlib
import shutil
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from tailwatch import backups
from tailwatch.__main__ import app
from tailwatch.servers.database import ADMIN
from tailwatch.state import StateFolder
from tests.api import site
from tests.api.evidence.pictures import png
from tests.servers import Database, TestDatabase

OBSERVATIONS = "SELECT count(*) FROM observation"
PHOTO = png()
KEEP_PHOTO = """
INSERT INTO evidence (facility_id, subject_kind, subject, media_type, name, shows, content, author)
VALUES ('vale', 'note', '1', 'image/png', 'berm.png', 'seepage at berm B', %s, 'user:1')"""
PHOTOS = f"SELECT count(*) FROM evidence WHERE encode(sha256, 'hex') = '{hashlib.sha256(PHOTO).hexdigest()}'"


@pytest.fixture
def backup(database: TestDatabase, tmp_path: Path) -> Path:
    """A backup of the site of the api's tests, of a photo that is evidence, and of one password of the field."""
    site.build(database.conninfo())
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute(KEEP_PHOTO, (PHOTO,))
    secret = tmp_path / "old" / "secrets" / "mqtt" / "n07"
    secret.parent.mkdir(parents=True)
    secret.write_text("the password of n07")
    owner = tmp_path / "owner"
    owner.write_text(database.conninfo())
    done = run("backup", tmp_path / "backups", "--state", tmp_path / "old", "--database", owner)
    assert done.exit_code == 0, done.output
    return Path(done.stdout.splitlines()[-1])


@pytest.fixture
def other(reachable_folder: Path) -> Path:
    """The state folder of another installation, with passwords of its own and one table."""
    folder = reachable_folder / "state"
    with StateFolder(folder) as state:
        cluster = Database.start(state.subfolder("database", 0o711), state.ports.port_of("database"), is_durable=False)
        with psycopg.connect(cluster.conninfo()) as connection:
            connection.execute("CREATE TABLE what_was_here AS SELECT 1")
        cluster.stop()
    return folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def count(folder: Path, query: str) -> int:
    """One number out of the database of a state folder that nothing runs on."""
    with StateFolder(folder) as state:
        cluster = Database(folder / "database", state.ports.port_of("database")).run()
        try:
            with psycopg.connect(cluster.conninfo(ADMIN)) as connection:
                row = connection.execute(query.encode()).fetchone()
        finally:
            cluster.stop()
    assert row is not None
    return int(row[0])


def test_a_new_machine_gets_everything_back(
    backup: Path, reachable_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a folder that does not exist yet, named from where the operator stands: the figures of the backup are told
    again, and the password and the photo are there."""
    folder = reachable_folder / "state"
    monkeypatch.chdir(folder.parent)
    done = run("restore", backup, "--state", folder.name)

    assert done.exit_code == 0, done.output
    assert f"{site.LEVEL_ROWS + 2} observations" in done.output and "restored and equal" in done.output
    assert count(folder, OBSERVATIONS) == site.LEVEL_ROWS + 2
    assert count(folder, PHOTOS) == 1
    assert (folder / "secrets" / "mqtt" / "n07").read_text() == "the password of n07"


def test_a_database_is_replaced_only_when_told_and_only_by_a_whole_one(
    backup: Path, other: Path, tmp_path: Path
) -> None:
    """Without --replace, or with half a dump, the other database stays; a whole one takes its place."""
    half = tmp_path / "half"
    shutil.copytree(backup, half)
    dump = half / backups.DUMP
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])

    unasked, torn = run("restore", backup, "--state", other), run("restore", half, "--state", other, "--replace")
    kept = count(other, "SELECT count(*) FROM what_was_here")
    done = run("restore", backup, "--state", other, "--replace")

    assert (unasked.exit_code, torn.exit_code, kept) == (2, 2, 1)
    assert "give --replace" in unasked.output and "pg_restore failed" in torn.output
    assert done.exit_code == 0, done.output
    assert count(other, OBSERVATIONS) == site.LEVEL_ROWS + 2


def test_a_folder_that_is_no_backup_is_told_first(backup: Path, other: Path) -> None:
    """Before --replace is asked for, and with it nothing is touched; a backup into a file names the file."""
    for words in ((), ("--replace",)):
        done = run("restore", backup.parent, "--state", other, *words)
        assert (done.exit_code, "is this the folder of one backup?" in done.output) == (2, True)
    into_file = run("backup", backup / backups.MANIFEST, "--state", other, "--database", backup.parent.parent / "owner")

    assert count(other, "SELECT count(*) FROM what_was_here") == 1
    assert into_file.exit_code == 2
    assert "manifest.json" in into_file.output and "Errno" not in into_file.output


def test_a_running_installation_is_not_restored_over(backup: Path, tmp_path: Path) -> None:
    """While another tailwatch holds the folder, and when the folder given is no backup, it is told in a sentence."""
    with StateFolder(tmp_path / "running"):
        busy = run("restore", backup, "--state", tmp_path / "running")
    absent = run("restore", tmp_path / "absent", "--state", tmp_path / "running")

    assert (busy.exit_code, absent.exit_code) == (2, 2)
    assert "another tailwatch runs" in busy.output and "absent" in absent.output
