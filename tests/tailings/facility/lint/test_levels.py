"""Levels against the reach of what they test: each rule on a file that does not keep it, and on one that just does."""

import math
from typing import Any

import pytest

from tailings.facility import lint
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import leaf, loop, plan, pond, stream, weir

HELD = ', against = { datastream = "n2:pond.level", offset = 1.0'
LIMITED = {"fail": [330.0, 350.0], "suspect": [336.0, 341.0]}


def found(code: str, *parts: str) -> list[tuple[str, dict[str, Any]]]:
    """Place and values of what one rule finds."""
    facility, text = small.small(*parts)
    return [(one.key, dict(one.values)) for one in lint.find(facility, text) if one.code == code]


@pytest.mark.parametrize(
    ("condition", "is_refused"),
    [
        (leaf("n2:pond.level", "above", 340.99), False),
        (leaf("n2:pond.level", "above", 341.0), True),
        (leaf("n2:pond.level", "below", 336.01), False),
        (leaf("n2:pond.level", "below", 336.0), True),
        (leaf("n2:pond.level", "away", 341.0), True),
        (leaf("n2:pond.level", "above", 2.0, HELD + "}"), True),
        (leaf("n2:pond.level", "above", 3.99, HELD + ", delay_s = 60 }"), False),
        (leaf("n2:pond.level", "above", 4.0, HELD + ", delay_s = 60 }"), True),
        (leaf("n2:pond.level", "above", 4.9, ", rate_over_s = 3600"), False),
        (leaf("n2:pond.level", "above", 5.0, ", rate_over_s = 3600"), True),
        (leaf("n2:pond.level", "below", -0.3, ", rate_over_s = 86400"), True),
    ],
)
def test_a_level_is_refused_where_no_value_reaches_it(condition: str, is_refused: bool) -> None:
    """A pond that passes from 336 to 341 m: values, differences from itself now and before, rates over its range."""
    facility, text = small.small(pond(gross_range=LIMITED), plan(("red", condition)))

    assert bool(lint.find_errors(facility, text)) is is_refused


def test_each_test_of_a_level_must_be_in_reach() -> None:
    """Of `all` and of `any`: the one that no reading meets is named by its place and its line."""
    low, high, higher = (leaf("n2:pond.level", "above", value) for value in (340.0, 350.0, 351.0))
    facility, text = small.small(
        pond(gross_range=LIMITED), plan(("yellow", f"{{ any = [\n{low},\n{high},\n] }}"), ("red", higher))
    )

    (first, second) = lint.find_errors(facility, text)
    assert (first.key, second.key) == ("tarp.plan.levels[0].when.any[1]", "tarp.plan.levels[1].when")
    assert text.splitlines()[first.line - 1] == f"{high},"


def test_what_stands_in_the_way_is_told_with_its_numbers() -> None:
    """The filter with what it lets pass, and what instrument and formula give where they end before the level."""
    ((_, near),) = found(
        "level-out-of-reach", loop(gross_range=LIMITED), plan(("red", leaf("n1:loop.level", "above", 342.0)))
    )
    ((_, far),) = found(
        "level-out-of-reach", loop(gross_range=LIMITED), plan(("red", leaf("n1:loop.level", "above", 344.0)))
    )

    assert near["end"] == pytest.approx(341.0)
    assert [(one["test"], one["span"]) for one in near["failed_tests"]] == [("gross_range", (336.0, 341.0))]
    assert (near["most"], far["most"]) == (None, pytest.approx(343.5))


def test_a_datastream_of_which_nothing_passes_is_refused() -> None:
    """Its end is no number."""
    current = stream("n1:loop.current", "current", "mA")
    broken = loop().replace(current, stream("n1:loop.current", "current", "mA", {"gross_range": {"fail": [0.0, 3.0]}}))
    ((_, values),) = found("level-out-of-reach", broken, plan(("red", leaf("n1:loop.level", "above", 340.0))))

    assert math.isnan(values["end"])
    assert {one["test"] for one in values["failed_tests"]} >= {"gross_range"}


