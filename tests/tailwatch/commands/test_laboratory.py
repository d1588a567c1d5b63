"""`tailwatch assays import` and `tailwatch samples import` as they are typed: rows taken, faults told."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tailwatch.__main__ import app
from tests.ingest.conftest import database, vale  # noqa: F401 - fixtures
from tests.ingest.samples.assays.test_assay_import import FAULTY, MAP, OTHERS, ROWS, text
from tests.servers import TestDatabase
from tests.tailings.water.tables import YEAR

WATER = YEAR.replace(",0.14,", ",nothing,").encode()


@pytest.mark.parametrize(
    ("words", "content", "told", "fault"),
    [
        (("assays", "import", "--synthetic", "a test"), text(*ROWS, FAULTY), "2 new, 0 revised, 0 unchanged", "to_m"),
        (("samples", "import"), WATER, "3 new, 0 revised, 0 unchanged", "nothing"),
    ],
)
def test_good_rows_are_taken_and_faulty_ones_told(
    vale: TestDatabase,  # noqa: F811
    tmp_path: Path,
    words: tuple[str, ...],
    content: bytes,
    told: str,
    fault: str,
) -> None:
    """Exit code 1 says that one was not; the same file again adds nothing."""
    (tmp_path / "ingest").write_text(vale.conninfo("tailwatch_ingest"))
    (tmp_path / "table.csv").write_bytes(content)
    asked = [*words, str(tmp_path / "table.csv"), "--facility", "vale", "--database", str(tmp_path / "ingest")]
    first, again = CliRunner().invoke(app, asked), CliRunner().invoke(app, asked)

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert f"{told}; 1 faults" in first.output and fault in first.output
    assert "0 new, 0 revised" in again.output


def test_a_preview_stores_nothing(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """By a map: results with their range, faults by the file's own headings; a bad map is told with its line."""
    (tmp_path / "ingest").write_text(vale.conninfo("tailwatch_ingest"))
    (tmp_path / "table.csv").write_bytes(OTHERS)
    (tmp_path / "map.toml").write_text(MAP.replace("Cu ppm", "Cu mg/kg [ICP]"))
    (tmp_path / "bad.toml").write_text("[columns")
    asked = ["assays", "preview", str(tmp_path / "table.csv"), "--facility", "vale"]
    asked += ["--database", str(tmp_path / "ingest"), "--map"]
    seen, again, bad = (
        CliRunner().invoke(app, [*asked, str(tmp_path / f"{one}.toml")]) for one in ("map", "map", "bad")
    )

    assert (seen.exit_code, seen.output) == (1, again.output)
    assert "Cu mg/kg [ICP]: 1 results, 1234.5 to 1234.5 mg/kg" in seen.output
    assert "table.csv row 3 No (sample): is empty; each row needs the laboratory's number" in seen.output
    assert "1 new, 0 revised, 0 unchanged in 1 holes; 1 faults; nothing is stored" in seen.output
    assert (bad.exit_code, "map: line 1: not TOML" in bad.output) == (2, True)


def test_imports_are_listed_and_withdrawn(vale: TestDatabase, tmp_path: Path) -> None:  # noqa: F811
    """A correction is taken back: the earlier contents count, and the list says how many were withdrawn."""
    (tmp_path / "ingest").write_text(vale.conninfo("tailwatch_ingest"))
    (tmp_path / "lab.csv").write_bytes(text(*ROWS))
    (tmp_path / "again.csv").write_bytes(text(ROWS[0].replace("120", "150")))
    more = ["--facility", "vale", "--database", str(tmp_path / "ingest")]
    for name in ("lab.csv", "again.csv"):
        CliRunner().invoke(app, ["assays", "import", str(tmp_path / name), *more])
    number = CliRunner().invoke(app, ["assays", "list", *more]).output.partition(" ")[0]
    withdraw = ["assays", "withdraw", number, "--reason", "another dam", *more]
    told, again = CliRunner().invoke(app, withdraw), CliRunner().invoke(app, withdraw)
    newest, first = CliRunner().invoke(app, ["assays", "list", *more]).output.splitlines()

    assert told.output.splitlines() == [
        "S1 counts as in lab.csv row 2",
        "withdrawal 1 of again.csv: 1 samples, of which 0 count no more",
    ]
    assert (told.exit_code, again.exit_code, "nothing to take back" in again.output) == (0, 2, True)
    assert newest.endswith("again.csv: 1 samples, 1 of them withdrawn") and first.endswith("lab.csv: 2 samples")
