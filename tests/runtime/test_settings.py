"""Settings: read the same way for edge_agent, ingest and api, and refused whole with the file, the key and the fix."""

from pathlib import Path

import msgspec
import pytest

from runtime.settings import BadSettings, Endpoint, read


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of some program."""

    broker: Endpoint
    state_dir: Path
    rows: int = 1


GOOD = """
state_dir = "state"
[broker]
host = "127.0.0.1"
port = 1883
user = "vale/_edge/gw1"
password_file = "/etc/password"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_relative_paths_start_at_the_settings_file(tmp_path: Path) -> None:
    """The program may be started from anywhere; an absolute path stays."""
    settings = read(written(tmp_path, GOOD), Settings)

    assert (settings.state_dir, settings.broker.password_file) == (tmp_path / "state", Path("/etc/password"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("state_dir", "state_fir", "state_fir"),
        ('state_dir = "state"', "", "the key 'state_dir' is missing; add it"),
        (
            'state_dir = "state"',
            "state_dir = 3",
            "line 2: state_dir: expected the path of a file or folder, got a whole number",
        ),
        ("1883", "0", "line 5: broker.port: expected a whole number >= 1, not 0"),
        ("1883", "65536", "broker.port: expected a whole number <= 65535"),
        ("1883", '"1883"', "broker.port: expected a whole number, got text; write it without quotes"),
        ("127.0.0.1", "broker.example", "broker: ca_file: needed for 'broker.example'"),
        ("1883", "", "line 5"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The sentence names the key, or the line where it is no TOML."""
    file = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(BadSettings) as refused:
        read(file, Settings)

    assert str(refused.value).startswith(f"{file}: ") and said in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is the operator's to correct."""
    with pytest.raises(BadSettings, match=r"nowhere\.toml: cannot be read: No such file or directory"):
        read(tmp_path / "nowhere.toml", Settings)


@pytest.mark.parametrize("text", ["rows = " + "9" * 5000, "rows = " + "[" * 5000])
def test_what_the_parser_gives_up_is_told_with_the_file(tmp_path: Path, text: str) -> None:
    """A number of thousands of digits, and lists as deep: exceptions of Python that are no fault of TOML to tomllib."""
    file = tmp_path / "program.toml"
    file.write_text(text)

    with pytest.raises(BadSettings, match=r"program\.toml"):
        read(file, Settings)
