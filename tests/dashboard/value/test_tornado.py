"""Drawings of the value page: what they say, and that they lie where the numbers put them."""

import pytest

from api.studies import draws
from api.studies.models import Bar, Outcomes
from dashboard.value import tornado
from tests.dashboard import svg_paths
from tests.dashboard.value.valued import valued
from tests.tailings.study.example import result
from texts import load

EN = load()


def drawn(factors: dict[str, float]) -> Outcomes:
    """The outcomes of the demo's study."""
    return draws.of_study("vale", 1, result(), factors)


def bar(name: str, low: float, high: float, net_low: float, net_high: float) -> Bar:
    """One input of the tornado."""
    return Bar(name=name, low=low, high=high, net_low=net_low, net_high=net_high)


def test_the_histogram_hatches_losses_and_names_its_marks() -> None:
    """Bars below zero are losses; P90, P50 and P10 stand as words."""
    found = tornado.net(drawn({"price": 0.8}), EN)
    looks = {path.look for path in found.paths}
    words = [text.words for text in found.texts]

    assert {"loss", "gain"} <= looks
    assert [next(word for word in words if word.startswith(name)) for name in ("P90", "P50", "P10")]
    assert "lose money" in found.says


def test_the_discounted_outcomes_stand_as_a_line_over_the_same_classes() -> None:
    """Of four draws at 1, 2, 3 and 4 M, worth 1, 1, 2 and 2 M at the start, half lie in each of two classes."""
    classes = {"edges": [1e6, 2e6, 3e6, 4e6], "counts": [1, 1, 2], "npv_counts": [2, 2, 0]}
    drawn_twice = drawn({}).model_copy(update=classes)
    found = tornado.net(drawn_twice, EN)
    line = max((path.d for path in found.paths if path.look == "npv"), key=len)
    heights = {y for _, y in svg_paths.points(line)}

    assert len(heights) == 2
    assert (tornado.BOTTOM - min(heights)) / (tornado.BOTTOM - (tornado.TOP + 22)) == pytest.approx(1.0, abs=0.01)
    assert not [
        path
        for path in tornado.net(drawn_twice.model_copy(update={"npv_counts": None}), EN).paths
        if path.look == "npv"
    ]


def test_the_tornado_puts_values_at_both_ends() -> None:
    """Cost from 22 to 30 moves the net value from 29 to 14 M; its P90 lies right of the middle."""
    found = tornado.tornado([bar("cost", 22.0, 30.0, 29e6, 14e6)], 22e6, "EUR", EN)
    low, high = found.rows[0].parts

    assert (low.words, high.words, found.rows[0].unit) == ("22", "30", "EUR/t")
    assert low.end > found.middle > high.end
    assert (low.is_less, high.is_less) == (False, True)


def test_the_axis_of_the_tornado_has_one_kind_of_number() -> None:
    """From 0 to 21 M in steps of 5 M: no +5.0 beside +10."""
    found = tornado.tornado([bar("cost", 22.0, 30.0, 21e6, 5e6)], 14e6, "EUR", EN)

    assert [tick.words for tick in found.ticks] == ["0", "+5", "+10", "+15", "+20"]


def test_a_recovery_is_written_in_percent() -> None:
    """0.44 and 0.60 stand as 44 and 60 %, in the bars and in the table."""
    row = tornado.tornado([bar("recovery W", 0.44, 0.60, 7e6, 20e6)], 14e6, "EUR", EN).rows[0]

    assert (row.name, row.low, row.high, row.unit) == ("Tungsten recovery", "44", "60", "%")
    assert [part.words for part in row.parts] == ["44", "60"]


def test_grade_and_tonnage_say_what_lies_above_the_cut_off() -> None:
    """At 0.10 % W the sentence gives tonnes and grade; the grade is above the cut-off."""
    at = tornado.at_cut_off(valued().now.above_cut_off)

    assert at["cut"] == "0.10"
    assert float(at["grade"]) > 0.10
    assert at["tonnes"] in tornado.grade_tonnage(valued(), EN).says
