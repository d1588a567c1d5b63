"""`tailwatch retention` as an operator types it."""

from pathlib import Path

from typer.testing import CliRunner

from tailwatch.__main__ import app
from tests.servers import TestDatabase


def test_off_set_run_and_off_again(database: TestDatabase, tmp_path: Path) -> None:
    """Off by default; fewer than 60 days are refused; a run says what left, and nothing when it is off."""
    file = tmp_path / "owner"
    file.write_text(database.conninfo())

    def type_(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["retention", *words, "--database", str(file)])
        return result.exit_code, result.stdout.strip()

    assert type_("show") == (0, "off: everything is kept")
    assert type_("run", str(tmp_path))[1].startswith("off: everything is kept")
    assert type_("set", "7")[0] == 2
    assert type_("set", "730") == (0, "")
    assert type_("show") == (0, "730 days are kept")
    assert type_("run", str(tmp_path)) == (0, "")
    assert type_("off") == (0, "") and type_("show")[1] == "off: everything is kept"
