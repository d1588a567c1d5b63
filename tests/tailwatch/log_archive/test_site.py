"""A site whose log is archived: what `tailwatch up` starts and tells PostgreSQL, by one table of `tailwatch.toml`."""

import json
from pathlib import Path

import pytest

from runtime.settings import BadSettings
from tailwatch import log_archive
from tailwatch.cluster import shared
from tailwatch.cluster.file import BackupTable, ClusterFile, Machine, Role
from tailwatch.cluster.site import ClusterSite
from tailwatch.site import Site, read_facilities
from tailwatch.state import StateFolder

VALE = Path(__file__).parents[2] / "data" / "vale.toml"


@pytest.mark.foreign
def test_the_log_goes_into_the_folder_that_is_named(reachable_folder: Path) -> None:
    """PostgreSQL hands its log over, and a part keeps the archive with settings that its program reads."""
    state = reachable_folder / "state"
    with StateFolder(state) as opened:
        (state / "tailwatch.toml").write_text(f'[backup]\nfolder = "{reachable_folder}/log"\nkeep = 3\n')
        site = Site(opened, read_facilities([VALE]))
        site.prepare_database()
        names = [part.name for part in site.parts()]

    written = (state / "database" / "data" / "tailwatch.conf").read_text()
    file = log_archive.file_below(state)
    assert "archive_mode = 'on'" in written and "archive-push %p'" in written
    assert names[-1] == "backup"
    assert (log_archive.read(file).keep, log_archive.read(file).folder) == (3, reachable_folder / "log")


@pytest.mark.parametrize(
    ("table", "said"),
    [("keep = 3", "folder is missing"), ('folder = "/x"\nkeep = 0', "keep"), ('folder = "/x"\nevery_h = 3', "every_h")],
)
def test_a_table_that_is_wrong_is_refused(reachable_folder: Path, table: str, said: str) -> None:
    """A folder that is not named, a number out of range and an unknown key are told before anything starts."""
    state = reachable_folder / "state"
    with StateFolder(state) as opened:
        (state / "tailwatch.toml").write_text(f"[backup]\n{table}\n")
        with pytest.raises(BadSettings, match=said):
            Site(opened, read_facilities([VALE]))


@pytest.mark.foreign
def test_of_several_databases_one_machine_keeps_it(reachable_folder: Path) -> None:
    """Each database is told where its log goes, each machine has one door, and one of them what keeps the archive."""
    roles: dict[str, tuple[Role, ...]] = dict.fromkeys("abc", ("database",)) | {"d": ("backup", "broker")}
    machines = tuple(Machine(name, f"127.0.31.{at}", of) for at, (name, of) in enumerate(roles.items(), 11))
    file = ClusterFile(machines, backup=BackupTable(reachable_folder / "log", keep=3))
    with StateFolder(reachable_folder / "state") as opened:
        shared.prepare(opened.folder, file, [])
        site = ClusterSite(opened, {}, file)
        site.prepare()
        names = [part.name for part in site.parts()]
    told = json.loads((reachable_folder / "state/database-b/database/patroni.json").read_text())["postgresql"]
    kept = log_archive.read(log_archive.file_below(reachable_folder / "state"))

    assert [name for name in names if "archive" in name or name == "backup"] == [
        *(f"archive-{name}" for name in "abcd"),
        "backup",
    ]
    assert told["parameters"]["archive_mode"] == "always"
    assert (kept.keep, kept.folder, kept.data) == (3, reachable_folder / "log", None)
