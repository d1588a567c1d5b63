"""Tests of the settings file and of the files with secrets."""

from pathlib import Path

import pytest

from ingest.settings import BadSettings, read, secret

GOOD = """\
database_url_file = "url"
[broker]
host = "127.0.0.1"
port = 1883
user = "_ingest"
password_file = "password"
"""


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_files_are_found_beside_the_settings(tmp_path: Path) -> None:
    """A relative file name means a file beside the settings file, an absolute one itself."""
    settings = read(written(tmp_path, GOOD))

    assert settings.path(settings.database_url_file) == tmp_path / "url"
    assert settings.path("/etc/url") == Path("/etc/url")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + "colour = 1\n", "colour"),
        (GOOD.replace("1883", "70000"), "broker.port"),
        (GOOD.replace('host = "127.0.0.1"\n', ""), "host"),
        ("gather_rows = 0\n" + GOOD, "gather_rows"),
        (GOOD.replace("127.0.0.1", "broker.example"), "ca_file is needed for broker.example"),
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


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A secret is read from a private file only, and the fix is said."""
    assert secret(written(tmp_path, " word\n")) == "word"
    with pytest.raises(BadSettings, match="chmod 600"):
        secret(written(tmp_path, "word", 0o640))
