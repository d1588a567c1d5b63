"""The kept document of the rounds."""

import msgspec

from bench.failover.report import DOCUMENT, FOLDER, RESULTS, text
from bench.failover.rounds import Round


def test_the_document_is_made_of_the_results() -> None:
    """docs/bench/failover.md is what failover.json gives, and nothing was lost or stored twice in it."""
    found = msgspec.json.decode((FOLDER / RESULTS).read_bytes(), type=list[Round])

    assert (FOLDER / DOCUMENT).read_text() == text(found)
    assert sum(one.lost + one.twice for one in found) == 0
