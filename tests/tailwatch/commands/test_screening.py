"""`tailwatch screening` as it is typed: run, listed, held against samples, and planned."""

import json
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from ingest.database import connect
from tailwatch.__main__ import app
from tests.ingest.screening.conftest import vale  # noqa: F401 - fixture
from tests.ingest.screening.region import take
from tests.servers import TestDatabase


def run(database: TestDatabase, folder: Path, *words: str) -> Result:
    """The command with the rights of ingest."""
    (folder / "ingest").write_text(database.conninfo("tailwatch_ingest"))
    return CliRunner().invoke(app, ["screening", *words, "--database", str(folder / "ingest")])


def test_a_region_is_screened_listed_scored_and_planned(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """Each says its figures; before samples come nothing is scored; the same inputs change nothing."""
    before = run(vale, tmp_path, "record")
    made = run(vale, tmp_path, "run")
    listed = run(vale, tmp_path, "list", "--element", "Cu")
    planned = run(vale, tmp_path, "plan", "--samples", "2", "--sample-cost", "150")
    with connect(vale.conninfo("tailwatch_ingest")) as connection:
        take(connection, "vale", "H9,1000")
    again = run(vale, tmp_path, "run")
    after = run(vale, tmp_path, "record", "--public")

    assert "not yet scored" in before.output
    assert "public: screening 1: 9 facilities, 8 intervals, 2 without; 0 earlier ones scored" in made.output
    assert "Rio Cu: P50" in listed.output and "screening, not an estimate" in listed.output
    assert "Rio: 2 for 300" in planned.output
    assert "2 earlier ones scored" in again.output
    assert "our 80 % intervals held 100 % of 1 (3 to 100 %)" in after.output


def test_json_is_one_document_and_a_wrong_plan_is_told(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """Lists and states for a program; a sample that costs nothing is refused with exit code 2."""
    made = json.loads(run(vale, tmp_path, "run", "--json").stdout)
    listed = json.loads(run(vale, tmp_path, "list", "--json").stdout)
    planned = json.loads(run(vale, tmp_path, "plan", "--json").stdout)
    rate = json.loads(run(vale, tmp_path, "record", "--json").stdout)
    wrong = run(vale, tmp_path, "plan", "--sample-cost", "0")

    assert [one["scope"] for one in made] == ["public", "all"]
    assert {one["reason"] for one in listed} == {"", "nothing_known", "few_donors"}
    assert (planned["without_mass"], rate["share"], wrong.exit_code) == (7, None, 2)
