"""Settings: what is wrong is said before anything starts."""

from pathlib import Path

import pytest

from api.settings import BadSettings, Settings, load


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "database_url_file"),
        ('database_url_file = "x"\nprot = 1', "prot"),
        ('database_url_file = "x"\nport = "a"', "port"),
        ('database_url_file = "x"\nport = 70000', "0 to 65535"),
        ('database_url_file = "x"\npool_size = 1', "pool_size"),
        ('database_url_file = "x"\nstatement_timeout_s = 0.0', "statement_timeout_s"),
        ("not toml", "Expected"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, sentence: str) -> None:
    """An unknown, missing or wrong key is an error that names it."""
    file = tmp_path / "api.toml"
    file.write_text(text)

    with pytest.raises(BadSettings, match=sentence):
        load(file)


@pytest.mark.parametrize(("mode", "text", "sentence"), [(0o644, "host=x", "chmod 600"), (0o600, " \n", "is empty")])
def test_a_careless_password_file_is_refused(tmp_path: Path, mode: int, text: str, sentence: str) -> None:
    """A connection string that others can read, or that is not there, is refused without showing it."""
    file = tmp_path / "database_url"
    file.write_text(text)
    file.chmod(mode)

    with pytest.raises(BadSettings, match=sentence):
        Settings(database_url_file=str(file)).conninfo()


def test_the_connection_string_is_read(tmp_path: Path) -> None:
    """A private file gives its text."""
    file = tmp_path / "database_url"
    file.write_text("host=127.0.0.1 dbname=x\n")
    file.chmod(0o600)

    assert Settings(database_url_file=str(file)).conninfo() == "host=127.0.0.1 dbname=x"
