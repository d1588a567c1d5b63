"""What a study finds does not depend on how its file says it, nor on units; each figure by a reckoning beside it."""

import re
from functools import cache

import msgspec
import numpy as np
import pytest

from api.region import totals
from api.region.queries import StudyCase
from tailings.estimate.outcomes import Spread
from tailings.study import BadStudy, Sampled, StudyResult, again, allowed, net_values, read_inputs, run
from tailings.study.allowed import WaterLevel
from tests.dashboard.value.valued import valued
from tests.differences import differences
from tests.tailings.study.example import COARSE, TODAY, samples, sent

CONSUMED = """
[[consumption]]
element = "W"
tonnes_per_year = 100.0
year = 2023
source = "invented for this test"
author = "A. Person"
entered = 2026-11-30
"""
OXIDISED = (
    'oxidised_recovery = { p90 = 0.04, p50 = 0.05, p10 = 0.06, author = "A. Person", dated = 2026-11-01, '
    'source = "invented" }\n'
)


@cache
def coarse(old: str = "", new: str = "", more: str = "") -> StudyResult:
    """The demo's study with few panels, with one change of its text."""
    assert old in COARSE
    return run(read_inputs(COARSE.replace(old, new, 1) + more), samples(), TODAY, sent=sent())


def without(table: str) -> str:
    """A table of the study file, as it stands there."""
    found = re.search(rf"\[{table}\]\n(?:.+\n)+", COARSE)
    assert found is not None
    return found.group(0)


def test_panels_that_do_not_part_the_box_evenly_are_those_that_do() -> None:
    """47 x 61 x 9.5 m give the panels of 48 x 60 x 10 m: one study, with one distance of the holes in its class."""
    asked = coarse("[48.0, 60.0, 10.0]", "[52.0, 64.0, 8.5]")

    assert list(differences(msgspec.to_builtins(coarse()), msgspec.to_builtins(asked))) == []


@pytest.mark.parametrize("cut_off", [1013.0, 1234.5, 1e5])
def test_tonnes_above_the_cut_off_are_those_above_it(cut_off: float) -> None:
    """By the panels of each realisation: at no place of the curve but at the cut-off, and nothing above a grade that
    no panel has."""
    study = read_inputs(COARSE.replace("cut_off_mg_per_kg = 1000.0", f"cut_off_mg_per_kg = {cut_off}"))
    found = run(study, samples(), TODAY, sent=sent())
    panels = again(study, samples(), found).blocks[0]
    share = np.median((panels >= cut_off).mean(axis=1))
    told = valued(study=found).now.above_cut_off

    assert told.tonnes == pytest.approx(share * found.case.volume.mid * found.case.density.mid)
    assert (told.grade_mg_per_kg >= cut_off) is bool((panels >= cut_off).any())


def test_a_year_is_the_same_in_the_study_and_in_the_region_also_without_a_discount_rate() -> None:
    """The P50 of what is recovered in a year, over what is consumed: with the recovery of the oxidised part, and with
    no more in a year than there is at all. The share of a study without a discount rate was told on its page, and its
    throughput missing in the region's."""
    for rate in ("tonnes_per_year = 350000.0", "tonnes_per_year = 9000000.0"):
        text = COARSE.replace("tonnes_per_year = 350000.0", rate).replace(without("discount_rate"), "")
        text = text.replace('element = "W"\nrecovery', f'element = "W"\n{OXIDISED}recovery', 1) + CONSUMED
        found = run(read_inputs(text), samples(), TODAY, sent=sent())
        drawn = net_values(found, {})
        years = np.maximum(drawn.tonnes / float(rate.rpartition(" ")[2]), 1.0)
        yearly = float(np.median(drawn.recoverable["W"] / years))
        unfc = {one.element: one.unfc for one in found.commodities}
        case = StudyCase(
            "vale",
            1,
            msgspec.to_builtins(found.case),
            found.draws,
            found.seed,
            correlation=[list(row) for row in found.correlation],
            synthetic="",
            signed_by="",
            unfc=unfc,
        )
        tungsten = totals.commodities(case)[0]

        assert found.npv is None
        assert found.commodities[0].eu_share.startswith(f"{float(f'{yearly:.2g}'):g} % of")
        assert tungsten.yearly_t is not None and float(np.median(tungsten.yearly_t)) == pytest.approx(yearly, rel=1e-3)


