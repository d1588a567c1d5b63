"""The newest study as files in a folder."""

import csv
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from ingest import studies
from ingest.samples import assays
from ingest.studies import NoStudy
from ingest.values import Connection
from tailwatch.demo import assays as demo
from tests.dashboard.value import study


def test_a_study_is_written_whole(connection: Connection, tmp_path: Path) -> None:
    """Eight tables in two forms and the record in two; the record names the facility and its methods."""
    study.add(connection, "vale", study.inputs(is_coarse=True))
    written = studies.write(connection, "vale", tmp_path / "study")
    record = json.loads((tmp_path / "study" / "article-27.json").read_text())

    assert len(written) == 18 == len(list((tmp_path / "study").iterdir()))
    assert (record["facility"], record["synthetic"] != "") == ("vale", True)
    assert [one["name"] for one in record["fields"] if one["content"] is None] == [
        "extent",
        "original_deposit",
        "exemption",
        "generated_recoverability",
    ]


def test_the_samples_are_those_that_the_study_found(connection: Connection, tmp_path: Path) -> None:
    """Each result of the 252 rows of the file; what a laboratory sends later is not among them."""
    study.add(connection, "vale", study.inputs(is_coarse=True))
    heading, first, *_ = demo.text().splitlines()
    later = "\n".join([heading, first.replace("S0001", "LATER")]).encode()
    assays.take(connection, "vale", "later.csv", later, "system:1000")
    studies.write(connection, "vale", tmp_path)
    rows = list(csv.DictReader((tmp_path / "samples.csv").read_text().splitlines()))

    assert {row["file"] for row in rows} == {"demo.csv"}
    assert len(rows) == 4 * (len(demo.text().splitlines()) - 1)
    assert (rows[0]["substance"], rows[0]["printed"], rows[0]["synthetic"]) == ("WO3", "0.0993", study.LABEL)


def test_without_a_study_nothing_is_written(connection: Connection, tmp_path: Path) -> None:
    """The sentence says how to make one."""
    with pytest.raises(NoStudy, match="tailwatch study run"):
        studies.write(connection, "vale", tmp_path / "study")
    assert not (tmp_path / "study").exists()


def test_the_realisations_of_a_study_are_made_again(connection: Connection, tmp_path: Path) -> None:
    """From what is stored: means of the grades of each realisation are those that the study resamples."""
    version = study.add(connection, "vale", study.inputs(is_coarse=True))
    (document,) = connection.execute("SELECT result FROM study WHERE version = %s", (version,)).fetchone() or ({},)
    studies.write_realisations(connection, "vale", "parquet", tmp_path / "vale.parquet")
    found = pyarrow.parquet.read_table(tmp_path / "vale.parquet")

    label = json.loads(found.schema.metadata[b"tailwatch"])["study"]
    assert (label["version"], label["licence"]) == (version, "CC-BY-4.0")
    means = found["Cu_mg_per_kg"].to_numpy().reshape(100, 50).mean(axis=1, dtype=float)
    assert means == pytest.approx(document["case"]["commodities"][1]["realised"], rel=1e-5)
