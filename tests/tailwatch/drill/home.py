"""The way home of a record, as an operator has it."""

from pathlib import Path

from typer.testing import CliRunner, Result

from tailwatch.commands import drill
from tests.servers import TestDatabase


def bring(record: Path, home: TestDatabase, *more: str) -> Result:
    """Take a record into the installation with this database."""
    conninfo = record.parent / "home.conninfo"
    conninfo.write_text(home.conninfo())
    return CliRunner().invoke(drill.app, ["bring", str(record), "--database", str(conninfo), *more])
