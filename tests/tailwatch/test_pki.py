"""Certificates, judged by another implementation: the `openssl` program."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tailwatch.commands import pki
from tailwatch.pki import Authority, NoAuthority

NOW = datetime.now(UTC)


def openssl(*words: str | Path) -> str:
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=60).stdout


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path / "pki")
    made.make("test", NOW)
    return made


def test_openssl_accepts_what_is_issued(authority: Authority) -> None:
    """Verified strictly for a server and for a client, for its names and for no other."""
    file = authority.issue("broker", ("broker.vale.example", "192.0.2.7"), NOW)
    base = ("verify", "-x509_strict", "-CAfile", authority.certificate_file)

    assert openssl(*base, "-purpose", "sslserver", "-verify_hostname", "broker.vale.example", file).endswith("OK\n")
    assert openssl(*base, "-purpose", "sslclient", "-verify_ip", "192.0.2.7", file).endswith("OK\n")
    assert "OK" not in openssl(*base, "-verify_hostname", "other.example", file)


def test_a_server_is_no_authority(authority: Authority, tmp_path: Path) -> None:
    """What a server's key signs is refused."""
    rogue = Authority(tmp_path / "rogue")
    rogue.folder.mkdir()
    file = authority.issue("broker", ("localhost",), NOW)
    for suffix in (".crt", ".key"):
        (rogue.folder / f"ca{suffix}").write_bytes(file.with_suffix(suffix).read_bytes())
    forged = rogue.issue("forged", ("localhost",), NOW)

    assert "OK" not in openssl("verify", "-CAfile", authority.certificate_file, "-untrusted", file, forged)


def test_keys_are_private(authority: Authority) -> None:
    """Every key is mode 600; certificates are for everybody to read, and nobody else writes beside them."""
    authority.issue("broker", ("localhost",), NOW)

    assert {file.stat().st_mode & 0o777 for file in authority.folder.glob("*.key")} == {0o600}
    assert authority.folder.stat().st_mode & 0o022 == 0


def test_what_is_due_is_renewed_for_the_same_hosts(authority: Authority) -> None:
    """29 days before the end it is due, 31 days before it is not; the hosts stay."""
    authority.issue("old", ("old.example", "192.0.2.7"), NOW - timedelta(days=397 - 29))
    authority.issue("young", ("young.example",), NOW - timedelta(days=397 - 31))

    assert authority.renew(NOW) == ["old"]
    renewed = next(one for one in authority.issued() if one.name == "old")
    assert (renewed.hosts, renewed.days_left(NOW)) == (("old.example", "192.0.2.7"), 396)


def test_an_authority_is_not_made_twice(authority: Authority) -> None:
    """A second one would make every certificate worthless."""
    with pytest.raises(NoAuthority, match="is there already"):
        authority.make("again", NOW)


def test_the_commands_make_show_and_raise_the_alarm(tmp_path: Path) -> None:
    """init makes broker and api; status is 0 while all is well and 1 when one is due, with the fix beside it."""
    state = ["--state", str(tmp_path)]
    run = CliRunner().invoke
    made = run(pki.app, ["init", "--host", "broker.example", *state])
    well = run(pki.app, ["status", *state])
    Authority(tmp_path / "pki").issue("api", ("localhost",), NOW - timedelta(days=400))
    due = run(pki.app, ["status", *state])
    renewed = run(pki.app, ["renew", *state])

    assert made.exit_code == 0 and "broker: until" in made.output and "broker.example" in made.output
    assert (well.exit_code, due.exit_code, renewed.output) == (0, 1, "renewed: api; restart what uses them\n")
    assert "EXPIRED" in due.output and "-> tailwatch pki renew" in due.output
    assert run(pki.app, ["status", "--state", str(tmp_path / "none")]).exit_code == 2
