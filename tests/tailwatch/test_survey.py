"""The summary of an import, from its counts."""

import pytest

from ingest.imports import ColumnCount, PartCount
from tailwatch import survey

LEVEL = "n01:pond.level"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"replaced": 0, "conflicts": 1}, 'kept; --replace --reason "..." takes the one of the file'),
        ({"replaced": 3, "conflicts": 1}, 'kept; --replace --reason "..." takes the one of the file'),
        ({"replaced": 3, "conflicts": 0}, "replaced"),
    ],
)
def test_a_value_that_stays_is_not_told_as_replaced(counts: dict[str, int], said: str) -> None:
    """338.5 m is stored where the file has 338.6: it stays without --replace, also beside three cells that took the
    place of rows that were taken back before."""
    count = ColumnCount(cells=4, conflict=(0, 338.5, 338.6), **counts)
    (line,) = [one for one in survey.report(PartCount(columns={LEVEL: count}), {}) if "differs" in one]

    assert line.endswith(f": 338.5 is stored, 338.6 in the file; {said}")
