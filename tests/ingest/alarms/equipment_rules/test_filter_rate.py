"""Filters that doubt much of a datastream."""

import pytest

from ingest.alarms.equipment_rules import filter_rate
from tests.ingest.alarms.looked import Looked


@pytest.mark.parametrize("more", [0, 1])
def test_readings_that_filters_doubt(looked: Looked, more: int) -> None:
    """A share at the limit is borne, one more is told; of fewer readings than the least nothing is said."""
    least = int(filter_rate.LEAST)
    doubted = round(filter_rate.SHARE * least) + more
    looked.dam.put([(at, 337.0) for at in range(3, 3 + doubted)], quality=3)
    looked.dam.put([(at, 337.0) for at in range(3 + doubted, 2 + least)])
    looked.rebuild()
    few = looked.look(3 + least)
    looked.dam.put([(2 + least, 337.0)])
    looked.rebuild()
    found = looked.look(4 + least)

    assert ("filter-rate", "n01:pond.level") not in few
    assert (("filter-rate", "n01:pond.level") in found) is bool(more)
    told = looked.dam.titles("rule = 'filter-rate'")
    assert told == ["29 % of n01:pond.level readings flagged in 24 h"] * more
