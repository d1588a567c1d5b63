"""Tests of what a study takes from its realisations."""

import msgspec
import numpy as np
import pytest
from scipy import stats

from tailings.study import StudyResult, realised
from tests.tailings.study.example import demo, result


def test_ranks_give_the_correlation_of_normal_numbers() -> None:
    """Spearman's coefficient by scipy, turned into the correlation of normal numbers that have it."""
    random = np.random.default_rng(4)
    one, noise = random.lognormal(0, 1, 80), random.lognormal(0, 1, 80)
    both = np.stack([one, one * noise], axis=1)
    rank = stats.spearmanr(both)[0]

    assert realised.alike(both)[0, 1] == pytest.approx(2 * np.sin(np.pi / 6 * rank))


def test_a_row_without_one_element_tells_nothing_of_both() -> None:
    """Fewer than ten whole rows: no correlation is claimed."""
    grade = np.full((30, 2), np.nan)
    grade[:9] = 1.0

    assert realised.alike(grade).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_the_models_that_were_drawn_stand_in_the_result() -> None:
    """40 models and 400 realisations, of a first look 4 and 40; P90 is below P10, and the demo's 12 m down the hole
    lie between."""
    found, quick = demo().commodities[0].simulated, result().commodities[0].simulated
    assert found is not None and quick is not None

    assert (found.models, found.realisations) == (40, 400)
    assert (quick.models, quick.realisations) == (4, 40)
    assert found.along_m[0] < found.along_m[1] < found.along_m[2]
    assert found.down_m[0] < 15 and found.down_m[2] > 9


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
