"""What the rules ask of a facility: its tests with their places, what a value is made of, what a filter lets pass."""

import math

from tailings.facility.lint.examination import Examination, Needs, passing_span, without_suspect
from tailings.facility.lint.reach import UP, TestReach
from tailings.facility.lint.trial import FailedTest
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import leaf, loop, piezometer, plan, pond, weir
from wire import quality as flag


def test_a_test_has_the_place_that_it_stands_at() -> None:
    """As deep as `all` and `any` go, in the order of the file."""
    one = leaf("n2:pond.level", "above", 1.0)
    when = f"{{ any = [{one}, {{ all = [{one}, {one}] }}] }}"
    facility, _ = small.small(pond(), plan(("red", when)))

    inner = ("tarp", "plan", "levels", 0, "when")
    assert [test.path for test in Examination(facility).tests] == [
        (*inner, "any", 0),
        (*inner, "any", 1, "all", 0),
        (*inner, "any", 1, "all", 1),
    ]


def test_a_value_is_made_of_instruments() -> None:
    """A piezometer's level needs its wire; thermistor and barometer correct it, the thermistor of the same device."""
    facility, _ = small.small(piezometer() + pond())
    examination = Examination(facility)

    assert examination.needs("n2:vw1.level") == Needs(frozenset({"n2:vw1"}), frozenset({"n1:baro"}))
    assert examination.needs("n2:pond.level") == Needs(frozenset({"n2:pond"}))


def test_a_filter_lets_a_span_pass() -> None:
    """A suspect range, the widest of two seasons; none of a filter that looks back, or of a formula."""
    seasons = [
        {"period": "month", "span": [1, 6], "suspect": [1.0, 5.0]},
        {"period": "month", "span": [7, 12], "suspect": [2.0, 8.0]},
    ]
    limits = {"gross_range": {"fail": [0.0, 9.0], "suspect": [1.5, 7.5]}, "climatology": {"seasons": seasons}}
    facility, _ = small.small(pond(**limits, spike={"suspect": 1.0}))
    spans = [
        passing_span(facility, FailedTest("n2:pond.level", cause, flag.SUSPECT))
        for cause in ("gross_range", "climatology", "spike", "formula.loop-saturated")
    ]

    assert spans == [(1.5, 7.5), (1.0, 8.0), None, None]


def test_of_half_a_year_without_a_season_everything_passes() -> None:
    """A row in no season is not judged: no end to either side."""
    seasons = [{"period": "month", "span": [1, 6], "suspect": [1.0, 5.0]}]
    facility, _ = small.small(pond(climatology={"seasons": seasons}))

    span = passing_span(facility, FailedTest("n2:pond.level", "climatology", flag.SUSPECT))
    assert span == (-math.inf, math.inf)


def test_without_suspect_a_failure_is_one_still() -> None:
    """Of a range the fail end stays; a filter that knows no fail is taken away."""
    seasons = {"seasons": [{"period": "month", "span": [1, 12], "suspect": [0.0, 20.0]}]}
    facility, _ = small.small(
        weir(flow={"gross_range": {"fail": [0.0, 60.0], "suspect": [0.0, 30.0]}, "climatology": seasons})
    )
    named = [FailedTest("n1:weir.flow", one, flag.SUSPECT) for one in ("gross_range", "climatology")]

    ends = [TestReach(one, "n1:weir.flow").end(UP).value for one in (facility, without_suspect(facility, named))]
    assert [round(end, 6) for end in ends] == [20.0, 60.0]


def test_a_difference_from_itself_before_is_one_from_another() -> None:
    """At the same time it is 0, an hour before it may be as far as the level goes."""

    def end(more: str) -> float:
        test = leaf("n1:loop.level", "above", 0.5, f', against = {{ datastream = "n1:loop.level"{more} }}')
        examination = Examination(small.small(loop(gross_range={"fail": [336.0, 341.0]}), plan(("red", test)))[0])
        return examination.end(examination.tests[0], UP).value

    assert (round(end(""), 6), round(end(", delay_s = 3600"), 6)) == (0.0, 5.0)
