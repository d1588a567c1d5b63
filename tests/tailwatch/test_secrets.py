"""Passwords: made once, private from the first moment."""

import stat
from pathlib import Path

from tailwatch.secrets import made_once, write_private


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """The second call reads what the first made; two secrets differ."""
    first = made_once(tmp_path / "mqtt" / "vale" / "n07")

    assert made_once(tmp_path / "mqtt" / "vale" / "n07") == first
    assert made_once(tmp_path / "mqtt" / "vale" / "n01") != first


def test_a_private_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """Mode 600, also when it replaces a file that was open to all."""
    file = tmp_path / "conninfo"
    file.write_text("old")
    file.chmod(0o644)

    write_private(file, "new")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == "new"
