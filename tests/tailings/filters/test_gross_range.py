"""Gross range: both spans, their ends, missing values."""

import msgspec
import numpy as np
import pytest

from tailings.filters import Around, gross_range
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"fail": [0, 10], "suspect": [2, 8]}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def test_flags_of_the_qartod_example() -> None:
    """Outside the instrument's span fail, outside the site's span suspect, ends included, NaN missing.

    Expected flags worked out by hand from the QARTOD definition of test 4.
    """
    series = Series.of(np.arange(8), [-51, -50, -10, 0, 350, 351, 1000.1, np.nan])

    flags = gross_range.flag_values(series, gross_range.Settings((-50, 1000), (-10, 350)), Around())

    assert flags.tolist() == [4, 3, 1, 1, 1, 3, 4, 9]


def test_without_a_site_span_nothing_is_suspect() -> None:
    """Only the instrument's span is set: pass or fail."""
    flags = gross_range.flag_values(Series.of([0, 1], [5.0, 11.0]), gross_range.Settings((0, 10)), Around())

    assert flags.tolist() == [1, 4]


@pytest.mark.parametrize("keys", [{"fail": [1, 0]}, {"fail": [0, 1], "suspect": [0, 2]}, {"suspect": [0, 1]}])
def test_spans_that_cannot_be_are_refused(keys: dict[str, list[float]]) -> None:
    """A span in the wrong order, a suspect span outside the fail span, no fail span."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(keys, gross_range.Settings)
