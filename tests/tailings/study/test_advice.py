"""What to find out next: from a study file to drivers, steps and the best one, against a reckoning by hand."""

import msgspec
import numpy as np
import pytest

from tailings.estimate.outcomes import Case, Commodity, Spread
from tailings.study import BadStudy, StudyResult, read_inputs
from tailings.study.advice import Advice, Step, advice
from tests.tailings.study.example import STUDY, demo

pytestmark = pytest.mark.xdist_group("the demo's whole study")


def with_case(**changed: object) -> StudyResult:
    """The demo's study with another case."""
    case: Case = msgspec.structs.replace(demo().case, **changed)
    return msgspec.structs.replace(demo(), case=case)


def with_grade(one: Commodity, grade: Spread) -> Commodity:
    """A commodity with another spread of its grade, and as many realisations of that."""
    realised = grade.at(np.random.default_rng(1).standard_normal(len(one.realised)))
    return msgspec.structs.replace(one, grade=grade, realised=tuple(map(float, realised)))


def step(of: Advice, name: str) -> Step:
    """A step by the beginning of its name."""
    return next(one for one in of.steps if one.name.startswith(name))


def test_the_share_of_prices_is_that_of_a_reckoning_by_hand() -> None:
    """Given all prices the net value is linear in them: b = tonnes x grade x recovery x paid, each at its own mean."""
    study = with_case(discounting=None)
    random, count = np.random.default_rng(17), 200_000

    def drawn(of: object, z: np.ndarray) -> np.ndarray:
        low, mid, high = (getattr(of, name) for name in ("low", "mid", "high"))
        return np.maximum(mid + z * np.where(z < 0, mid - low, high - mid) / 1.2815515655, 0.0)

    def alone(of: object) -> np.ndarray:
        return drawn(of, random.standard_normal(count))

    case = study.case
    tonnes = alone(case.volume) * alone(case.density)
    price_z = random.multivariate_normal(np.zeros(4), np.array(case.price_correlation), count).T
    grade_z = random.multivariate_normal(np.zeros(4), np.array(study.correlation), count).T
    net = alone(case.avoided_liability) - tonnes * alone(case.cost) - alone(case.plant)
    net += tonnes * 0.15 * alone(case.bulk[0].price)
    given = 0.15 * tonnes.mean() * alone(case.bulk[0].price)
    for number, one in enumerate(case.commodities):
        metal = tonnes * drawn(one.grade, grade_z[number]) / 1e6 * alone(one.recovery) * one.payability
        price = drawn(one.price, price_z[number])
        net += metal * price
        given += metal.mean() * price
    mean = net.mean()
    moved = mean + given - given.mean()
    found = next(one for one in advice(study).drivers if one.about == "price")

    assert found.variance_share == pytest.approx(given.var() / net.var(), abs=0.02)
    assert found.perfect == pytest.approx(np.maximum(moved, 0).mean() - max(mean, 0.0), abs=0.1e6)


def test_the_demo_is_told_to_ask_for_terms_and_not_to_drill() -> None:
    """Prices move more than half of the variance; the grade a fiftieth, so that no hole changes the decision."""
    found = advice(demo())

    assert (found.drivers[0].about, found.steps[0].name) == ("price", "Offtake terms for the tungsten concentrate")
    assert found.steps[0].brings > found.steps[0].cost
    assert all(one.brings < one.cost for one in found.steps if one.kind == "hole")
    assert found.perfect > max(one.perfect for one in found.drivers)


def test_where_the_recovery_is_unknown_a_test_comes_first() -> None:
    """Tungsten's recovery from 20 to 80 %: the laboratory brings several times its cost, and terms for it less."""
    wide = msgspec.structs.replace(demo().case.commodities[0].recovery, low=0.20, high=0.80)
    tungsten = msgspec.structs.replace(demo().case.commodities[0], recovery=wide)
    found = advice(with_case(commodities=(tungsten, *demo().case.commodities[1:])))

    assert found.drivers[0].about == "recovery"
    assert found.steps[0].name.startswith("Metallurgical tests")
    assert found.steps[0].brings > 3 * found.steps[0].cost


def test_where_the_grade_is_unknown_a_hole_pays() -> None:
    """A mean grade of 300 to 2200 mg/kg: the hole that removes a third of that variance is the best step."""
    wide = msgspec.structs.replace(demo().case.commodities[0].grade, low=300.0, high=2200.0)
    tungsten = with_grade(demo().case.commodities[0], wide)
    found = advice(with_case(commodities=(tungsten, *demo().case.commodities[1:])))

    assert found.drivers[0].about == "grade"
    assert (found.steps[0].kind, found.steps[0].name) == ("hole", "DH-18")
    assert step(found, "DH-18").brings > step(found, "DH-19").brings


def test_a_sure_loss_and_a_sure_gain_need_no_step() -> None:
    """At a plant of nothing or of 1000 M nothing that is learned would change the decision."""
    for plant in (0.0, 1e9):
        sure = msgspec.structs.replace(demo().case.plant, low=plant, mid=plant, high=plant)
        cost = msgspec.structs.replace(demo().case.cost, low=5.0, mid=6.0, high=7.0)
        found = advice(with_case(plant=sure, cost=cost))
        assert all(one.brings < one.cost for one in found.steps)


def test_a_step_about_what_the_study_does_not_have_is_refused() -> None:
    """Gold is no commodity of the demo; an unknown group has a sentence too."""
    text = STUDY.read_text()

    with pytest.raises(BadStudy, match=r"next_step: Offtake terms .* is about Au, which is no commodity"):
        read_inputs(text.replace('about = "price"\nelements = ["W"]', 'about = "price"\nelements = ["Au"]'))
    with pytest.raises(BadStudy, match="about"):
        read_inputs(text.replace('about = "price"', 'about = "weather"'))
