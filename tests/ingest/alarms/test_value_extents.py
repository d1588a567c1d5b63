"""The lowest and highest value of each part of a back-test's time."""

import numpy as np

from ingest.alarms.value_extents import COLUMNS, ValueExtents
from tailings.series import Bounded, Series
from tests.ingest.alarms.dam import POND
from tests.tailings.facilities import vale


def test_pieces_make_one_picture_without_what_was_rejected() -> None:
    """Two pieces meet in one column: its lowest and highest are of both; a rejected and a missing value are in none."""
    extents = ValueExtents(vale(), [POND], 0, COLUMNS * 1000)
    first = Series.of([0, 100, 200, 300], [337.0, 336.5, 9999.0, np.nan], [1, 3, 4, 9])
    second = Series.of([400, 5000], [338.0, 337.5], [1, 2])
    for piece in (first, second):
        extents.add({POND: Bounded.of(piece)})

    (drawn,) = extents.plain()["series"]
    assert (drawn["low"][0], drawn["high"][0]) == (336.5, 338.0)
    assert (drawn["low"][5], drawn["high"][5]) == (337.5, 337.5)
    assert [value for value in drawn["low"] if value is not None] == [336.5, 337.5]