def test_grades_in_parts_per_billion_are_as_exact_as_those_in_per_cent() -> None:
    """All grades a millionth: every panel a millionth, and what is reached has the same share of the metal."""
    small = [
        msgspec.structs.replace(one, grades={element: grade / 1e6 for element, grade in one.grades.items()})
        for one in samples()
    ]
    found = run(read_inputs(COARSE.replace("cut_off_mg_per_kg = 1000.0", "cut_off_mg_per_kg = 0.001")), small, TODAY)
    before, after = np.array(coarse().panel_grades), np.array(found.panel_grades)
    levels = {"wall": "yellow", "overtopping": "green"}
    water: list[WaterLevel] = []

    assert after == pytest.approx(before / 1e6, rel=1e-5)
    assert allowed(found, levels, water).grades == pytest.approx(allowed(coarse(), levels, water).grades, rel=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ('[[bulk]]\nname = "sand"', '[[bulk]]\nname = "W"', "bulk: 'W'.*another name"),
        (
            "[[bulk]]",
            '[[bulk]]\nname = "sand"\nshare = 0.1\nprice = { low = 1.0, mid = 2.0, high = 3.0 }\n[[bulk]]',
            "twice",
        ),
        ("low = 0.5, mid = 2.0", "low = -4.0, mid = 2.0", "price of sand: -4 to 4 reaches beyond 0"),
        (
            "[avoided_liability]\np90 = 1000000.0",
            "[avoided_liability]\np90 = -3000000.0",
            "avoided_liability: -3e.06 to",
        ),
        ('about = "cost"\n', 'about = "cost"\nelements = ["W"]\n', "a cost is of no element"),
    ],
    ids=[
        "a use named like an element",
        "two uses of one name",
        "a use that may cost",
        "a liability",
        "a cost of tungsten",
    ],
)
def test_what_would_be_drawn_otherwise_than_it_is_stated_is_refused(old: str, new: str, fix: str) -> None:
    """A use took the price of tungsten, one of two uses did not count, a P90 below zero was drawn as zero, and knowing
    the cost of tungsten alone brought nothing."""
    assert old in COARSE
    with pytest.raises(BadStudy, match=fix):
        run(read_inputs(COARSE.replace(old, new, 1)), samples(), TODAY)


def test_a_use_that_may_cost_money_is_drawn_as_it_is_stated() -> None:
    """The control: with its least stated, P90 of the use is a loss."""
    found = coarse("low = 0.5, mid = 2.0, high = 4.0", "low = -4.0, mid = 2.0, high = 4.0, least = -100.0")

    assert found.case.bulk[0].price == Spread(-4.0, 2.0, 4.0, -100.0)
    assert np.quantile(net_values(found, {}).uses["sand"], 0.1) < -0.9e6


def renamed(of: Sampled) -> Sampled:
    """The sample of a hole whose name stands at the other end of the alphabet."""
    return msgspec.structs.replace(of, hole=f"DH-{99 - int(of.hole[3:]):02d}")


def test_elements_go_together_as_they_do_whatever_holes_are_called() -> None:
    """Tin and zinc below a limit in half of the results, and holes renamed: one correlation."""
    below = [low(one) for one in samples()]
    one, other = (run(read_inputs(COARSE), of, TODAY) for of in (below, [renamed(each) for each in below]))

    assert np.array(other.correlation) == pytest.approx(np.array(one.correlation), abs=1e-6)


def low(of: Sampled) -> Sampled:
    """The sample with tin and zinc below a limit, where there is little of them."""
    limits = {name: limit for name, limit in (("Sn", 600.0), ("Zn", 3000.0)) if of.grades[name] < limit}
    halves = {name: limit / 2 for name, limit in limits.items()}
    return msgspec.structs.replace(of, grades=of.grades | halves, below=limits)
