"""Physical range: what a sensor cannot give fails, by the limits of its kind and in the unit of its datastream."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings import filters
from tailings.facility import parse
from tailings.series import Series

TEXT = Path("tests/data/vale.toml").read_text()
IN_A_STREAM: dict[str, object] = {"lowest": 0.0, "highest": 10.0}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""
BARE = TEXT.replace('[datastreams."n01:baro.pressure".filters.gross_range]', "").replace(
    "fail = [500.0, 1100.0]\nsuspect = [850.0, 1080.0]\n", ""
)
"""Without a range of the barometer."""


def quality(text: str, name: str, values: list[float]) -> list[int]:
    """The flags of some values, one a minute, by a facility file."""
    datastream = parse(text).datastreams[name]
    series = Series.of(np.arange(len(values)) * 60_000, np.array(values))
    return filters.apply(datastream, series).quality.tolist()


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("n07:vw1.thermistor", [0.0, -5.0, 3000.0, np.nan, 1e9], [4, 4, 2, 9, 4]),
        ("n01:baro.pressure", [0.0, -960.0, 960.0], [4, 4, 2]),  # hPa in the file, kPa in the kind
        ("n01:battery.voltage", [0.0, -5.0], [2, 2]),  # its kind says no limits
    ],
)
def test_what_no_sensor_can_give_fails(name: str, values: list[float], expected: list[int]) -> None:
    """Without a line in the file; what could be is not evaluated by it, and stays as it was."""
    assert quality(BARE, name, values) == expected


def test_a_range_of_the_file_counts_alone() -> None:
    """Who has a cold lamp for a sensor says so."""
    wide = TEXT + '\n[datastreams."n07:vw1.thermistor".filters.physical_range]\nlowest = -10.0\nhighest = 1e10\n'

    assert quality(wide, "n07:vw1.thermistor", [0.0, 1e9]) == [2, 2]


@given(values=st.lists(st.one_of(st.just(np.nan), st.floats(-2.0, 12.0)), max_size=5))
def test_it_is_silent_where_its_flags_say_nothing(values: list[float]) -> None:
    """Known sooner, it is the same: silent exactly where no row has another flag than not evaluated or missing."""
    own = filters.get("physical_range")
    series, settings = Series.of(np.arange(len(values)) * 60_000, np.array(values)), own.Settings(**IN_A_STREAM)

    flags = own.flag_values(series, settings, filters.Around()).tolist()

    assert own.is_silent(series, settings) == (set(flags) <= {2, 9})
