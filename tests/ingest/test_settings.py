"""Tests of the settings file of ingest."""

from pathlib import Path

import pytest

from ingest.settings import read
from runtime.settings import BadSettings

GOOD = """\
database_url_file = "url"
[broker]
host = "127.0.0.1"
port = 1883
user = "_ingest"
password_file = "password"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    return file


def test_files_are_found_beside_the_settings(tmp_path: Path) -> None:
    """A relative file name means a file beside the settings file."""
    settings = read(written(tmp_path, GOOD))

    assert (settings.database_url_file, settings.broker.password_file) == (tmp_path / "url", tmp_path / "password")
    assert settings.folder == tmp_path


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + "colour = 1\n", "colour"),
        (GOOD.replace("1883", "70000"), "broker.port"),
        (GOOD.replace('host = "127.0.0.1"\n', ""), "host"),
        ("gather_rows = 0\n" + GOOD, "gather_rows"),
        (GOOD.replace("127.0.0.1", "broker.example"), "broker: ca_file: needed for 'broker.example'"),
        ("this is not TOML", "line 1"),
    ],
)
def test_a_wrong_settings_file_names_the_key(tmp_path: Path, text: str, named: str) -> None:
    """Unknown keys, missing keys and values out of range are refused with the file and the key."""
    with pytest.raises(BadSettings, match=named) as caught:
        read(written(tmp_path, text))

    assert "settings.toml" in str(caught.value)


def test_a_missing_file_is_named() -> None:
    """A settings file that is not there is named."""
    with pytest.raises(BadSettings, match=r"/nowhere/settings\.toml"):
        read(Path("/nowhere/settings.toml"))