def test_a_rate_behind_a_filter_is_refused() -> None:
    """A steady change passes up to 0.2 m/h; a level at 0.5 m/h is promised and never seen."""
    limited = pond(gross_range=LIMITED, rate_of_change={"suspect_per_h": 0.2})
    rate = ", rate_over_s = 3600"
    ((_, values),) = found("rate-out-of-reach", limited, plan(("red", leaf("n2:pond.level", "above", 0.5, rate))))

    assert values["fastest"] == pytest.approx(0.2, rel=1e-6)
    assert [one["test"] for one in values["failed_tests"]] == ["rate_of_change"]
    assert found("rate-out-of-reach", limited, plan(("red", leaf("n2:pond.level", "above", 0.19, rate)))) == []


def test_a_test_of_both_sides_says_which_one_is_out_of_reach() -> None:
    """A displacement that passes from -10 to 40 mm is told at 25 mm, and not at -25 mm."""
    moved = stream("n2:pond.temperature", "temperature", "Cel", {"gross_range": {"fail": [-10.0, 40.0]}})
    ((_, values),) = found("one-side-out-of-reach", moved, plan(("red", leaf("n2:pond.temperature", "away", 25.0))))

    assert (values["side"], values["trigger"], values["end"]) == ("below", -25.0, -10.0)


def test_a_filter_near_a_level_is_told() -> None:
    """Doubted 0.1 m above red, whose hysteresis is 0.2 m; not where it is 0.3 m above."""

    def at(value: float) -> list[Any]:
        return found(
            "end-near-level",
            pond(gross_range=LIMITED),
            plan(("red", leaf("n2:pond.level", "above", value, ", hysteresis = 0.2"))),
        )

    assert [values["end"] for _, values in at(340.9)] == [341.0]
    assert at(340.7) == []


def test_a_range_that_doubts_what_is_worse_than_the_worst_is_told() -> None:
    """A flow above 30 L/s is doubted though the weir gives 122 L/s; the suspect end is told, not what is a failure."""
    orange = plan(("orange", leaf("n1:weir.flow", "above", 15.0)))
    ((key, values),) = found(
        "worse-is-flagged", weir(flow={"gross_range": {"fail": [0.0, 200.0], "suspect": [0.0, 30.0]}}), orange
    )

    assert key == 'datastreams."n1:weir.flow".filters.gross_range'
    assert (values["end"], values["most"]) == (pytest.approx(30.0), pytest.approx(122.3, abs=0.1))
    assert found("worse-is-flagged", weir(flow={"gross_range": {"fail": [0.0, 30.0]}}), orange) == []


def test_a_suspect_range_at_the_instruments_end_is_none_of_these() -> None:
    """A current that is doubted where its formula doubts the level too takes nothing away."""
    current = stream("n1:loop.current", "current", "mA")
    saturated = {"gross_range": {"fail": [3.6, 21.0], "suspect": [3.8, 20.5]}}
    text = loop().replace(current, stream("n1:loop.current", "current", "mA", saturated))

    assert found("worse-is-flagged", text, plan(("red", leaf("n1:loop.level", "above", 340.0)))) == []


def test_a_rise_that_is_doubted_is_told() -> None:
    """From 338 to 340 m in three readings of 5 min is 8 m/h; a filter that lets 8.1 m/h pass is silent."""
    levels = plan(("yellow", leaf("n2:pond.level", "above", 338.0)), ("red", leaf("n2:pond.level", "above", 340.0)))

    def behind(per_h: float) -> list[Any]:
        return found("rise-is-flagged", pond(gross_range=LIMITED, rate_of_change={"suspect_per_h": per_h}), levels)

    ((_, values),) = behind(7.9)
    assert (values["rate_per_h"], values["rows"]) == (pytest.approx(8.0), 3)
    assert behind(8.1) == []


def test_a_level_that_nothing_clears_is_told() -> None:
    """Raised above 337 m it clears at 335.9 m, and what passes begins at 336 m."""

    def cleared(hysteresis: float) -> list[Any]:
        return found(
            "level-cannot-clear",
            pond(gross_range=LIMITED),
            plan(("red", leaf("n2:pond.level", "above", 337.0, f", hysteresis = {hysteresis}"))),
        )

    assert [values["cleared"] for _, values in cleared(1.1)] == [pytest.approx(335.9)]
    assert cleared(1.0) == []
