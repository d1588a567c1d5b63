"""Tests of prices against the rows that were read (tests/data/reference), and unit traps by hand."""

import datetime as dt

import pytest

from tailings.commodities import elements, prices
from tailings.commodities.prices import UnknownPrice
from tests.reference import reference


def test_every_price_equals_the_reference() -> None:
    """Value, unit and USD per kilogram of metal of each row of the Mineral Commodity Summaries."""
    read = reference("prices")["price"]

    assert [(p.key, p.year, p.value, p.unit) for p in prices.rows()] == [
        (row["key"], row["year"], row["value"], row["unit_as_printed"]) for row in read
    ]
    for price, row in zip(prices.rows(), read, strict=True):
        if "usd_per_kg_metal" in row:
            assert price.per_tonne == pytest.approx(1000 * row["usd_per_kg_metal"], rel=2e-5)


def test_factors_agree_with_atomic_weights() -> None:
    """Where a pure compound is priced, its factor is the mass share of the element (ferroniobium is an alloy)."""
    checked = 0
    for row in prices.rows():
        if row.metal_factor is None or row.priced_substance in (None, "ferroniobium", "ore/concentrate"):
            continue
        assert row.metal_factor == pytest.approx(elements.mass_share(row.element, row.priced_substance or ""), abs=1e-5)
        checked += 1
    assert checked > 80


def test_a_metric_ton_unit_is_ten_kilograms_of_the_oxide() -> None:
    """380 USD per mtu WO3: 38 USD/kg WO3, / (183.84 / 231.837) = 47.92 USD/kg W."""
    assert prices.newest("W").per_tonne == pytest.approx(38_000 / (183.84 / 231.837), rel=1e-4)


def test_all_rows_are_printed_in_dollars() -> None:
    """By which a study in another currency needs one exchange rate, and no more."""
    assert {row.currency for row in prices.rows()} == {prices.CURRENCY}


def test_a_price_says_its_age_source_and_licence() -> None:
    """Published on 6 February 2026: 292 days old on 25 November, stale after a year."""
    tin = prices.newest("Sn")

    assert tin.age_d(dt.date(2026, 11, 25)) == 292
    assert [tin.is_stale(dt.date(2026, 11, 25)), tin.is_stale(dt.date(2027, 2, 8))] == [False, True]
    assert "public domain" in tin.printed_by.licence


def test_a_price_that_says_too_little_is_refused() -> None:
    """An unknown series names the nearest; ilmenite does not say how much titanium is in it."""
    with pytest.raises(UnknownPrice, match="there is no price"):
        prices.newest("Unobtainium")
    with pytest.raises(UnknownPrice, match="does not say how much Ti"):
        _ = prices.newest("ilmenite").per_tonne
