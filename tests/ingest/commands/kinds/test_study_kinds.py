"""Tests of the kinds import-assays and run-study, as a person asks for them."""

import base64
from typing import Any

import pytest

from ingest.commands import CommandRefused, Task, kinds
from ingest.values import Connection
from tailwatch.demo import assays
from tests.ingest.revisions.asked import AUTHOR
from tests.tailings.study.example import COARSE

HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,W ppm"
FAULTY = f"{HEADING}\nS1,DH-1,10,-40,339.5,0,1.5,120\nS2,DH-1,10,-40,339.5,3,1.5,120\n"


def ask(connection: Connection, kind: str, told: list[float] | None = None, **body: Any) -> dict[str, Any]:
    """Carry out a command in a transaction."""
    tell = (lambda share: None) if told is None else told.append
    with connection.transaction():
        return kinds()[kind].do(connection, Task(1, kind, "vale", AUTHOR, body, attempts=1), tell)


def packed(text: str) -> str:
    """The text as a command carries it."""
    return base64.b64encode(text.encode()).decode()


def test_a_file_is_taken_with_its_faults(connection: Connection) -> None:
    """One sample in, one fault back by row and column."""
    found = ask(connection, "import-assays", name="lab.csv", content=packed(FAULTY))

    assert (found["added"], found["fault_count"]) == (1, 1)
    assert [(fault["row"], fault["column"]) for fault in found["faults"]] == [(3, "to_m")]


def test_a_preview_by_a_map_stores_nothing(connection: Connection) -> None:
    """The same file as an import by a map that renames a heading; the outcome has the range of each result."""
    file, told = packed(FAULTY.replace("W ppm", "Wolfram")), '[columns]\nWolfram = "W ppm"\n'
    found = ask(connection, "import-assays", name="lab.csv", content=file, map=told, preview=True)

    assert (found["added"], found["holes"], found["fault_count"], found["range_count"]) == (1, 1, 1, 1)
    assert (found["ranges"][0]["least"], found["faults"][0]["column"]) == (120.0, "to_m")
    assert connection.execute("SELECT count(*) FROM assay_file").fetchone() == (0,)


def test_what_a_file_brought_is_taken_back(connection: Connection) -> None:
    """By its number; then there is nothing to take back, in one sentence for the author."""
    file = ask(connection, "import-assays", name="lab.csv", content=packed(FAULTY))["file"]
    found = ask(connection, "withdraw-assays", file=file, reason="another dam", samples=["S1"])

    assert (found["file"], found["samples"], found["remaining_sample_count"]) == ("lab.csv", ("S1",), 0)
    with pytest.raises(CommandRefused, match="nothing to take back"):
        ask(connection, "withdraw-assays", file=file, reason="another dam")


def test_a_study_is_run_with_progress(connection: Connection) -> None:
    """The first version, and the share that is done rises."""
    told: list[float] = []
    ask(connection, "import-assays", name="demo.csv", content=packed(assays.text()), synthetic="a model")

    assert ask(connection, "run-study", told, inputs=COARSE) == {"version": 1}
    assert told == sorted(told)
    assert len(told) == 4


@pytest.mark.parametrize(
    ("kind", "body", "fix"),
    [
        ("import-assays", {"name": "x", "content": "no base64"}, "base64"),
        ("import-assays", {"name": "x", "content": packed('a,"b')}, "CSV"),
        (
            "import-assays",
            {"name": "x", "content": packed("a,b"), "map": "x = 1"},
            "map: line 1: x: key 'x' is not known",
        ),
        ("run-study", {"inputs": "title = 'x' # too little"}, "study:"),
        ("run-study", {"inputs": COARSE}, "import"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(
    connection: Connection, kind: str, body: dict[str, Any], fix: str
) -> None:
    """One sentence for the author."""
    with pytest.raises(CommandRefused, match=fix):
        ask(connection, kind, **body)
