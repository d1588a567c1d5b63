"""`tailwatch register` as it is typed: in, looked at, out again, and in once more."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from tailwatch.__main__ import app
from tests.ingest.conftest import database, vale  # noqa: F401 - fixtures
from tests.servers import TestDatabase
from tests.tailings.register.generated import LAYOUTS, register

OWN = '[register]\nid = "made-up"\ntitle = "Made up"\nday = 2026-01-31\nlicence = "CC0-1.0"\n'


def run(database_: TestDatabase, folder: Path, *words: str) -> Result:
    """The command with the rights of ingest."""
    (folder / "ingest").write_text(database_.conninfo("tailwatch_ingest"))
    return CliRunner().invoke(app, ["register", *words, "--database", str(folder / "ingest")])


def test_a_register_goes_in_and_out_and_is_there_already(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """A preview stores nothing; each fault is in the file of refused rows; each form of export reads back unchanged."""
    content, _, wrong = register(LAYOUTS["pt-dms"], 60, 4)
    (tmp_path / "file.csv").write_bytes(content)
    (tmp_path / "map.toml").write_text(LAYOUTS["pt-dms"].map())
    (tmp_path / "own.toml").write_text(OWN)
    asked = ("import", str(tmp_path / "file.csv"), "--map", str(tmp_path / "map.toml"))
    seen = run(vale, tmp_path, *asked, "--preview")
    taken = run(vale, tmp_path, *asked, "--refused", str(tmp_path / "refused.csv"))
    good, refused = 60 - len(wrong), len(wrong)

    sum_ = f"60 rows in: {good} new, 0 changed, 0 already there, {refused} refused; 0 gone"
    assert (seen.exit_code, taken.exit_code) == (1, 1)
    assert f"{sum_}; nothing is stored" in seen.output and f"{sum_}\n" in taken.output
    rows = {int(line.partition(",")[0]) - 3 for line in (tmp_path / "refused.csv").read_text().splitlines()[1:]}
    assert rows == set(wrong)
    for end in ("csv", "geojson", "gpkg"):
        out = str(tmp_path / f"out.{end}")
        assert f"{good} facilities" in run(vale, tmp_path, "export", out, "--register", "made-up").output
        again = run(vale, tmp_path, "import", out, "--map", str(tmp_path / "own.toml"))
        assert f"{good} rows in: 0 new, 0 changed, {good} already there, 0 refused; 0 gone" in again.output


def test_what_cannot_be_done_is_told(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """A map without its register, and an export of a form that there is not: exit code 2."""
    (tmp_path / "file.csv").write_text("id,name\nA1,Rio\n")
    (tmp_path / "map.toml").write_text("[columns]\n")
    bad = run(vale, tmp_path, "import", str(tmp_path / "file.csv"), "--map", str(tmp_path / "map.toml"))
    form = run(vale, tmp_path, "export", str(tmp_path / "out.shp"))

    assert (bad.exit_code, "register" in bad.output) == (2, True)
    assert (form.exit_code, ".csv, .geojson, .gpkg" in form.output) == (2, True)
