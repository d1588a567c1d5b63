"""Verdict and figures, in sentences made from data."""

import datetime as dt

import msgspec
import numpy as np
import pytest

from dashboard.value import headline
from tailings.estimate import outcomes
from tailings.estimate.outcomes import Spread
from tailings.study import WaterLevel
from tailings.study.competent_person import CompetentPerson, StatedClass
from tests.dashboard.value.valued import valued
from tests.tailings.study.example import demo, result
from tests.tailings.study.test_advice import with_grade
from texts import load

pytestmark = pytest.mark.xdist_group("the demo's whole study")

EN = load()


@pytest.mark.parametrize(("p90", "p50", "key"), [(1.0, 5.0, "gain"), (-1.0, 5.0, "open"), (-9.0, -1.0, "loss")])
def test_the_title_follows_from_p90_and_p50(p90: float, p50: float, key: str) -> None:
    """Nine in ten above zero, half above, or a loss in the middle."""
    assert headline.title(p90, p50) == key


def test_the_verdict_says_what_would_turn_it() -> None:
    """Each point, put in place of the P50 of its input, gives a net value of zero: the case is reckoned again."""
    case, own = result().case, valued().now.outcomes
    name = own.turning[0].name
    middle = {other: np.array([of.mid]) for other, of in case.inputs().items()}
    at = case.inputs()[name].at(np.array([own.turning[0].deviate]))

    assert outcomes.reckon(case, middle | {name: at}).net[0] == pytest.approx(0, abs=1.0)
    assert at[0] == pytest.approx(own.turning[0].value)
    assert f"{100 * own.turning[0].change:.0f}".replace("-", "\u2212") in headline.turning(own, EN)


def test_a_conclusion_that_nothing_turns_says_so() -> None:
    """A plant of 1000 M makes every input too small."""
    case = msgspec.structs.replace(result().case, plant=Spread(9.9e8, 1e9, 1.01e9))
    own = valued(study=msgspec.structs.replace(result(), case=case)).now.outcomes

    assert headline.turning(own, EN) == "No input alone brings the P50 to zero."


def test_the_verdict_says_value_range_chance_and_what_decides() -> None:
    """+14 M EUR and, discounted, +9.0: the figures of docs/operating/value.md; synthetic stands in the note."""
    found = headline.verdict(valued(study=demo()), EN)

    for words in (
        "Net value after costs, undiscounted: +14 M EUR (P50)",
        "\u22121.9 to +33",
        "13 %",
        "Main drivers: Prices (52 % of the variance) and costs (24 %",
        "Offtake terms for the tungsten concentrate costs 40\u2009000 EUR and is expected to bring",
        "Discounted at 8 % a year over 5.4 years: +9.0 (\u22124.3 to +24)",
    ):
        assert words in found.says
    assert found.note.startswith("Synthetic:")
    assert found.title == (
        "Undecided: 20 % of the outcomes lose money. Next: Offtake terms for the tungsten concentrate"
    )


def test_without_a_throughput_the_verdict_says_so_and_stands_on_the_undiscounted_value() -> None:
    """No number is put in its place; the way to the origin is that of the net value."""
    plain = msgspec.structs.replace(result().case, discounting=None)
    study = msgspec.structs.replace(result(), case=plain, missing_for_discounting=("yearly throughput",))
    found = headline.verdict(valued(study=study), EN)

    assert "Not discounted: yearly throughput missing." in found.says
    assert "Discounted at" not in found.says
    assert found.provenance.endswith("figure=net")


def test_the_line_beside_the_sliders_says_both_values_or_what_is_missing() -> None:
    """Each with the name of its origin; prices at 0.9 move both."""
    plain = msgspec.structs.replace(result(), case=msgspec.structs.replace(result().case, discounting=None))
    lines = headline.net_words(valued(study=demo()).now.what_if, EN)
    lower = headline.net_words(valued(factors={"price": 0.9}, study=demo()).now.what_if, EN)

    assert [name for name, _ in lines] == ["net", "npv"]
    assert lines[1][1] == "NPV at 8 %: P50 +9.0 M EUR, P90 \u22124.3 to P10 +24; chance of a loss 20 %"
    assert all(one != other for one, other in zip(lines, lower, strict=True))
    assert headline.net_words(valued(study=plain).now.what_if, EN)[1][1].startswith("Not discounted")


def test_a_closed_bench_shows_with_the_state_that_closes_it() -> None:
    """8 % of the tonnes lie in the bench at the crest (2 of 10 rows, 2 of 5 layers)."""
    found = headline.facts(valued({"wall": "yellow"}), EN)[3]

    assert (found.value, found.state, found.sub) == ("92", "yellow", "Closed: Bench 1")


def test_without_a_fresh_level_the_flooded_share_is_unknown() -> None:
    """Not zero, and not the last value."""
    assert headline.facts(valued(water=(WaterLevel("a", 0, 0, None),)), EN)[4].value == "Unknown"


def test_the_flooded_share_says_by_which_levels_and_since_when() -> None:
    """The oldest reading of those that count stands there, in the facility's zone; a stale one is named apart."""
    water = (WaterLevel("n03:vw1.level", 20, 0, 330.0), WaterLevel("n02:pond.level", 120, -280, None))
    found = headline.facts(valued({"wall": "green"}, water), EN)[4]

    assert (found.value, found.sub) == ("60", "From n03 at 25 Nov 13:31 without n02:pond.level")


def test_the_record_names_its_missing_fields() -> None:
    """The demo's study states no extent, not what can be recovered from new waste, and has four elements assayed."""
    missing = ["extent", "materials of the annexes", "original deposit", "recoverability of new waste"]

    assert headline.record(valued(), EN) == (11, missing)


def test_a_study_with_an_extent_has_one_field_more() -> None:
    """The count follows."""
    whole = msgspec.structs.replace(result(), extent_m2=72_000.0)

    assert headline.record(valued(study=whole), EN)[0] == 12
    assert "extent" not in headline.record(valued(study=whole), EN)[1]


def test_a_class_says_screening_until_somebody_signs() -> None:
    """And then who, of where, and when; in the head of the page and below the table."""
    signed = CompetentPerson(
        "A. Person",
        "An Institute",
        dt.date(2026, 11, 20),
        "I answer for E and F.",
        (StatedClass("W", "E2", "F2", "as read"),),
    )
    study = msgspec.structs.replace(result(), signed=signed)

    assert headline.standing(result(), EN).startswith("Screening, not an estimate. No competent person")
    assert headline.standing(study, EN) == "E and F stated and signed by A. Person, An Institute, 20 Nov 2026"


def test_a_hole_that_cannot_be_drilled_is_not_the_next_step() -> None:
    """With an unsure grade DH-18 is the best; while a plan without a level closes its bench, another step is."""
    wide = msgspec.structs.replace(demo().case.commodities[0].grade, low=300.0, high=2200.0)
    tungsten = with_grade(demo().case.commodities[0], wide)
    case = msgspec.structs.replace(demo().case, commodities=(tungsten, *demo().case.commodities[1:]))
    study = msgspec.structs.replace(demo(), case=case)

    assert headline.best(valued({"wall": "green"}, study=study), EN) == "Next: DH-18"
    assert "DH-" not in headline.best(valued({"wall": "green", "storm": None}, study=study), EN)


def test_where_no_step_pays_the_title_says_so() -> None:
    """A study without stated steps, whose holes tell nothing of the decision."""
    found = headline.verdict(valued({"wall": "green"}, study=msgspec.structs.replace(result(), next_steps=())), EN)

    assert found.title.endswith("No step pays for itself")
