"""Amounts as the page writes them: two significant figures, true minus, thin spaces (design of pages, 4)."""

import pytest

from dashboard.value import amounts


@pytest.mark.parametrize(
    ("value", "count", "words"),
    [
        (12345.0, 3, "12\u2009300"),
        (0.0623, 2, "0.062"),
        (1.899, 3, "1.90"),
        (-4.4, 2, "\u22124.4"),
        (0.0, 2, "0"),
        (9999.0, 2, "10\u2009000"),
    ],
)
def test_figures_are_significant(value: float, count: int, words: str) -> None:
    """Rounded to two or three figures, wherever the point is."""
    assert amounts.figures(value, count) == words


def test_a_spread_is_written_no_finer_than_its_middle_carries() -> None:
    """Beside a P50 of 15 M a P90 of -0.387 M has one decimal, one of 0.02 M is nothing; a small P50 keeps its own."""
    assert amounts.signed_spread(-0.387e6, 14.59e6, 31.3e6) == ("\u22120.4", "+15", "+31")
    assert amounts.signed_spread(0.02e6, 14.59e6, 31.3e6)[0] == "0"
    assert amounts.signed_spread(0.021e6, 0.053e6, 0.31e6) == ("+0.021", "+0.053", "+0.31")


def test_marks_of_an_axis_have_the_decimals_of_their_step() -> None:
    """0.05 % steps all have two, 0.5 Mt one, 1 Mt none."""
    assert [words for _, words in amounts.tick_labels([0.0, 500.0, 1000.0], 1e4)] == ["0.00", "0.05", "0.10"]
    assert [words for _, words in amounts.tick_labels([0.0, 5e5, 1e6], 1e6)] == ["0.0", "0.5", "1.0"]
    assert [words for _, words in amounts.tick_labels([0.0, 1e6], 1e6)] == ["0", "1"]


def test_money_shares_and_grades() -> None:
    """Money in millions with its sign, shares whole from 10 % on, grades in percent."""
    assert [amounts.signed(12.3e6), amounts.signed(-3.5e6), amounts.signed(0.0)] == ["+12", "\u22123.5", "0"]
    assert [amounts.percent(0.171), amounts.percent(0.0342), amounts.percent(0.0)] == ["17", "3.4", "0"]
    assert amounts.grade(1306.8) == "0.131"
