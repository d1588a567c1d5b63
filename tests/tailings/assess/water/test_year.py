"""The year of samples: which months it has, and which of them have a sample; dates by hand."""

from datetime import UTC, date, datetime

import pytest

from tailings.assess.water.year import year_of
from tests.tailings.assess.water.samples import limit, monthly, sample, verdict

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("newest", "first", "last_day"),
    [
        (date(2026, 11, 1), date(2025, 12, 1), date(2026, 11, 30)),
        (date(2026, 10, 31), date(2025, 11, 1), date(2026, 10, 31)),
        (date(2026, 1, 5), date(2025, 11, 1), date(2026, 10, 31)),
    ],
)
def test_the_year_ends_with_this_month_or_the_one_before(newest: date, first: date, last_day: date) -> None:
    """This month counts once it has been sampled; until then the year is the one before it."""
    found = year_of([newest], TODAY, 12, None)

    assert (found.first, found.last_day, found.required) == (first, last_day, 12)


def test_four_samples_a_year_are_one_a_quarter() -> None:
    """Sampled in three of the four quarters; the fourth is named."""
    found = year_of([date(2026, 10, 2)], TODAY, 4, None)
    days = [date(2026, 10, 2), date(2026, 7, 1), date(2026, 2, 1)]

    assert (found.first, found.last_day, found.required) == (date(2026, 1, 1), date(2026, 12, 31), 4)
    assert found.names(found.missing(days)) == ("2026-04/2026-06",) and found.lacking(days) == 1


def test_missing_months_in_a_row_are_one_interval() -> None:
    """January to March, and October."""
    days = [date(2026, month, 5) for month in (4, 5, 6, 7, 8, 9, 11)] + [date(2025, 12, 5)]
    found = year_of(days, TODAY, 12, None)

    assert found.names(found.missing(days)) == ("2026-01/2026-03", "2026-10")


def test_fifty_two_samples_a_year_are_counted_and_in_every_month() -> None:
    """Thirty samples in two months are 22 too few; 52 in eleven months lack one month."""
    found = year_of([TODAY], TODAY, 52, None)
    few = [date(2026, 11, 1 + day) for day in range(15)] + [date(2026, 10, 1 + day) for day in range(15)]
    many = [one for month in range(1, 12) for one in [date(2026, month, 3)] * 5]

    assert (found.lacking(few), found.lacking(many)) == (22, 1)


def test_a_source_without_a_number_asks_for_none() -> None:
    """One sample of the year decides a maximum of drinking water, which states no number here."""
    assert year_of([], TODAY, 0, None).lacking([]) == 0
    assert verdict(monthly(["5"]), limit(10.0, "maximum", 0)).outcome == "met"


def test_a_maximum_needs_the_months_since_it_took_effect() -> None:
    """In force since 15 August: September to November; 20 ug/L of July was before it, and does not exceed it."""
    results = ["20"] * 8 + ["5", "5", "5", "5"]
    found = verdict(monthly(results), limit(10.0, "maximum", valid_from=date(2026, 8, 15)))

    assert (found.outcome, found.samples, found.required, found.counted) == ("met", 3, 3, 3)


def test_a_mean_needs_twelve_months_in_force() -> None:
    """The same dates: three of the twelve months of a mean."""
    found = verdict(monthly(["5"] * 12), limit(10.0, valid_from=date(2026, 8, 15)))

    assert (found.outcome, found.reason, found.counted, found.required) == ("not-decided", "too-few-samples", 3, 12)


def test_months_are_those_of_the_facility_s_clock() -> None:
    """23:30 UTC on 31 August is 1 September in Lisbon: September has its sample, and August none."""
    samples = monthly(["5"] * 12)
    del samples[8:10]
    samples.append(sample(datetime(2026, 8, 31, 23, 30, tzinfo=UTC), {"Zn": "5"}))

    assert verdict(samples, limit(10.0)).missing == ("2026-08",)
