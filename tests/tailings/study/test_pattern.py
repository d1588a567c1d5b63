"""Holes whose pattern does not carry what is claimed: from a study and its samples to class and reason."""

from functools import cache

import msgspec
import numpy as np
import pytest

from tailings.commodities.unfc import Criterion
from tailings.estimate.posterior import Draws, Scored
from tailings.estimate.realisations import Realised
from tailings.estimate.scores import POWERS
from tailings.estimate.structures import Structures
from tailings.laboratory.quality_control import SentSamples
from tailings.series import Values
from tailings.study import Sampled, pattern, run
from tailings.study.inputs import Box
from tailings.study.laid import Laid
from tailings.study.realised import Modelled
from tailings.study.study_run import NOTHING
from tests.tailings.study.example import TODAY, inputs, sent

BOX = Box((0.0, 240.0), (-300.0, 0.0), (0.0, 8.0), (40.0, 50.0, 4.0))
DEPTHS = np.array([1.0, 3.0, 5.0, 7.0])
EVEN = np.array([(x, y) for x in (30.0, 90.0, 150.0, 210.0) for y in (-37.5, -112.5, -187.5, -262.5)])
EIGHT = EVEN[[0, 2, 5, 7, 8, 10, 13, 15]]
NONE = np.empty(0)


def field(at: Values, range_m: float, seed: int) -> Values:
    """Standard scores at places (n, 2) and all DEPTHS (n, 4): exponential, by a Cholesky factor."""
    every = np.array([(x, y, z) for x, y in at for z in DEPTHS])
    apart = np.linalg.norm((every[:, None] - every[None]) / np.array([range_m, range_m, 8.0]), axis=2)
    factor = np.linalg.cholesky(np.exp(-3.0 * apart) + 1e-6 * np.eye(len(every)))
    found = factor @ np.random.default_rng(seed).standard_normal(len(every))
    return np.asarray(found.reshape(len(at), -1))


def drilled(at: Values, score: Values) -> list[Sampled]:
    """Samples of 2 m of holes at places, whose grades have these scores."""
    return [
        Sampled(
            f"H{hole:02d}",
            float(at[hole, 0]),
            float(at[hole, 1]),
            8.0,
            top_m=float(depth) - 1.0,
            bottom_m=float(depth) + 1.0,
            material="tailings",
            grades={"W": 1000.0 * float(np.exp(0.3 * score[hole, row]))},
        )
        for hole in range(len(at))
        for row, depth in enumerate(DEPTHS)
    ]


def judged(at: Values, score: Values, checks: SentSamples | None = None) -> tuple[str, dict[str, Criterion]]:
    """The class of tungsten, and its criteria of G by their names; checks: else those of the demo's laboratory."""
    study = msgspec.structs.replace(
        inputs(),
        realisations=400,
        box=BOX,
        commodity=inputs().commodity[:1],
        next_hole=(),
        next_step=(),
        composite_m=2.0,
        lag_m=60.0,
        draws=500,
    )
    (one,) = run(study, drilled(at, score), TODAY, sent=checks or sent()).commodities
    return one.unfc[-2:], {each.name: each for each in one.criteria if each.axis == "G"}


@cache
def even() -> tuple[str, dict[str, Criterion]]:
    """Sixteen holes on a grid in a deposit whose grades reach far: the control of all that follow."""
    return judged(EVEN, field(EVEN, 400.0, 1))


def test_even_holes_where_grades_reach_far_keep_their_class() -> None:
    """Nothing lowers them."""
    code, of = even()

    assert code in ("G1", "G2")
    assert of["Places of the holes"].number == 1
    assert "stand evenly" in of["Places of the holes"].reason


def test_without_quality_control_the_same_study_has_low_confidence() -> None:
    """The holes carry G2 at least; with no blank, duplicate and standard beside them the class is G3."""
    code, _ = judged(EVEN, field(EVEN, 400.0, 1), NOTHING)

    assert (even()[0] in ("G1", "G2"), code) == (True, "G3")


def test_a_range_below_the_distance_of_the_holes_lowers_the_class() -> None:
    """Ten deposits where grades reach 25 m, drilled alike: seven or more have G3 for it, with how far the holes are
    apart and what to do; where they reach 400 m none of five has."""
    short, far = (
        [judged(EVEN, field(EVEN, range_m, seed)) for seed in range(2, 2 + count)]
        for range_m, count in ((25.0, 10), (400.0, 5))
    )
    lowered = [(code, of["Range and distance of the holes"]) for code, of in short]
    fallen = [(code, one.reason) for code, one in lowered if one.number == 3]

    assert len(fallen) >= 7
    assert all(code == "G3" and "67 m" in says and "drill some closer" in says for code, says in fallen)
    assert all(of["Range and distance of the holes"].number < 3 for _, of in far)


