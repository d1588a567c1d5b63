"""What a facility costs is measured on the real programs; the document is made of the figures beside it."""

from pathlib import Path

from bench.capacity import plant, report
from bench.capacity.__main__ import main
from tailings.facility import parse
from tailwatch import capacity


def test_the_facility_is_valid_and_its_plan_is_in_force() -> None:
    """100 datastreams with a reading a minute, four of which a plan looks at."""
    facility = parse(plant.text(7))

    assert (facility.id, len(facility.datastreams)) == (plant.name(7), plant.DATASTREAMS)
    assert facility.tarp["water"].approved_by == "Nobody"


def test_the_document_is_made_of_the_figures() -> None:
    """docs/bench/capacity.md is what the figures of the command give."""
    assert report.text(capacity.measured()) == (report.FOLDER / "capacity.md").read_text()


def test_two_facilities_are_measured(tmp_path: Path) -> None:
    """In short: every reading that was sent is stored, each program took time, and an ack came."""
    figures = tmp_path / "measured.json"

    asked = ["--facilities", "0", "2", "--seconds", "4", "--times", "30"]
    code = main([*asked, "--figures", str(figures), "--out", str(tmp_path)])

    found = capacity.read(figures)
    assert code == 0 and [one.rows for one in found.points] == [0, 2 * plant.DATASTREAMS]
    assert found.points[1].slowest_ack_s > 0 and all(mb > 1 for mb in found.points[1].memory_mb.values())
    assert found.points[1].cpu_s["ingest"] > 0 and 20 < found.disk_bytes < 20_000
    assert "| 2 |" in (tmp_path / "capacity.md").read_text()
