"""docs/operating/assays.md: its commands are run, its map is the one that is tested, and it has every key."""

import shlex
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from tailings.laboratory.mapping import AssayMap, FacilityGrid
from tailwatch.__main__ import app
from tests.ingest.conftest import database, vale  # noqa: F401 - fixtures
from tests.servers import TestDatabase
from tests.tailings.laboratory import surveys

PAGE = Path("docs/operating/assays.md")


def test_the_commands_of_the_page_are_run(
    vale: TestDatabase,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three samples of the register would be taken, then they are; row 9 is refused both times."""
    page, relaves = PAGE.read_text(), surveys.content("relaves")
    (tmp_path / "relaves.csv").write_bytes(relaves)
    (tmp_path / "relaves.toml").write_text(page.partition("```toml\n")[2].partition("```")[0])
    (tmp_path / "ingest").write_text(vale.conninfo("tailwatch_ingest"))
    monkeypatch.chdir(tmp_path)
    lines = [
        line.strip().replace("my-dam", "vale")
        for line in page.splitlines()
        if line.startswith("    tailwatch") and "relaves.csv" in line
    ]
    done = [CliRunner().invoke(app, [*shlex.split(line)[1:], "--database", "ingest"]) for line in lines]

    assert [one.exit_code for one in done] == [1, 1], "\n".join(one.output for one in done)
    assert "3 new, 0 revised, 0 unchanged in 3 holes; 1 faults; nothing is stored" in done[0].output
    assert "3 new, 0 revised, 0 unchanged; 1 faults" in done[1].output


def test_the_page_has_the_map_that_is_tested_and_every_key() -> None:
    """The example letter by letter, and each key of a map and of its grid in the table."""
    page = PAGE.read_text()
    keys = [field.name for shape in (AssayMap, FacilityGrid) for field in msgspec.structs.fields(shape)]

    assert f"```toml\n{(surveys.FOLDER / 'relaves.toml').read_text()}```" in page
    assert [key for key in keys if f"`{key}`" not in page] == []
