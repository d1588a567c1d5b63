"""A study between surfaces: its volume, its panels, its method, and an older one without them."""

from functools import cache

import msgspec
import numpy as np
import pytest

from tailings.study import StudyInputs, StudyResult, again, allowed, run, tables
from tests.tailings.study.example import TODAY, inputs, result, samples
from tests.tailings.study.surfaces import between


@cache
def study() -> tuple[StudyInputs, StudyResult]:
    """One element in 5 x 5 x 4 panels; the top falls to the pond, the ground rises to it from 316 to 322 m."""
    whole = inputs()
    box = msgspec.structs.replace(
        whole.box, elevation_m=(316.0, 340.0), panel_m=(48.0, 60.0, 6.0), lift_tops_m=(), beach_m=0.0
    )
    found = between(
        lambda x, y: 340.0 + 0.008 * y, lambda x, y: 316.0 - 0.01 * y * (y < -150) + 0 * x, (-10, -310), (65, 80), 4.0
    )
    few = msgspec.structs.replace(
        whole, box=box, volume_m3=None, surfaces=found, commodity=whole.commodity[:1], standard=(), next_step=()
    )
    drilled = [one for one in samples() if one.collar_m - one.bottom_m > 319]
    return few, run(few, drilled, TODAY)


def test_volume_and_panels_follow_from_the_surfaces() -> None:
    """By hand: 240 m x the integral over the offset; shares of the tonnes add up to one, and no panel is empty."""
    volume, panels = study()[1].case.volume, study()[1].panels
    at = (np.arange(300_000) + 0.5) / 1000 - 300
    by_hand = 240 * 300 * np.mean(340 + 0.008 * at - 316 + 0.01 * at * (at < -150))

    assert volume.mid == pytest.approx(by_hand, rel=1e-3)
    assert volume.high - volume.mid == pytest.approx(1.2816 * 72_000 * np.hypot(0.05, 0.05), rel=0.02)
    assert sum(panels.weight) == pytest.approx(1.0) and 0 < min(panels.weight) < 0.6 * max(panels.weight)


def test_the_mean_grade_is_that_of_the_tonnes() -> None:
    """Mean of the panels by their shares, and not of all alike."""
    panels, line = study()[1].panels, study()[1].case.commodities[0]

    assert np.dot(panels.weight, panels.grade) == pytest.approx(np.mean(line.realised), rel=1e-4)
    assert np.mean(panels.grade) != pytest.approx(np.mean(line.realised), rel=1e-4)


def test_the_method_says_what_bounds_the_tailings() -> None:
    """Both files with whose they are, hash and errors, the share of the box outside; a study of a box says nothing."""
    said = next(line for line in study()[1].method.splitlines() if "lie between" in line)
    bounded = study()[1].bounded
    assert bounded is not None

    assert all(words in said for words in ("crest.asc (A. Surveyor, 2026-05-04", "ground.asc", "datum 0.05 m"))
    assert f"{100 * bounded.outside:.1f} % of the box is outside" in said
    assert "lie between" not in result().method


def test_shares_of_benches_are_of_tonnes() -> None:
    """The upper half of the box holds more than half of them, as the ground rises."""
    bench = msgspec.structs.replace(
        inputs().bench[0], offset_m=(-300.0, 0.0), elevation_m=(328.0, 340.0), plans=("freeboard",)
    )
    found = allowed(msgspec.structs.replace(study()[1], benches=(bench,)), {"freeboard": "green"}, [])
    panels = study()[1].panels
    upper = sum(share for share, at in zip(panels.weight, panels.elevation_m, strict=True) if at > 328)

    assert found.benches[0].share == found.reachable == pytest.approx(upper)


def test_realisations_have_the_volume_of_each_panel() -> None:
    """All of it together is that of the study, and an empty panel has no row."""
    few, stored = study()
    made = again(few, [one for one in samples() if one.collar_m - one.bottom_m > 319], stored)

    assert made.volume_m3.sum() == pytest.approx(stored.case.volume.mid)
    assert len(made.panels) == len(stored.panels.grade) == made.blocks[0].shape[1]


def test_a_study_stored_before_surfaces_is_read() -> None:
    """Its panels weigh the same, and nothing is said of surfaces."""
    document = msgspec.to_builtins(result())
    del document["bounded"], document["panels"]["weight"]

    found = msgspec.convert(document, StudyResult)

    assert found == result() and sum(found.panels.shares) == pytest.approx(1.0)
    assert tables.TABLES["panels"](found, None)["share_of_tonnes"] == [1 / 500] * 500
