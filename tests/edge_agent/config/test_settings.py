"""Settings: a wrong file is refused whole, with the key and the fix."""

from pathlib import Path

import pytest

from edge_agent.config.settings import load, load_mapping
from runtime.settings import BadSettings

GOOD = """
facility_file = "vale.toml"
agent = "gw1"
state_dir = "state"
[site_broker]
host = "127.0.0.1"
port = 1883
user = "vale/_edge/gw1"
password_file = "password"
[uplink]
host = "centre.example"
port = 8883
user = "vale/_edge/gw1"
password_file = "password"
ca_file = "ca.pem"
[[receivers]]
kind = "csv_folder"
path = "drop"
[receivers.mapping]
time_column = "Time"
time_zone = "UTC-06:00"
columns = { "BP_mbar" = "n01:baro.pressure" }
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    return file


def test_relative_paths_start_at_the_settings_file(tmp_path: Path) -> None:
    """The agent may be started from anywhere."""
    settings = load(written(tmp_path, GOOD))

    assert settings.facility_file == tmp_path / "vale.toml"
    assert settings.uplink.password_file == tmp_path / "password"
    assert settings.receivers[0].path == tmp_path / "drop"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('agent = "gw1"', 'agent = "gw1"\nagnet = 1', "agnet"),
        ("port = 1883", "port = 0", "port"),
        ("port = 1883", 'port = "1883"', "site_broker.port"),
        ('ca_file = "ca.pem"', "", "ca_file"),
        ('agent = "gw1"', 'agent = "gw1"\ngroup_commit_ms = 500', "group_commit_ms"),
        ('agent = "gw1"', 'agent = "gw1"\nmax_uplink_mb_per_day = 0', "max_uplink_mb_per_day"),
        ('agent = "gw1"', 'agent = "gw1"\nbatch_form = "xml"', "batch_form"),
        ('time_zone = "UTC-06:00"', "", "time_zone"),
        ('kind = "csv_folder"', 'kind = "csv_foldr"', "did you mean 'csv_folder'"),
        ('kind = "csv_folder"', "", "csv_folder"),
        ('time_zone = "UTC-06:00"', 'time_zone = "Europe/Lisboa"', "Europe/Lisboa"),
        ('agent = "gw1"', "agent = ", "line 3"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    """The sentence names the key, or the line where it is no TOML."""
    file = written(tmp_path, GOOD.replace(old, new, 1))

    with pytest.raises(BadSettings) as refused:
        load(file)

    assert named in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is the user's to correct."""
    with pytest.raises(BadSettings, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")


def test_a_mapping_stands_alone_too(tmp_path: Path) -> None:
    """An import reads its mapping from a file of its own and refuses unknown keys."""
    file = written(tmp_path, 'time_column = "Time"\ntime_zone = "UTC"\ncolumns = { a = "n01:pond.level" }\nskip = 3\n')

    with pytest.raises(BadSettings, match="skip"):
        load_mapping(file)


@pytest.mark.parametrize(
    "wrong", ["receivers = 5", "receivers = [5]", "[[receivers]]\nkind = {}", "[outputs]\nkind = []"]
)
def test_receivers_of_a_wrong_type_are_named(tmp_path: Path, wrong: str) -> None:
    """No list, a list of numbers, a kind that is a table: each is the user's to correct, with the key."""
    bare = GOOD.partition("[[receivers]]")[0]
    at = bare.index("[site_broker]")
    text = bare + wrong if wrong.startswith("[") else f"{bare[:at]}{wrong}\n{bare[at:]}"

    with pytest.raises(BadSettings, match=r"receivers|outputs"):
        load(written(tmp_path, text))
