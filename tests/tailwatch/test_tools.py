"""System programs: found, or named with the apt command that brings them."""

import pytest

from tailwatch import tools


def test_each_program_is_found_on_a_machine_that_is_set_up() -> None:
    """`make setup-test` brings every program of the table."""
    assert tools.missing(tuple(tools.PACKAGE_OF)) == []


def test_postgres_is_the_version_of_debian_13() -> None:
    """The program comes from the folder of version 17, never from a wrapper on the PATH."""
    assert tools.find("postgres") == "/usr/lib/postgresql/17/bin/postgres"


def test_a_missing_program_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence is the command to type."""
    monkeypatch.setattr(tools, "PACKAGE_OF", {"no-such-program": "its-package"})

    with pytest.raises(tools.ToolMissing, match="sudo apt install its-package"):
        tools.find("no-such-program")