def test_holes_of_one_value_each_do_not_tell_a_range() -> None:
    """Grades that are the same all down a hole: 16 values, 24 pairs of neighbours and not much more: G3, whatever the
    fields look like; the same field with layers keeps its class."""
    flat = np.repeat(field(EVEN, 400.0, 1)[:, :1], len(DEPTHS), axis=1)
    flat = flat + 0.1 * np.random.default_rng(3).standard_normal(flat.shape)

    code, of = judged(EVEN, flat)

    assert code == "G3"
    assert "64 are the least" in of["Range and distance of the holes"].reason
    assert even()[1]["Range and distance of the holes"].number < 3


def test_holes_in_one_part_lower_the_class() -> None:
    """Sixteen in a quarter of the box: G3, and holes are asked for where there are none."""
    code, of = judged(EVEN / 2, field(EVEN / 2, 150.0, 3))

    assert (code, of["Places of the holes"].number) == ("G3", 3)
    assert "a part is left out; drill holes at even places in it" in of["Places of the holes"].reason


@pytest.mark.parametrize(("rank", "number", "says"), [(-1, 3, "as if places went by grade"), (0, 2, "nothing says")])
def test_holes_that_follow_the_grade_lower_the_class(rank: int, number: int, says: str) -> None:
    """Eight even holes, and eight around the richest of them: G3; around the poorest, nothing is said against them."""
    steps = np.array([(x, y) for x in (-9.0, 0.0, 9.0) for y in (-9.0, 0.0, 9.0) if x or y])
    first = field(EIGHT, 90.0, 4)
    at = np.concatenate([EIGHT, EIGHT[np.argsort(first.mean(axis=1))[rank]] + steps])
    score = np.concatenate([first, np.repeat(first[[np.argsort(first.mean(axis=1))[rank]]], 8, axis=0)])
    score[8:] += 0.2 * np.random.default_rng(5).standard_normal((8, len(DEPTHS)))

    of = judged(at, score)[1]["Places of the holes"]

    assert (of.number, says in of.reason) == (number, True)


def test_a_pattern_is_compared_with_random_ones() -> None:
    """A grid leaves smaller gaps than nearly all, holes in a corner larger ones than all; of a grid each hole is
    the nearest to a sixteenth of the area, and has 67 m times 67 m."""
    grid, corner = (pattern.of(BOX, _panels(), drilled(at, np.zeros((16, 4)))) for at in (EVEN, EVEN / 4))

    assert grid.as_empty > 0.95 and corner.as_empty == 0.01
    assert grid.side_m == pytest.approx(np.sqrt(240 * 300 / 16))
    assert sum(corner.nearest.values()) == pytest.approx(1.0)


def test_the_declustered_mean_differs_by_chance_alone_where_places_have_nothing_to_do_with_grades() -> None:
    """Of 300 random fields at clustered holes it has no mean and a deviation of one, within five deviations
    of such figures."""
    at = np.concatenate([EIGHT, EIGHT[0] + np.arange(1, 9)[:, None] * 4.0])
    places = np.array([(x, y, z) for x, y in at for z in DEPTHS])
    of = pattern.of(BOX, _panels(), drilled(at, np.zeros((16, 4))))
    share = np.repeat(list(of.nearest.values()), len(DEPTHS))

    found = [pattern.richer(_known(places, field(at, 90.0, seed).ravel()), share) for seed in range(300)]

    assert abs(np.mean(found)) < 5 / np.sqrt(300)
    assert np.std(found) == pytest.approx(1.0, abs=5 / np.sqrt(600))


def _panels() -> Laid:
    middles = [np.arange(20.0, 240.0, 40.0), np.arange(-275.0, 0.0, 50.0), np.array([2.0, 6.0])]
    panels = np.stack(np.meshgrid(*middles, indexing="ij"), -1).reshape(-1, 3)
    nowhere = np.empty((0, 3))
    return Laid(nowhere, NONE, nowhere, NONE.astype(int), panels, panel_domain=np.zeros(len(panels), int), base_m=2.0)


def _known(places: Values, score: Values) -> Modelled:
    """A modelled element whose one model is the true one."""
    count = len(places)
    one = Structures(np.array([[-9.0, np.log(90.0), np.log(8.0), 0.0, 0.0]]), np.array([1]))
    data = Scored(places, np.full(count, 2.0), np.zeros(count, int), np.exp(score), np.zeros((count, 2)), base_m=2.0)
    draws = Draws(one, np.array([POWERS.index(0.0)]), np.array([0]), np.ones(1), np.ones(len(POWERS)), each=1)
    empty = np.empty((1, 0), dtype=np.float32)
    return Modelled(data, Realised(empty, empty), draws, weight=NONE)
