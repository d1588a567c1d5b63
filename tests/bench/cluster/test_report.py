"""The kept document of the rounds of a cluster of brokers."""

from pathlib import Path

from bench.cluster.report import DOCUMENT, read, text, write
from bench.cluster.rounds import Results, Round
from bench.kept import FOLDER


def test_the_document_is_made_of_the_results() -> None:
    """docs/bench/cluster.md is what cluster.json gives; nothing is lost or there twice in it, no agent fell behind."""
    runs = read(FOLDER)

    assert (FOLDER / DOCUMENT).read_text() == text(runs)
    assert [(run.lost, run.twice, run.has_newest) for run in runs] == [(0, 0, True)] * len(runs)


def test_what_one_run_lost_counts_in_all(tmp_path: Path) -> None:
    """Two runs, of which the first lost three readings and left an agent behind: five rounds, 3 lost."""
    bad = Results((Round("kill", "a", 5.0, 40.0),) * 2, 4, 2, sent=100, lost=3, twice=0, has_newest=False)
    good = Results((Round("cut", "b", 16.0, 50.0),) * 3, 4, 2, sent=1100, lost=0, twice=0, has_newest=True)

    write(tmp_path, [bad])
    write(tmp_path, [*read(tmp_path), good])

    said = " ".join((tmp_path / DOCUMENT).read_text().split())
    assert "5 rounds in 2 runs, 1,200 readings sent: **3 lost, 0 stored twice" in said
    assert "newest configuration: **no**" in said
