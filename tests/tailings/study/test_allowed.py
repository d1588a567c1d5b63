"""Tests of what the dam allows, on the demo's 500 panels; shares counted by hand from the grid."""

from functools import cache

import msgspec
import numpy as np
import pytest

from tailings.study import StudyResult, WaterLevel, allowed
from tailings.study.allowed import flooded, water_line
from tailings.study.inputs import Bench
from tests.tailings.study.example import result

# Panels are 30 m wide across: offsets -15, -45 ... -285; elevations 320, 324, 328, 332, 336.
CREST = Bench("crest", (-60.0, 0.0), (330.0, 338.0), ("wall",))
BEACH = Bench("beach", (-180.0, -60.0), (318.0, 338.0), ("wall", "slope"), "orange")
POND = Bench("pond", (-300.0, -180.0), (318.0, 338.0), ("wall",), "red")
UNDER_CREST = Bench("under the crest", (-60.0, 0.0), (318.0, 330.0), ("wall",), "red")
BENCHES = (CREST, BEACH, POND, UNDER_CREST)


@cache
def benched() -> StudyResult:
    """The study of the demo with these benches."""
    return msgspec.structs.replace(result(), benches=BENCHES)


@pytest.mark.parametrize(
    ("levels", "reachable"),
    [
        ({"wall": "green", "slope": "green"}, 1.0),
        ({"wall": "yellow", "slope": "green"}, 1 - 0.2 * 0.4),
        ({"wall": "orange", "slope": "green"}, 1 - 0.2 * 0.4 - 0.4),
        ({"wall": "green", "slope": "red"}, 1 - 0.4),
    ],
)
def test_a_raised_plan_closes_its_benches(levels: dict[str, str], reachable: float) -> None:
    """The crest bench is 2 of 10 rows and 2 of 5 layers, the beach 4 of 10 rows; green again opens them."""
    assert allowed(benched(), levels, []).reachable == pytest.approx(reachable)


def test_a_plan_without_a_level_closes_its_benches() -> None:
    """What is not known is not safe, and its plan is named."""
    found = allowed(benched(), {"wall": "green", "slope": None}, [])

    assert found.reachable == pytest.approx(0.6)
    assert [bench.plan for bench in found.benches] == [None, "slope", None, None]
    assert {bench.level for bench in found.benches} == {None}


@pytest.mark.parametrize(
    ("benches", "unguarded"),
    [
        ((), 1.0),
        ((CREST, BEACH, UNDER_CREST), 0.4),
        ((CREST, BEACH, UNDER_CREST, msgspec.structs.replace(POND, plans=())), 0.4),
        ((CREST, BEACH, UNDER_CREST, POND), 0.0),
    ],
    ids=["no bench", "tonnes outside of every bench", "a bench without a plan", "all"],
)
def test_what_no_plan_guards_is_not_reachable(benches: tuple[Bench, ...], unguarded: float) -> None:
    """With every plan green, four of ten rows that nothing guards are told as such, and are neither open nor dry."""
    water = [WaterLevel("a", 0, 0, 300.0)]
    found = allowed(msgspec.structs.replace(result(), benches=benches), {"wall": "green", "slope": "green"}, water)

    assert (found.reachable, found.unguarded) == (pytest.approx(1 - unguarded), pytest.approx(unguarded))
    assert found.dry_and_reachable == pytest.approx(1 - unguarded)
    assert [bench.is_guarded for bench in found.benches] == [bool(bench.plans) for bench in benches]


def test_a_closed_bench_has_the_level_that_closes_it() -> None:
    """Yellow closes the crest and, by its file, not the beach; its sign comes from the level."""
    found = allowed(benched(), {"wall": "yellow", "slope": "green"}, [])

    assert [(bench.is_closed, bench.level) for bench in found.benches[:2]] == [(True, "yellow"), (False, None)]


def test_the_flooded_share_follows_the_water() -> None:
    """Water at 330 m everywhere floods 3 of 5 layers; stale levels do not count, and none gives no figure."""
    wet, stale = WaterLevel("a", 0, 0, 330.0), WaterLevel("b", 0, 0, None)
    levels = {"wall": "green", "slope": "green"}

    assert allowed(benched(), levels, [wet, stale]).flooded == pytest.approx(0.6)
    assert [one.datastream for one in allowed(benched(), levels, [wet, stale]).unlevelled] == ["b"]
    assert allowed(benched(), levels, [stale]).flooded is None


