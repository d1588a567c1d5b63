"""Tests of what a study takes from its realisations."""

import msgspec
import numpy as np
import pytest
from scipy import stats

from tailings.estimate.realisations import FurtherPlaces
from tailings.study import StudyResult, realised
from tailings.study.inputs import Box
from tailings.study.laid import Laid
from tests.tailings.study.example import demo, result

pytestmark = pytest.mark.xdist_group("the demo's whole study")


def test_ranks_give_the_correlation_of_normal_numbers() -> None:
    """Spearman's coefficient by scipy, turned into the correlation of normal numbers that have it; what domains differ
    in is not counted: two of 40, the second ten times as rich."""
    random = np.random.default_rng(4)
    one, noise = random.lognormal(0, 1, 80), random.lognormal(0, 1, 80)
    both, domain = np.stack([one, one * noise], axis=1), np.repeat([0, 1], 40)
    rank = stats.spearmanr(both)[0]
    ranks = np.concatenate([stats.rankdata(part, axis=0) for part in (both[:40], both[40:])])
    within = np.corrcoef(ranks.T)[0, 1]
    found = realised.alike(both * np.where(domain == 1, 10.0, 1.0)[:, None], domain)

    assert realised.alike(both, np.zeros(80, dtype=np.int64))[0, 1] == pytest.approx(2 * np.sin(np.pi / 6 * rank))
    assert found[0, 1] == pytest.approx(2 * np.sin(np.pi / 6 * within))


def test_results_below_one_limit_go_together_no_more_than_the_others_say() -> None:
    """Two independent elements, each below its limit in about two thirds: equal grades share the middle of their ranks,
    as in scipy, and the same rows in another order say the same. By their order they had 0.18."""
    random = np.random.default_rng(11)
    both, domain = np.maximum(random.lognormal(0, 1, (400, 2)), 1.5), np.zeros(400, dtype=np.int64)
    found = realised.alike(both, domain)[0, 1]
    shuffled = realised.alike(random.permutation(both), domain)[0, 1]

    assert found == pytest.approx(2 * np.sin(np.pi / 6 * stats.spearmanr(both)[0]))
    assert found == pytest.approx(shuffled) and abs(found) < 0.1


def test_a_row_without_one_element_tells_nothing_of_both() -> None:
    """Fewer than ten whole rows: no correlation is claimed."""
    grade = np.full((30, 2), np.nan)
    grade[:9] = 1.0

    assert realised.alike(grade, np.zeros(30, dtype=np.int64)).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def deposit(asked: float) -> Laid:
    """16 holes of five samples of two elements in a box of 8 x 8 x 4 panels: lognormal, scores correlated as asked."""
    random = np.random.default_rng(21)
    holes = np.stack(np.meshgrid(np.arange(4) * 50.0 + 25, np.arange(4) * 50.0 + 25), -1).reshape(-1, 2)
    at = np.array([[*hole, depth] for hole in holes for depth in (1.0, 3.0, 5.0, 7.0, 9.0)])
    apart = np.linalg.norm((at[:, None] - at[None]) / np.array([60.0, 60.0, 4.0]), axis=2)
    fields = np.linalg.cholesky(np.exp(-3 * apart) + 1e-9 * np.eye(80)) @ random.standard_normal((80, 2))
    mixed = fields @ np.linalg.cholesky(np.array([[1.0, asked], [asked, 1.0]])).T
    axes = [(np.arange(count) + 0.5) * size / count for count, size in ((8, 200.0), (8, 200.0), (4, 10.0))]
    panels, domain = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3), np.zeros(256, dtype=np.int64)
    return Laid(at, np.full(80, 2.0), 1000 * np.exp(0.5 * mixed), domain[:80], panels, panel_domain=domain, base_m=2.0)


@pytest.mark.parametrize("asked", [0.8, 0.0])
def test_the_correlation_of_a_simulated_truth_comes_back(asked: float) -> None:
    """Of mean grades, and of the grades of each panel, over the realisations of a deposit with 0.8; control:
    independent. It is below 0.8 because the model of each element is learned by itself: errors of the estimates of 40
    such deposits have 0.67, and their realisations 0.58."""
    box = Box((0.0, 200.0), (0.0, 200.0), (0.0, 10.0), (25.0, 25.0, 2.5))
    nowhere = FurtherPlaces(np.empty((0, 3)), np.empty(0, dtype=np.int64))

    one, other = realised.realise(box, deposit(asked), 50.0, 5, nowhere)

    panels = [np.corrcoef(*(of.realised.blocks[:, panel] for of in (one, other)))[0, 1] for panel in range(256)]
    assert np.corrcoef(one.mean, other.mean)[0, 1] == pytest.approx(0.8 * asked, abs=0.2)
    assert np.mean(panels) == pytest.approx(0.8 * asked, abs=0.15)


def test_the_models_that_were_drawn_stand_in_the_result() -> None:
    """40 models and 400 realisations, of a first look 10 and 100; P90 is below P10, and the demo's 12 m down the hole
    lie between."""
    found, quick = demo().commodities[0].simulated, result().commodities[0].simulated
    assert found is not None and quick is not None

    assert (found.models, found.realisations) == (40, 400)
    assert (quick.models, quick.realisations) == (10, 100)
    assert found.along_m[0] < found.along_m[1] < found.along_m[2]
    assert found.down_m[0] < 15 and found.down_m[2] > 9


@pytest.mark.parametrize(("wanted", "models"), [(100, 10), (300, 30), (500, 25), (700, 35), (2_000, 40)])
def test_as_many_realisations_are_made_as_are_stated(wanted: int, models: int) -> None:
    """Each model has as many as the others, so that their number is met: of 500 there were 480."""
    assert realised.models_of(wanted, 200) == models


def test_the_mean_grade_lies_in_its_interval_as_the_panels_do() -> None:
    """The mean of the panels' grades, P50 of the case and ordinary kriging agree within the interval."""
    one, line = result().commodities[0], result().case.commodities[0]
    assert one.kriged_mg_per_kg is not None

    for mean in (np.mean(result().panels.grade), one.mean_mg_per_kg, one.kriged_mg_per_kg):
        assert line.grade.low < mean < line.grade.high


def test_a_study_stored_before_realisations_is_read() -> None:
    """A document without the later names: nothing is said of models, and its method is what it was."""
    document = msgspec.to_builtins(result())
    for one in document["commodities"]:
        for name in ("simulated", "half_width", "kriged_mg_per_kg"):
            del one[name]

    found = msgspec.convert(document, StudyResult)

    assert [one.simulated for one in found.commodities] == [None] * 4
    assert found.method == result().method
