"""How old a reading may be. Expected values: three intervals, by the decision of the project (docs/guarantees.md)."""

import subprocess
import sys

import pytest

from tailings.assess import freshness


@pytest.mark.parametrize(
    ("age_s", "interval_s", "own_s", "expected"),
    [
        (180.0, 60.0, None, False),
        (180.1, 60.0, None, True),
        (1e9, None, None, False),
        (301.0, 60.0, 300.0, True),
        (200.0, 60.0, 300.0, False),
        (301.0, None, 300.0, True),
    ],
)
def test_a_reading_is_stale_after_three_intervals_or_its_own_time(
    age_s: float, interval_s: float | None, own_s: float | None, expected: bool
) -> None:
    """Exactly three are borne; without an interval nothing is due."""
    assert freshness.is_stale(age_s, interval_s, own_s) is expected


def test_it_loads_no_numpy() -> None:
    """Who only watches live values asks it, and pays for no arrays."""
    code = "import sys; import tailings.assess.freshness; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
