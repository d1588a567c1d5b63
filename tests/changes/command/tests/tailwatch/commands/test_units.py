"""`tailwatch units list` as an operator types it."""

from typer.testing import CliRunner

from tailwatch.__main__ import app
from tailwatch.commands import CommandFiles


def test_it_lists_the_units_of_a_dimension() -> None:
    """Those of turbidity are one, of no dimension none; it has its help, and its place among the commands."""
    run = CliRunner().invoke

    assert run(app, ["units", "list", "--dimension", "turbidity"]).output == "{NTU} turbidity\n"
    assert run(app, ["units", "list", "--dimension", "none"]).output == ""
    assert "UCUM" in run(app, ["units", "--help"]).output and "units" in CommandFiles()
