"""The newest study as files in a folder."""

import json
from pathlib import Path

import pytest

from ingest import studies
from ingest.studies import NoStudy
from ingest.values import Connection
from tests.dashboard.value import study


def test_a_study_is_written_whole(connection: Connection, tmp_path: Path) -> None:
    """Seven tables in two forms and the record in two; the record names the facility and its methods."""
    study.add(connection, "vale", study.inputs())
    written = studies.write(connection, "vale", tmp_path / "study")
    record = json.loads((tmp_path / "study" / "article-27.json").read_text())

    assert len(written) == 16 == len(list((tmp_path / "study").iterdir()))
    assert (record["facility"], record["synthetic"] != "") == ("vale", True)
    assert [one["name"] for one in record["fields"] if one["content"] is None] == [
        "extent", "generated_recoverability",
    ]  # fmt: skip


def test_without_a_study_nothing_is_written(connection: Connection, tmp_path: Path) -> None:
    """The sentence says how to make one."""
    with pytest.raises(NoStudy, match="tailwatch study run"):
        studies.write(connection, "vale", tmp_path / "study")
    assert not (tmp_path / "study").exists()
