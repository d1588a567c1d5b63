"""The kept document of the rounds."""

from bench.failover.report import DOCUMENT, read, text
from bench.kept import FOLDER


def test_the_document_is_made_of_the_results() -> None:
    """docs/bench/failover.md is what failover.json gives, and nothing was lost or stored twice in it."""
    runs = read(FOLDER)

    assert (FOLDER / DOCUMENT).read_text() == text(runs)
    assert sum(one.lost + one.twice for run in runs for one in run) == 0
