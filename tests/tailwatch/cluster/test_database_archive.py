"""The archive of the log of three databases under Patroni: it goes on from whichever is the primary."""

import shutil
from pathlib import Path

import pytest

from bench.failover import rounds
from bench.failover.load import Load
from bench.failover.testbed import NAMES, FailoverTestbed, until
from tailwatch import backups
from tailwatch.log_archive import BackupSettings
from tests.servers import Database, fresh_database, server_folder

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(1200)]


def test_the_archive_goes_on_from_another_primary(cluster: Database, tmp_path: Path) -> None:
    """After a promotion a trial is equal, an empty machine is filled from it, and one machine takes all of it over."""
    with (
        server_folder(is_durable=False) as folder,
        FailoverTestbed(folder, 9, BackupSettings(folder / "log")) as testbed,
    ):
        testbed.fill()
        until(testbed.is_whole, rounds.WHOLE_WITHIN_S)
        first = testbed.primary()
        testbed.keepers[first].begin()
        testbed.keepers[first].base()
        standby = next(name for name in NAMES if name != first)
        is_quiet = not testbed.keepers[standby].due().is_primary
        with Load(testbed.conninfo()) as load:
            until(lambda: load.acked > 3, rounds.GOES_ON_WITHIN_S)
            testbed.machines.kill(first)
            until(lambda: testbed.primary() not in ("", first), rounds.GOES_ON_WITHIN_S)
            second, before = testbed.primary(), load.acked
            until(lambda: load.acked > before + 3, rounds.GOES_ON_WITHIN_S)
            found = testbed.keepers[second].try_restore()
        shutil.rmtree(testbed.databases[first].folder)
        testbed.start(first)
        until(testbed.is_whole, rounds.WHOLE_WITHIN_S)
        then = backups.back_up(testbed.conninfo("tailwatch_owner"), tmp_path / "state", tmp_path / "backup")
        log = testbed.databases[first].log_file.read_text()

    with fresh_database(cluster, None) as one:
        now = backups.restore(one.conninfo("postgres"), tmp_path / "backup")
    assert is_quiet
    assert (found.verdict, found.differences) == ("equal", [])
    assert "replica has been created using pgbackrest" in log
    assert now.differences(then) == []
