"""The units as they are written: where systemd looks, with the programs of this installation, never over an edit."""

from pathlib import Path

from typer.testing import CliRunner

from tailwatch import systemd
from tailwatch.__main__ import app

SYSTEM = "etc/systemd/system"


def test_each_program_has_its_unit_and_no_unit_is_root(tmp_path: Path) -> None:
    """Four users, none of them root; the proof of sight has that of ingest, whose settings it reads."""
    systemd.write(tmp_path, Path("/srv/tw/bin"))

    texts = [file.read_text() for file in (tmp_path / SYSTEM).glob("tailwatch-*.service")]
    users = {line for text in texts for line in text.splitlines() if line.startswith("User=")}
    assert users == {f"User=tailwatch-{one}" for one in ("ingest", "api", "edge", "pki")}
    assert len(texts) == 5


def test_units_run_the_programs_that_are_installed(tmp_path: Path) -> None:
    """No unit looks for a program in another folder than the one that was given."""
    systemd.write(tmp_path, Path("/srv/tw/bin"))

    started = [
        line
        for file in (tmp_path / SYSTEM).rglob("*.service")
        for line in file.read_text().splitlines()
        if line.startswith("ExecStart=")
    ]
    assert len(started) == 5 and all(line.startswith("ExecStart=/srv/tw/bin/") for line in started)


def test_a_unit_that_was_edited_is_kept(tmp_path: Path) -> None:
    """The second writing names it and changes nothing; with --replace it is as shipped again."""
    words = ["systemd", "write", "--root", str(tmp_path), "--programs", "/srv/tw/bin"]
    first = CliRunner().invoke(app, words)
    file = tmp_path / SYSTEM / "tailwatch-api.service"
    file.write_text("edited")
    refused = CliRunner().invoke(app, words)
    kept = file.read_text()
    replaced = CliRunner().invoke(app, [*words, "--replace"])

    assert (first.exit_code, refused.exit_code, replaced.exit_code) == (0, 2, 0)
    assert "tailwatch-api.service" in refused.output and kept == "edited"
    assert "MemoryDenyWriteExecute=yes" in file.read_text()


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """Nothing is told to have changed."""
    systemd.write(tmp_path)

    assert systemd.write(tmp_path) == []
