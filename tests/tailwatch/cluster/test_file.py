"""The file of a cluster: what it says, and what a person is told who wrote it wrongly."""

from pathlib import Path

import pytest

from runtime.settings import BadSettings
from tailwatch.cluster import file

THREE = """
[[machines]]
name = "a"
address = "10.0.0.11"
roles = ["broker", "database", "ingest"]
[[machines]]
name = "b"
address = "10.0.0.12"
roles = ["broker", "database", "ingest", "api"]
[[machines]]
name = "c"
address = "10.0.0.13"
roles = ["broker", "database"]
"""
LAG = "[database]\nmax_standby_lag_s = 10\n"
ALONE = '[[machines]]\nname = "a"\naddress = "10.0.0.11"\nroles = ["database", "backup"]\n'
ARCHIVE = '[backup]\nfolder = "/srv/log"\n'
KEPT = THREE.replace('"ingest", "api"]', '"ingest", "api", "backup"]') + ARCHIVE


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cluster.toml"
    path.write_text(text)
    return path


def test_three_machines_are_read(tmp_path: Path) -> None:
    """The machines of a role come in the order of the file, and what is not said has its usual value."""
    found = file.read(written(tmp_path, THREE + "[broker]\nqueues = 4\n"))

    assert [one.name for one in found.of_role("ingest")] == ["a", "b"]
    assert found.machine("c").address == "10.0.0.13"
    assert (found.broker.queues, found.broker.mqtt_port, found.ingest.workers) == (4, 8883, 1)
    assert found.database.max_standby_lag_s is None


def test_a_machine_keeps_the_archive_of_the_log(tmp_path: Path) -> None:
    """The role names the machine, and the table says where there; what is not said has its usual value."""
    found = file.read(written(tmp_path, KEPT))

    assert [one.name for one in found.of_role("backup")] == ["b"]
    assert found.backup == file.BackupTable(Path("/srv/log"), keep=2, base_every_h=24, try_every_h=24, port=8432)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "b"', 'name = "a"', "machines[1].name: 'a' is that of machine 1 already"),
        ('name = "b"', 'name = "B 2"', "machines[1].name: 'B 2' is no name; write small letters"),
        ("10.0.0.12", "10.0.0.11", "machines[1].address: '10.0.0.11' is that of machine 1 already"),
        ("10.0.0.12", "b.example.org", "machines[1].address: 'b.example.org' is no IPv4 address"),
        ("10.0.0.12", "0.0.0.0", "machines[1].address: '0.0.0.0' is no IPv4 address"),
        ('"broker", "database"]', '"brokers", "database"]', "machines[2].roles[0]: the value 'brokers' is not known"),
        ('"broker", "database"]', '"database"]', "2 machines have the role 'broker'; the larger part"),
        ('"broker", "database"]', '"broker", "database", "broker"]', "machines[2].roles: a role stands there twice"),
        ('address = "10.0.0.12"\n', "", "machines[1]: the key 'address' is missing"),
        ('name = "b"', 'nme = "b"', "machines[1].nme: key 'nme' is not known here"),
        (THREE, "", "the key 'machines' is missing; add it"),
        (THREE, THREE + "[broker]\nqueues = 0\n", "broker.queues: expected a whole number >= 1, not 0"),
        (THREE, THREE + "[broker]\namqp_port = 8883\n", "broker.amqp_port: 8883 is the port of broker.mqtt_port"),
        ('"ingest", "api"]', '"ingest", "api", "backup"]', "machines: a machine has the role 'backup'; add the table"),
        (THREE, THREE + ARCHIVE, "backup: no machine has the role 'backup'; give it to the one that keeps"),
        (
            THREE,
            KEPT.replace('"broker", "database"]', '"broker", "database", "backup"]'),
            "2 machines have the role 'backup'",
        ),
        (THREE, ALONE.replace(', "backup"', "") + LAG, "database.max_standby_lag_s: one database has no standby; give"),
        (THREE, THREE + LAG.replace("10", "1"), "database.max_standby_lag_s: expected a number >= 2"),
        (THREE, ALONE + ARCHIVE, "backup: one database has this table in tailwatch.toml of its machine; move it there"),
        (THREE, KEPT.replace("/srv", "srv"), "backup.folder: 'srv/log' is not the same place on each machine; write"),
        (
            THREE,
            ALONE.replace("database", "api") + ARCHIVE,
            "backup: no machine has the role 'database'; give it to three",
        ),
        (THREE, KEPT + "port = 5432\n", "backup.port: 5432 is the port of database.port already"),
        (THREE, KEPT + "keep = 0\n", "backup.keep: expected a whole number >= 1, not 0"),
    ],
)
def test_a_mistake_is_told_with_field_reason_and_fix(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Each mistake names its field and what to write instead."""
    with pytest.raises(BadSettings) as caught:
        file.read(written(tmp_path, THREE.replace(old, new)))

    assert says in str(caught.value)


def test_an_unknown_machine_is_refused_with_the_known_ones() -> None:
    """Who asks for a machine that is not in the file is told which are."""
    found = file.ClusterFile((file.Machine("a", "10.0.0.11", ("ingest",)),))

    with pytest.raises(file.NoSuchMachine, match="no machine is called 'z'; the file names a"):
        found.machine("z")
