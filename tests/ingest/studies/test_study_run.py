"""Tests of making a study in a real database, from the demo's synthetic assays."""

import csv
import io

import pytest

from ingest import studies
from ingest.samples import assays
from ingest.values import Connection
from tailings.study import BadStudy
from tailwatch.demo import assays as demo
from tests.tailings.study.example import COARSE, QUICK, result

LABEL = "drawn from a model"


def imported(connection: Connection) -> None:
    """Take the demo's assays for the facility vale."""
    assays.take(connection, "vale", "demo.csv", demo.text().encode(), "system:1000", synthetic=LABEL)


def test_a_study_is_stored_with_what_it_was_made_from(connection: Connection) -> None:
    """It equals the one reckoned without a database, and names its file; the same again makes no second one."""
    imported(connection)
    first = studies.make(connection, "vale", QUICK, "system:1000")
    again = studies.make(connection, "vale", QUICK, "system:1000")
    row = connection.execute("SELECT result->'net', files, length(samples_sha256) FROM study").fetchall()

    assert (first, again, len(row)) == (1, 1, 1)
    assert row[0][0] == pytest.approx(result().net)
    assert row[0][2] == 64
    assert connection.execute("SELECT id FROM assay_file").fetchall() == [(row[0][1][0],)]


def test_other_inputs_make_a_further_version(connection: Connection) -> None:
    """Both stay."""
    imported(connection)
    studies.make(connection, "vale", COARSE, "system:1000")

    assert studies.make(connection, "vale", COARSE.replace("seed = 2026", "seed = 7"), "user:3") == 2
    assert connection.execute("SELECT count(*) FROM study").fetchone() == (2,)


def test_synthetic_assays_label_the_study_whatever_its_file_says(connection: Connection) -> None:
    """A study file that does not mention it gets the label of the assays."""
    imported(connection)
    lines = [line for line in COARSE.splitlines() if not line.startswith("synthetic")]
    studies.make(connection, "vale", "\n".join(lines), "system:1000")

    assert connection.execute("SELECT result->>'synthetic' FROM study").fetchone() == (LABEL,)


def test_without_assays_there_is_no_study(connection: Connection) -> None:
    """The error says what to do first."""
    with pytest.raises(BadStudy, match="import"):
        studies.make(connection, "vale", COARSE, "system:1000")


def test_results_above_what_a_method_tells_are_said(connection: Connection) -> None:
    """Copper from 2000 ppm on is >2000: it counts as that, and the method says of how many results; without one it
    says nothing."""
    rows = list(csv.DictReader(io.StringIO(demo.text())))
    over = [row for row in rows if float(row["Cu ppm [ICP]"].lstrip("<")) > 2000]
    for row in over:
        row["Cu ppm [ICP]"] = ">2000"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with connection.transaction(force_rollback=True):
        imported(connection)
        studies.make(connection, "vale", COARSE, "system:1000")
        before = connection.execute("SELECT result->>'method' FROM study").fetchone()
    assays.take(connection, "vale", "over.csv", text.getvalue().encode(), "system:1000")
    studies.make(connection, "vale", COARSE, "system:1000")
    after = connection.execute("SELECT result->>'method' FROM study").fetchone()
    primary = sum(row["kind"] in ("", "primary") for row in over)

    assert before is not None and "the most that their method tells" not in before[0]
    assert after is not None and f"Cu: {primary} results are above the most that their method tells" in after[0]
