"""Settings: what is wrong is said before anything starts."""

from pathlib import Path

import pytest

from api.settings import load
from runtime.settings import BadSettings


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "database_url_file"),
        ('database_url_file = "x"\nprot = 1', "prot"),
        ('database_url_file = "x"\nport = "a"', "port"),
        ('database_url_file = "x"\nport = 70000', "0 to 65535"),
        ('database_url_file = "x"\npool_size = 1', "pool_size"),
        ('database_url_file = "x"\nstatement_timeout_s = 0.0', "statement_timeout_s"),
        ('database_url_file = "x"\nmax_standby_lag_s = 1', "max_standby_lag_s"),
        ("not toml", "line 1: not TOML"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, sentence: str) -> None:
    """An unknown, missing or wrong key is an error that names it."""
    file = tmp_path / "api.toml"
    file.write_text(text)

    with pytest.raises(BadSettings, match=sentence):
        load(file)


def test_the_connection_string_is_read_beside_the_settings(tmp_path: Path) -> None:
    """A private file gives its text, wherever the api was started."""
    file = tmp_path / "api.toml"
    file.write_text('database_url_file = "database_url"')
    (tmp_path / "database_url").write_text("host=127.0.0.1 dbname=x\n")
    (tmp_path / "database_url").chmod(0o600)

    assert load(file).conninfo() == "host=127.0.0.1 dbname=x"


def test_one_server_has_no_standby(tmp_path: Path) -> None:
    """Who lets history be read at a standby names it."""
    file, secret = tmp_path / "api.toml", tmp_path / "database_url"
    file.write_text('database_url_file = "database_url"\nmax_standby_lag_s = 10')
    secret.write_text("host=127.0.0.1,127.0.0.2 dbname=x")
    secret.chmod(0o600)
    two = load(file).conninfo()
    secret.write_text("host=127.0.0.1 dbname=x")

    assert two == "host=127.0.0.1,127.0.0.2 dbname=x"
    with pytest.raises(BadSettings, match="names one server, and max_standby_lag_s needs a standby"):
        load(file).conninfo()
