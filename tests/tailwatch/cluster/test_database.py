"""What the program writes for Patroni and etcd, of a file with three machines."""

import stat
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from runtime.settings import BadSettings
from tailwatch.cluster.database import ClusterDatabase, Secrets, conninfo
from tailwatch.cluster.etcd import Etcd, Keys
from tailwatch.cluster.file import ClusterFile, Machine, NoSuchMachine
from tailwatch.cluster.site import ClusterSite
from tailwatch.servers.database import configuration
from tailwatch.state import StateFolder

MACHINES = tuple(Machine(name, f"10.0.0.{at}", ("database",)) for at, name in enumerate("abc", 11))
FILE = ClusterFile((*MACHINES, Machine("d", "10.0.0.14", ("ingest", "api"))))


def secrets(folder: Path) -> Secrets:
    made = Secrets(folder)
    made.make()
    return made


def configured(folder: Path) -> dict:
    """Patroni's configuration of the first machine."""
    store = Etcd(folder / "etcd", FILE, MACHINES[0])
    database = ClusterDatabase(folder / "database", FILE, MACHINES[0], secrets(folder))
    return database.configuration(Keys(*(folder / name for name in ("crt", "key", "ca"))), store)


def test_a_commit_waits_for_a_standby_whatever_happens(tmp_path: Path) -> None:
    """Strictly synchronous; a primary that hangs at its end is killed before another one takes over (ttl)."""
    shared = configured(tmp_path)["bootstrap"]["dcs"]

    assert (shared["synchronous_mode"], shared["synchronous_mode_strict"]) == (True, True)
    assert shared["loop_wait"] + 2 * shared["retry_timeout"] <= shared["ttl"]  # Patroni manual, "Dynamic configuration"
    assert 0 < shared["primary_stop_timeout"] < shared["ttl"]


def test_all_listen_on_the_own_address_by_tls(tmp_path: Path) -> None:
    """Nothing on other addresses, no door without TLS and password, and only for machines of the file."""
    found = configured(tmp_path)
    doors = found["postgresql"]["pg_hba"]

    assert {found["restapi"]["listen"], found["postgresql"]["listen"]} == {"10.0.0.11:8008", "10.0.0.11:5432"}
    assert all(door.startswith("hostssl ") and door.endswith(" scram-sha-256") for door in doors)
    assert {door.split()[3] for door in doors} == {f"10.0.0.{at}/32" for at in range(11, 15)} | {"127.0.0.1/32"}


def test_the_servers_are_tuned_as_one_alone(tmp_path: Path) -> None:
    """What the PostgreSQL of one machine is told, those of three are told too."""
    told, alone = configured(tmp_path)["postgresql"]["parameters"], configuration()

    assert {name: told[name] for name in ("shared_buffers", "jit", "timezone", "max_wal_size")} == {
        name: alone[name] for name in ("shared_buffers", "jit", "timezone", "max_wal_size")
    }


def test_programs_are_given_all_databases(tmp_path: Path) -> None:
    """One connection string names all three, and is verified against the authority."""
    found = conninfo_to_dict(conninfo(FILE, secrets(tmp_path), "tailwatch_api", tmp_path / "ca.crt"))

    assert (found["host"], found["port"]) == ("10.0.0.11,10.0.0.12,10.0.0.13", "5432,5432,5432")
    assert found["sslmode"] == "verify-full"


def test_the_passwords_are_private(tmp_path: Path) -> None:
    """Each is a file of its own that only its owner reads, and made once."""
    first = secrets(tmp_path).of("postgres")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "database").iterdir()}

    assert modes == {0o600}
    assert secrets(tmp_path).of("postgres") == first


def test_an_archive_of_one_machine_is_refused_to_several_databases(tmp_path: Path) -> None:
    """Who asks for one in tailwatch.toml is told where it stands, and does not find at a restore that there is none."""
    with StateFolder(tmp_path / "state") as state:
        with pytest.raises(NoSuchMachine):  # without the table it goes on, to machines that are not this one
            ClusterSite(state, {}, FILE)
        (state.folder / "tailwatch.toml").write_text('[backup]\nfolder = "/srv/backup"\n')
        with pytest.raises(BadSettings) as refused:
            ClusterSite(state, {}, FILE)

    assert "tailwatch.toml: backup: several databases have this table in the file of the cluster" in str(refused.value)
