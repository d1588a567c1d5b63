"""`tailwatch cluster`: what machines share is made once and for its owner alone, and a gateway is pointed at them."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import edge_agent
from tailwatch.__main__ import app
from tailwatch.exit_codes import ExitCode
from tailwatch.state import StateFolder
from tests.end_to_end.running_site import VALE

MACHINES = "".join(
    f'[[machines]]\nname = "{name}"\naddress = "198.51.100.{number}"\nroles = ["broker"]\n'
    for number, name in enumerate("abc", 1)
)
"""RFC 5737: no machine has such an address."""
OWN = ("a.key", "cookie", "definitions.json", "ingest.password")


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    file = tmp_path / "cluster.toml"
    file.write_text(MACHINES)
    return file


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["cluster", *map(str, words)])


def test_what_machines_share_stays_with_its_owner(cluster: Path, tmp_path: Path) -> None:
    """Keys, cookie and passwords are of mode 600, and the second time nothing is made anew."""
    state = tmp_path / "state"
    first = run("prepare", cluster, VALE, "--state", state)
    before = {name: (state / "cluster" / name).read_bytes() for name in OWN}
    again = run("prepare", cluster, VALE, "--state", state)

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert {stat.S_IMODE((state / "cluster" / name).stat().st_mode) for name in OWN} == {0o600}
    assert {name: (state / "cluster" / name).read_bytes() for name in OWN} == before


def test_what_machines_share_is_made_while_one_of_them_runs(cluster: Path, tmp_path: Path) -> None:
    """A machine gets another certificate, or a gateway is added, and `tailwatch up` goes on meanwhile."""
    with StateFolder(tmp_path / "state"):
        made = run("prepare", cluster, VALE, "--state", tmp_path / "state")

    assert made.exit_code == 0, made.output


def test_the_key_of_the_authority_is_not_shared(cluster: Path, tmp_path: Path) -> None:
    """What is copied holds the authority's certificate, and a certificate and key of each machine."""
    run("prepare", cluster, VALE, "--state", tmp_path / "state")
    shared = {file.name for file in (tmp_path / "state" / "cluster").iterdir()}

    assert {"ca.crt", *(f"{name}.{end}" for name in "abc" for end in ("crt", "key"))} <= shared
    assert "ca.key" not in shared


def test_an_agent_is_pointed_at_all_brokers(cluster: Path, tmp_path: Path) -> None:
    """Its lines to the centre have every host, its line to the nodes stays, and the agent takes its settings."""
    state, out = tmp_path / "state", tmp_path / "gw1"
    run("prepare", cluster, VALE, "--state", state)
    made = CliRunner().invoke(
        app, ["device", "provision", "gw1", "--file", str(VALE), "--out", str(out), "--broker", str(tmp_path / "own")]
    )
    pointed = run("agent", cluster, "gw1", "--file", VALE, "--out", out, "--state", state)
    settings = edge_agent.load(out / "edge_agent.toml")

    assert (made.exit_code, pointed.exit_code) == (0, 0), made.output + pointed.output
    assert settings.uplink.hosts == ("198.51.100.1", "198.51.100.2", "198.51.100.3")
    assert settings.site_broker.hosts == ("127.0.0.1",)


@pytest.mark.parametrize("words", [("show",), ("forget", "b")])
def test_a_machine_that_is_none_of_them_is_told(cluster: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    """The sentence says at which addresses the machines are."""
    name, *rest = words
    refused = run(name, cluster, *rest, "--state", tmp_path / "state")

    assert refused.exit_code == ExitCode.REFUSED
    assert "it has no address of a at 198.51.100.1" in refused.output
