"""Quality: a filter sets flags and never changes a value."""

import numpy as np

from edge_agent.process.quality import judge
from tailings.series import Series
from tests.edge_agent.world import facility

STREAMS = facility().datastreams


def test_the_range_of_the_facility_file_decides() -> None:
    """vale.toml: pore pressure fails beyond -50 to 1000 kPa and is suspect beyond -10 to 350 kPa."""
    window = Series.of([1, 2, 3, 4], [100.0, 400.0, 2000.0, np.nan])

    checked = judge(STREAMS["n07:vw1.pressure"], window, {}, {})

    assert checked.quality.tolist() == [1, 3, 4, 9]
    assert checked.tests() == [None, "gross_range", "gross_range", None]


def test_without_filters_nothing_is_evaluated() -> None:
    """2 is an honest flag."""
    assert judge(STREAMS["n07:battery.voltage"], Series.of([1], [3.3]), {}, {}).quality.tolist() == [2]
