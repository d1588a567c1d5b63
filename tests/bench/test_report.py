"""The report: the table and the plots are made of results.json alone, and those in docs/bench are fresh."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from bench import report
from bench.figures import Curve, Results, Rounds, figure, point

FOLDER = Path(__file__).parents[2] / "docs" / "bench"


def results() -> Results:
    """Two figures and a curve, small enough to reckon by hand."""
    found = {"COPY": Rounds.of([400.0, 500.0, 600.0]), "ours": Rounds.of([200.0, 400.0, 450.0])}
    found |= {"unnest": Rounds.of([100.0, 100.0, 100.0])}
    machine: dict[str, str | int | float] = dict.fromkeys(("system", "python", "postgresql", "timescaledb"), "1.0")
    machine |= {
        "cpu": "A <fast> one",
        "cores": 2,
        "memory_gb": 24.1,
        "load": 0.1,
        "mosquitto": "2.0",
        "date": "2026-01-01",
    }
    ours, limit = Rounds.of([80_000.0]), Rounds.of([100_000.0])
    points = (point(1, ours, limit, "rows/s"), point(1000, ours, limit, "rows/s"))
    return Results(
        machine=machine,
        size="quick",
        seconds=1.0,
        is_complete=True,
        figures=[
            figure(report.COMPARED, "rows/s", found, limit="COPY", goal=">= 0.75", memory_mb=112.4),
            figure("page data", "bytes", {"ours": Rounds.of([300_000.0])}, facts={"files": 8}),
        ],
        curves=[Curve("datastreams", "datastreams", "rows/s", "COPY", True, points=points)],
    )


def test_the_table_shows_ratio_and_memory() -> None:
    """A row has ours, the limit with its name, the ratio, the goal and the peak of the memory."""
    row = f"| {report.COMPARED} | rows/s | 400 | 500 (COPY) | **0.75** | >= 0.75 | 112 MB |"

    assert row in report.text(results()).splitlines()


def test_facts_stand_beside_the_name() -> None:
    """A figure without a limit has empty cells, and its facts follow its name."""
    assert "| page data; files 8 | bytes | 300,000 |  |  |  |  |" in report.text(results()).splitlines()


def test_every_plot_is_shown_and_is_xml() -> None:
    """The page shows each SVG that is written, and each can be parsed."""
    drawn = report.plots(results())

    assert set(drawn) == {"datastreams.svg", "ingest-packs-of-50-json.svg"}
    assert all(f"]({name})" in report.text(results()) for name in drawn)
    assert all(ElementTree.fromstring(svg).tag.endswith("svg") for svg in drawn.values())


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    """results.json holds everything that the page is made of."""
    report.write(results(), tmp_path)

    assert report.read(tmp_path) == results()


def test_the_kept_report_is_fresh() -> None:
    """README.md and the plots in docs/bench are what results.json beside them gives, from a complete run."""
    kept = report.read(FOLDER)

    assert kept.is_complete
    assert (FOLDER / report.TABLE).read_text() == report.text(kept)
    assert {name: (FOLDER / name).read_text() for name in report.plots(kept)} == report.plots(kept)
