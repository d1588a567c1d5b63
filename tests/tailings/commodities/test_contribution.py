"""Tests of the share of the EU's consumption."""

import datetime as dt

from tailings.commodities import contribution
from tailings.commodities.contribution import Consumption


def test_without_consumption_the_denominator_is_missing() -> None:
    """Nobody has entered it: no share, and the words say what to do."""
    assert contribution.share("W", 100.0, ()) is None
    assert contribution.words("W", 100.0, ()) == contribution.DENOMINATOR_MISSING


def test_with_consumption_the_share_names_its_source() -> None:
    """25 t of 1000 t are 2.5 %, by the newest year that was entered; without a yearly throughput it is not known."""
    known = tuple(
        Consumption("W", tonnes, year, "Invented for this test", "a tester", entered=dt.date(2026, 1, 1))
        for year, tonnes in ((2022, 500.0), (2023, 1000.0))
    )

    assert contribution.share("W", 25.0, known) == 0.025
    assert contribution.words("W", None, known) == contribution.NUMERATOR_MISSING
    assert contribution.words("W", 25.0, known) == "2.5 % of the EU's consumption of 2023 (Invented for this test)"
    assert contribution.words("W", 2_440.0, known).startswith("240 % of")
    assert contribution.words("W", 0.0001, known).startswith("0.00001 % of")
