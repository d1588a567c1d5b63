"""The state folder: where it is, who holds it, what others may see of it."""

import os
import stat
from pathlib import Path

import pytest

from tailwatch.state import ROOT_FOLDER, StateFolder, StateInUse, StateUnreachable, default_folder


def test_the_variable_chooses_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """TAILWATCH_STATE wins over every default."""
    monkeypatch.setenv("TAILWATCH_STATE", str(tmp_path))

    assert default_folder() == tmp_path


def test_the_folder_of_each_kind_of_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Root keeps its state under /var/lib, an ordinary user in the state folder of the XDG standard."""
    monkeypatch.delenv("TAILWATCH_STATE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    expected = ROOT_FOLDER if os.geteuid() == 0 else tmp_path / "tailwatch"
    assert default_folder() == expected


def test_only_one_runs_on_a_folder(tmp_path: Path) -> None:
    """A second one is refused until the first has closed."""
    with StateFolder(tmp_path), pytest.raises(StateInUse, match="--state"):
        StateFolder(tmp_path)

    StateFolder(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The sentence names the folder and the option."""
    (tmp_path / "file").touch()

    with pytest.raises(StateUnreachable, match="--state"):
        StateFolder(tmp_path / "file" / "state")


def test_settings_and_secrets_are_private(tmp_path: Path) -> None:
    """Nobody else may read a password, neither by the file nor by its folder."""
    with StateFolder(tmp_path / "state") as state:
        secret, written = state.secret_file("mqtt/vale/n07"), state.write("api.toml", "port = 1")

    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (secret, written, secret.parent, written.parent)}
    assert modes == {0}
