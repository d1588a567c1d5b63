"""What one and two ingest workers store: the kept document, and a turn on a real cluster."""

from pathlib import Path

import pytest

from bench.cluster import workers, workers_report
from bench.cluster.workers_report import DOCUMENT, Turn, read, text
from bench.kept import FOLDER
from tests.bench.cluster.running import skipped_without_namespaces


def test_the_document_is_made_of_the_results() -> None:
    """docs/bench/workers.md is what workers.json gives, with one and with two workers."""
    found = read(FOLDER)

    assert (FOLDER / DOCUMENT).read_text() == text(found)
    assert {one.workers for one in found} == set(workers.WORKERS)


def test_the_ratio_is_that_of_turns(tmp_path: Path) -> None:
    """Each turn of ingest counts against the COPY beside it: 0.5, 0.6 and 0.9 have the median 0.60."""
    turns = [Turn(2, 50_000.0, 100_000.0, 2), Turn(2, 120_000.0, 200_000.0, 2), Turn(2, 90_000.0, 100_000.0, 2)]
    workers_report.write(tmp_path, turns)

    assert "| 2 | 3 | 90,000 | 100,000 | 0.60 | 0.50 to 0.90 |" in (tmp_path / DOCUMENT).read_text()


@pytest.mark.foreign
@pytest.mark.xdist_group("cluster")
@pytest.mark.timeout(600)
def test_two_workers_store_what_waits_in_the_queues() -> None:
    """Two batches of each of four agents; the measurement refuses a row too few or too many."""
    with skipped_without_namespaces():
        (turn,) = workers.run(2, 1, 2)

    assert turn.workers == 2
    assert turn.ours > 0
