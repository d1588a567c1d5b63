"""`tailwatch layers` as it is typed: looked at, in, listed, out again, removed."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from tailwatch.__main__ import app
from tests.api.land import vale as drawn_vale
from tests.ingest.conftest import database, vale  # noqa: F401 - fixtures
from tests.servers import TestDatabase

SAID = ("--title", "Natura 2000", "--source", "EEA", "--licence", "CC-BY-4.0", "--date", "2026-01-31")


def run(database_: TestDatabase, folder: Path, *words: str) -> Result:
    """The command with the rights of ingest."""
    (folder / "ingest").write_text(database_.conninfo("tailwatch_ingest"))
    return CliRunner().invoke(app, ["layers", *words, "--database", str(folder / "ingest")])


def test_a_layer_goes_in_and_out(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """A preview stores nothing; who states no box is told so; what is exported goes in again."""
    (tmp_path / "file.geojson").write_bytes(drawn_vale.content("natura"))
    named = ("--layer", "natura", "--kind", "protected-area", *SAID, "--read", "name=n")
    seen = run(vale, tmp_path, "import", str(tmp_path / "file.geojson"), *named, "--preview")
    taken = run(vale, tmp_path, "import", str(tmp_path / "file.geojson"), *named)
    listed = run(vale, tmp_path, "list")
    out = run(vale, tmp_path, "export", "natura", str(tmp_path / "out.gpkg"))
    removed = run(vale, tmp_path, "remove", "natura")

    assert "2 shapes in place of 0, licence CC-BY-4.0; nothing is stored" in seen.output
    assert "states no box" in taken.output and "2 shapes in place of 0, licence CC-BY-4.0\n" in taken.output
    assert "Natura 2000; EEA, CC-BY-4.0, as of 2026-01-31; 2 shapes, not public" in listed.output
    assert "2 shapes" in out.output and removed.output == "natura: 2 shapes removed\n"


def test_what_cannot_be_done_is_told(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """A kind, a box and a property that there are not; a layer that is not loaded: exit code 2 and a sentence."""
    (tmp_path / "file.geojson").write_bytes(drawn_vale.content("natura"))
    file, named = str(tmp_path / "file.geojson"), ("--layer", "natura", *SAID)
    kind = run(vale, tmp_path, "import", file, *named, "--kind", "forest")
    box = run(vale, tmp_path, "import", file, *named, "--kind", "plan", "--covers", "1,2")
    name = run(vale, tmp_path, "import", file, *named, "--kind", "plan", "--read", "name=SITE")
    none = run(vale, tmp_path, "remove", "natura")

    assert [one.exit_code for one in (kind, box, name, none)] == [2, 2, 2, 2]
    assert "forest" in kind.output and "property 'SITE'" in name.output.replace("\n", " ")
    assert "no layer 'natura' is loaded" in none.output.replace("\n", " ")