@pytest.mark.parametrize("level_m", [318.7, 325.0, 330.9, 337.7, 400.0])
def test_what_lies_below_the_water_is_no_whole_number_of_layers(level_m: float) -> None:
    """Of 20 m of box so many metres: by whole panels, of which the middle decided, it was off by a tenth at 330 m."""
    expected = min(1.0, (level_m - 318.0) / 20.0)

    found = allowed(benched(), {"wall": "green", "slope": "green"}, [WaterLevel("a", 0, 0, level_m)])

    assert found.flooded == pytest.approx(expected)
    assert found.dry_and_reachable == pytest.approx(1.0 - expected, abs=1e-9)


def test_a_bench_has_the_part_of_a_panel_that_lies_in_it() -> None:
    """The crest from 331 to 337 m, and -50 m: 6 of 20 m by 50 of 300; an older study has whole panels (the control)."""
    bench = msgspec.structs.replace(CREST, offset_m=(-50.0, 0.0), elevation_m=(331.0, 337.0))
    new = msgspec.structs.replace(result(), benches=(bench,))
    old = msgspec.structs.replace(new, panels=msgspec.structs.replace(new.panels, sides_m=()))
    shares = [allowed(one, {"wall": "green"}, []).benches[0].share for one in (new, old)]

    assert shares[0] == pytest.approx(6 / 20 * 50 / 300)
    assert shares[1] == pytest.approx(8 / 20 * 60 / 300)


def test_panels_of_odd_sides_leave_nothing_outside_of_a_bench_that_holds_all() -> None:
    """Seven rows of 42.857 m, whose middles are rounded to a millimetre: no sliver is unguarded, and no more than all
    is reachable."""
    offset = np.array([-300.0 + 300.0 / 7 * (row + 0.5) for row in range(7)]).round(3)
    panels = msgspec.structs.replace(
        result().panels,
        chainage_m=(120.0,) * 7,
        offset_m=tuple(offset.tolist()),
        elevation_m=(328.0,) * 7,
        grade=(1.0,) * 7,
        sides_m=(240.0, 300.0 / 7, 20.0),
    )
    bench = msgspec.structs.replace(CREST, offset_m=(-300.0, 0.0), elevation_m=(318.0, 338.0))
    study = msgspec.structs.replace(result(), benches=(bench,), panels=panels, panel_grades=())
    found = allowed(study, {"wall": "green"}, [WaterLevel("a", 0, 0, 323.0)])

    assert (found.unguarded, found.reachable <= 1.0) == (0.0, True)
    assert (found.reachable, found.flooded) == (pytest.approx(1.0), pytest.approx(0.25))


def test_tonnes_nearest_to_a_stale_level_have_none_and_are_not_dry() -> None:
    """Of rows at -15 to -285 the five beyond -150 are nearest to the level at -300; two of five layers are dry."""
    near, far = WaterLevel("a", 120, 0, 330.0), WaterLevel("b", 120, -300, None)
    levels = {"wall": "green", "slope": "green"}
    whole, half = (allowed(benched(), levels, water) for water in ([near], [near, far]))

    assert [(one.datastream, one.share) for one in half.unlevelled] == [("b", pytest.approx(0.5))]
    assert (whole.dry_and_reachable, half.dry_and_reachable) == (pytest.approx(0.4), pytest.approx(0.2))
    assert (whole.flooded, half.flooded) == (pytest.approx(0.6), pytest.approx(0.6))


def test_panels_below_a_line_are_flooded() -> None:
    """With 330 m at the crest and 322 m at the far end the nearest row is wet three layers deep, the farthest one."""
    wet = flooded(benched(), [WaterLevel("a", 120, 0, 330.0), WaterLevel("b", 120, -300, 322.0)])
    assert wet is not None
    offset = np.array(benched().panels.offset_m)

    assert [round(float(wet[offset == at].mean() * 5)) for at in (-15, -285)] == [3, 1]
    assert flooded(benched(), []) is None


def test_the_water_line_lies_between_its_levels() -> None:
    """Half way between 320 m and 330 m it is 325 m; at a piezometer it is its level within a centimetre."""
    found = water_line(
        [WaterLevel("a", 0, 0, 320.0), WaterLevel("b", 100, 0, 330.0)], np.array([50.0, 0.0]), np.array([0.0, 0.0])
    )

    assert found == pytest.approx([325.0, 320.0], abs=0.01)
