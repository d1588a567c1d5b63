"""Tests of reading a study file."""

import pytest

from tailings.study import BadStudy, read_inputs
from tests.tailings.study.example import STUDY

TEXT = STUDY.read_text()


def test_the_demo_study_is_read() -> None:
    """Four commodities, 500 panels; W is 47 921 USD/t (380 USD per mtu WO3), and at 1.10 USD a euro 43 565 EUR/t."""
    found = read_inputs(TEXT)

    assert [one.element for one in found.commodity] == ["W", "Cu", "Sn", "Zn"]
    assert found.box.count == 500
    assert found.commodity[0].price().mid == pytest.approx(47_921, abs=1)
    assert found.commodity[0].price(found.usd).mid == pytest.approx(43_565, abs=1)


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('price_series = "Sn"', 'price_series = "Xx"', "there is no price"),
        ('price_series = "Sn"', 'price_series = "Zn"', "not of Sn"),
        ("panel_m = [24.0, 30.0, 4.0]", "panel_m = [2.0, 3.0, 1.0]", "larger"),
        ("offset_m = [-300.0, 0.0]", "offset_m = [0.0, -300.0]", "rise"),
        ('cut_off_element = "W"', 'cut_off_element = "Au"', "one of the commodities"),
        ('element = "Cu"', 'element = "W"', "Cu|twice"),
        ("number = 3", "number = 4", "1 to 3"),
        ("draws = 10000", "drawz = 10000", "drawz"),
        ("seed = 2026", "seed = ", "study"),
        ("p90 = 1120000.0", "p90 = 1320000.0", "volume_m3|must rise"),
        ("p50 = 0.52, p10 = 0.60", "p50 = 1.52, p10 = 1.60", "more than the whole"),
        ("usd = 1.10", "usd = inf", "finite"),
        ("lag_m = 40.0", "lag_m = nan", "finite"),
        ('author = "Tailwatch demo"', 'author = "a\\u0000b"', "NUL"),
        ('currency = "EUR"', 'currency = "USD"', "exchange_rate"),
        ('currency = "EUR"', 'currency = "euro"', "currency"),
        ("share = 0.15", "share = 1.01", "share"),
        ('cash_flows = "mid"', 'cash_flows = "start"', "cash_flows"),
        ('element = "Cu"\np90 = 820.0', 'element = "W"\np90 = 820.0', "twice"),
    ],
)
def test_what_cannot_be_run_is_refused(old: str, new: str, fix: str) -> None:
    """The sentence names what is wrong."""
    assert old in TEXT
    with pytest.raises(BadStudy, match=fix):
        read_inputs(TEXT.replace(old, new))


def test_a_study_in_dollars_has_no_rate_and_one_in_euros_needs_it() -> None:
    """The rate is stated or the study is refused: none is in the program."""
    rate = TEXT[TEXT.index("[exchange_rate]") : TEXT.index("[discount_rate]")]

    assert read_inputs(TEXT.replace(rate, "").replace('currency = "EUR"\n', "")).usd == 1.0
    with pytest.raises(BadStudy, match="state a rate"):
        read_inputs(TEXT.replace(rate, ""))


@pytest.mark.parametrize(
    ("first", "after", "missing"),
    [
        ("[discount_rate]", "[throughput]", ("discount rate",)),
        ("[throughput]", "[box]", ("yearly throughput",)),
        ("[discount_rate]", "[box]", ("discount rate", "yearly throughput")),
    ],
)
def test_what_discounting_needs_and_nobody_states_is_named(first: str, after: str, missing: tuple[str, ...]) -> None:
    """Nothing is put in its place."""
    found = read_inputs(TEXT[: TEXT.index(first)] + TEXT[TEXT.index(after) :])

    assert found.missing_for_discounting == missing
    assert found.discounting is None
