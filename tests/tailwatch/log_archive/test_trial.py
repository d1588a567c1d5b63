"""The archive of the log by the real pgBackRest, and a restore to a moment that is tried, on a real database."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from typer.testing import CliRunner

from tailwatch import log_archive, toml
from tailwatch.__main__ import app
from tailwatch.log_archive import ArchiveKeeper, BackupSettings, holdings, trial
from tailwatch.ports import free_port
from tailwatch.secrets import write_private
from tailwatch.servers.database import ADMIN
from tailwatch.state import StateFolder
from tests.api import site
from tests.servers import Database, server_folder

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(600), pytest.mark.xdist_group("log-archive")]
SEGMENT = re.compile(r"([0-9A-F]{24})(.*?)(?:;|$)")
LEVELS = f"SELECT count(*) FROM observation WHERE datastream_id = {site.NEVER}"


class Archived(NamedTuple):
    """A database with the site of the api's tests, and what keeps its archive."""

    database: Database
    keeper: ArchiveKeeper
    folder: Path

    def store(self, minute: int) -> datetime:
        """Store one reading of a datastream that has none, and return a moment after it."""
        with psycopg.connect(self.database.conninfo(ADMIN)) as connection:
            site.store(connection, site.NEVER, site.T0.replace(hour=minute), float(minute))
            connection.commit()
            (at,) = connection.execute("SELECT clock_timestamp()").fetchone()
        return at


@pytest.fixture(scope="module")
def archived() -> Iterator[Archived]:
    with server_folder(is_durable=False) as folder:
        database = Database(folder / "database", free_port(), is_durable=False)
        settings = log_archive.settings_of(
            BackupSettings(folder / "log"), folder, folder / "url", database.data, database.port
        )
        write_private(folder / "url", database.conninfo(ADMIN))
        file = folder / "settings" / "backup.toml"
        file.parent.mkdir()
        file.write_text(toml.encode(settings))
        keeper = ArchiveKeeper(log_archive.read(file))
        keeper.repository.prepare()
        database.further = keeper.repository.parameters(database.data)
        database.prepare()
        database.run()
        try:
            database.make_roles()
            database.make_database("tailwatch")
            site.build(database.conninfo())
            keeper.begin()
            keeper.base()
            yield Archived(database, keeper, folder)
        finally:
            database.stop()


def test_a_moment_between_two_readings_comes_back(archived: Archived) -> None:
    """The reading before the moment is in the restored database, the one after it is not; nothing of it stays."""
    between = archived.store(1)
    archived.store(2)
    archived.keeper.repository.archive_now()
    place = archived.folder / "database" / "log-archive" / "trial"
    with trial.restored(archived.database.conninfo(ADMIN), archived.keeper.repository, place, between) as copy:
        found = copy.execute(LEVELS).fetchone()

    assert found == (1,)
    assert not place.exists()


def test_a_trial_is_equal_and_is_kept(archived: Archived) -> None:
    """What the restored database holds is what the live one held at the moment; all may know that it was so."""
    archived.store(3)
    found = archived.keeper.try_restore()
    with psycopg.connect(archived.database.conninfo("tailwatch_api")) as api:
        kept = api.execute("SELECT standing, moment FROM restore_standing").fetchone()
        (rows,) = api.execute("SELECT count(*) FROM observation").fetchone()

    assert (found.verdict, found.differences, found.rows) == ("equal", [], rows)
    assert kept == ("good", found.moment)


def test_what_is_due_is_done_once(archived: Archived) -> None:
    """The schedule finds a base backup and a good trial that are new, and does nothing; a day later both are due."""
    now = archived.keeper.due()
    with psycopg.connect(archived.database.conninfo(ADMIN)) as connection:
        connection.execute("UPDATE log_archive SET base_at = base_at - interval '25 h'")
        connection.execute("UPDATE restore_trial SET began_at = began_at - interval '25 h'")
        connection.execute("UPDATE restore_trial SET ended_at = ended_at - interval '25 h'")
    later = archived.keeper.due()

    assert (tuple(now), tuple(later)) == ((False, False), (True, True))


def test_a_moment_is_brought_back_on_another_machine(archived: Archived, reachable_folder: Path) -> None:
    """`tailwatch restore FOLDER --at` gives a database of that moment, with passwords, that goes on from there."""
    between = archived.store(7)
    archived.store(8)
    archived.keeper.repository.archive_now()
    with psycopg.connect(archived.database.conninfo(ADMIN)) as connection:
        (then,) = connection.execute(LEVELS).fetchone()
    words = ("restore", archived.folder / "log", "--state", reachable_folder / "state", "--at", between.isoformat())
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    with StateFolder(reachable_folder / "state") as state:
        cluster = Database(state.folder / "database", state.ports.port_of("database")).run()
        try:
            with psycopg.connect(cluster.conninfo()) as connection:
                found = connection.execute(f"{LEVELS} AND NOT pg_is_in_recovery()").fetchone()
                site.store(connection, site.NEVER, site.T0.replace(hour=9), 9.0)
        finally:
            cluster.stop()

    assert "its audit log is whole" in done.output
    assert found == (then - 1,)


def test_rows_that_changed_behind_the_log_are_found(archived: Archived) -> None:
    """The control: a row that the archive does not have, and another value, are named by datastream and month."""
    with psycopg.connect(archived.database.conninfo(ADMIN)) as connection:
        held = holdings.of(connection)
        (month, name), *_ = [key for key in held if key[1].endswith("level")]
        other = held | {(month, name): held[month, name]._replace(sha256="")}
        fewer = held | {(month, name): held[month, name]._replace(rows=1)}

    assert holdings.differences(held, held) == []
    assert holdings.differences(held, other) == [f"{name} {month}: other values"]
    assert holdings.differences(held, fewer) == [f"{name} {month}: {held[month, name].rows} rows, restored 1"]


def test_a_changed_byte_and_a_missing_segment_are_named(archived: Archived) -> None:
    """A segment that is gone, and one with another byte, fail the trial by their names, and everybody may know it."""
    for minute in (4, 5, 6):
        archived.store(minute)
        archived.keeper.repository.archive_now()
    segments = sorted(file for file in (archived.folder / "log" / "archive").rglob("*.lz4"))
    gone, changed = segments[-3], segments[-2]
    gone.unlink()
    damaged = bytearray(changed.read_bytes())
    damaged[len(damaged) // 4] ^= 0xFF
    changed.write_bytes(damaged)
    done = CliRunner().invoke(app, ["backup", "--try", "--state", str(archived.folder)])
    with psycopg.connect(archived.database.conninfo("tailwatch_api")) as api:
        (standing,) = api.execute("SELECT standing FROM restore_standing").fetchone()

    named = {one[:24]: "missing" in rest for one, rest in SEGMENT.findall(done.output)}
    assert (done.exit_code, standing) == (1, "failed")
    assert named == {gone.name[:24]: True, changed.name[:24]: False}


def test_a_folder_that_lost_all_gets_a_base_backup_at_once(archived: Archived) -> None:
    """An empty disk in the place of the one that was: the archive begins anew, and its first base backup is due."""
    shutil.rmtree(archived.folder / "log")
    archived.keeper.repository.prepare()
    archived.keeper.begin()

    assert archived.keeper.due().base
