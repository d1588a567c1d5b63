"""The report of a comparison: made of against.json alone, and the kept control is fresh."""

import re
from pathlib import Path

import msgspec
import pytest

from bench.against import report
from bench.against.ratios import compare_line
from bench.against.report import Against, Side

DOCS = Path(__file__).parents[3] / "docs"
FOLDER = DOCS / "bench" / "against-itself"
HOUSE = DOCS / "bench" / "against-first-house"
HOUSE_UNDER_LOAD = DOCS / "bench" / "against-first-house-under-load"
WHY = DOCS / "decisions" / "0028-what-more-costs.md"
PROCESSOR = ("processor time", "cpu us")


def found() -> Against:
    """Two lines, small enough to reckon by hand."""
    return Against(
        old=Side("0123456789abcdef", "Begin", [], ["bench", "wire"], False),
        new=Side("fedcba9876543210", "Go on", ["codec/fast.py"], ["bench", "wire"], True),
        machine={"cpu": "any", "cores": 2, "date": "2026-01-01"},
        size="against",
        cases=["packs"],
        seconds=61,
        loads=[0.5, *[1.0] * 9],
        at_least=0.95,
        lines=[
            compare_line("ingest", "rows/s", [200.0] * 10, [180.0] * 10),
            compare_line("delay", "ms", [20.0] * 10, [16.0] * 10),
        ],
        only_old=["mark"],
        only_new=["ack"],
        without_ratio=[],
        measuring_code=["bench/storage_ways.py"],
        amounts=[],
    )


def test_a_row_has_both_sides_the_ratio_and_what_it_shows() -> None:
    """180 of 200 rows/s is 0.9 and worse, 20 ms that became 16 is 1.25 and better."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in report.text(found()).splitlines()]

    assert ["ingest", "rows/s", "200", "180", "0.900", "0.900 to 0.900", "worse"] in rows
    assert ["delay", "ms", "20", "16", "1.250", "1.250 to 1.250", "better"] in rows


def test_what_is_too_small_is_named() -> None:
    """One sentence names each line below the least ratio."""
    assert report.below(found()) == "Below 0.95: ingest 0.900 (worse)."
    assert report.below(msgspec.structs.replace(found(), at_least=0.9)) == "No line is below 0.9."


def test_what_cannot_be_compared_is_told() -> None:
    """Commits, what is not committed, lines of one side, and measuring code that differs."""
    text = report.text(found())

    assert (
        "old: 0123456789ab (Begin)" in text and "new: fedcba987654 with 1 changed or new files, not committed" in text
    )
    assert "Only on the old side: mark." in text and "Only on the new side: ack." in text
    assert "so that a ratio may be of the measurement: bench/storage_ways.py." in text


def test_a_busy_machine_is_told() -> None:
    """A load of more than two a core before a pair stands in the report."""
    busy = msgspec.structs.replace(found(), loads=[*[1.0] * 9, 4.1])

    assert "The machine was busy" in report.text(busy)
    assert "The machine was busy" not in report.text(found())


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    """against.json holds everything that the page is made of."""
    report.write(found(), tmp_path)

    assert report.read(tmp_path) == found()


def test_the_kept_control_is_fresh() -> None:
    """The page of the comparison of a commit with itself is what against.json beside it gives."""
    kept = report.read(FOLDER)

    assert kept.old.commit == kept.new.commit and len(kept.loads) >= 10
    assert (FOLDER / report.TABLE).read_text() == report.text(kept)


@pytest.mark.parametrize("folder", [HOUSE, HOUSE_UNDER_LOAD])
def test_what_is_slower_than_the_first_house_is_named_with_its_reason(folder: Path) -> None:
    """Of the kept comparisons each rate or delay that is worse than 0.95 of the old one has a row of decision 28, with
    both figures; so has the memory of each program."""
    kept, why = report.read(folder), WHY.read_text()
    slower = [line for line in kept.below if not any(of in line.name for of in PROCESSOR)]

    assert (folder / report.TABLE).read_text() == report.text(kept)
    assert kept.old.commit[:8] in why and kept.new.commit[:8] in why
    for line in slower:
        if line.unit != "MB":
            name = line.name.removesuffix(", against a bare socket")
            for value in (line.old, line.new):
                assert re.search(rf"\| {re.escape(name)} \|.* {re.escape(report.number(value))}[/ ]", why), line.name
    assert all(f"peak memory of {of} |" in why for of in ("ingest", "the api", "the agent"))
