"""What is stated of facilities: intervals that hold, tonnes of metal, and the reason where there is none."""

from __future__ import annotations

import msgspec
import pytest

from bench.screening.country import ELEMENT, country
from tailings.screening import FacilityFacts, ScreeningParameters, screen
from tailings.screening.facts import ElementSamples

DONORS = [
    FacilityFacts(f"d{number}", ("Cu",), "pond", samples=2, assays={"Cu": ElementSamples((800.0 + number, 1200.0))})
    for number in range(5)
]


def test_eighty_percent_intervals_hold_the_truth_of_a_simulated_country() -> None:
    """Of 600 intervals in four countries 76 to 84 % hold; `make bench-screening` counts 10,000."""
    held, all = 0, 0

    for seed in range(4):
        land = country(seed + 20, facilities=150)
        by_key = {one.key: one.grade for one in screen(land.facts).statements if one.element == ELEMENT}
        held += sum(
            by_key[one.key].p90 <= true <= by_key[one.key].p10 for one, true in zip(land.facts, land.grade, strict=True)
        )
        all += len(by_key)

    assert all == 600
    assert 0.76 <= held / all <= 0.84


def test_a_facility_of_which_nothing_is_known_gets_no_number_and_the_reason() -> None:
    """Neither commodity nor assays; an element that four have sampled; more samples than are screened."""
    found = screen(
        [
            *DONORS[:4],
            FacilityFacts("nothing"),
            FacilityFacts("many", ("Cu",), samples=9, assays={"Sn": ElementSamples((1.0,))}),
        ]
    )

    assert {(one.key, one.element, one.reason, one.count) for one in found.without} == {
        *((f"d{number}", "Cu", "few_donors", 4) for number in range(4)),
        ("nothing", "", "nothing_known", 0),
        ("many", "", "many_samples", 9),
    }
    assert found.statements == ()


def test_a_register_row_alone_gets_an_interval_from_others_and_says_from_whom() -> None:
    """Its commodity is that of five, whose type it does not share; it is wider than that of a facility with samples."""
    alone = FacilityFacts("alone", ("Cu",), "slag", mass_t=1e6)

    found = {one.key: one for one in screen([*DONORS, alone]).statements}

    assert (found["alone"].own, msgspec.to_builtins(found["alone"].borrowed)) == (
        0,
        {"all": 5, "commodity": 5, "type": 0, "age": 0, "near": 0},
    )
    assert found["alone"].grade.p10 / found["alone"].grade.p90 > found["d0"].grade.p10 / found["d0"].grade.p90
    assert found["alone"].metal.p50 == pytest.approx(found["alone"].grade.p50, rel=0.05)  # a million tonnes, mg/kg


def test_tonnes_of_metal_are_as_unsure_as_the_mass() -> None:
    """With masses known exactly metal over mass is the grade; within a factor of three it is wider."""
    facts = [*DONORS, FacilityFacts("alone", ("Cu",), mass_t=2e6), FacilityFacts("wet", ("Cu",), mass_missing="wet")]

    exact, wide = (
        next(one for one in screen(facts, ScreeningParameters(factor)).statements if one.key == "alone")
        for factor in (1.0, 3.0)
    )
    wet = next(one for one in screen(facts).statements if one.key == "wet")

    assert exact.metal.p10 == pytest.approx(2 * exact.grade.p10, rel=1e-9)
    assert wide.metal.p10 / wide.metal.p90 > 1.5 * exact.metal.p10 / exact.metal.p90
    assert (wet.metal, wet.metal_missing) == (None, "wet")


def test_the_same_inputs_in_another_order_are_the_same_screening() -> None:
    """Digest and intervals depend on what is known, and not on the order in which a database gives it."""
    facts = list(country(3, facilities=40).facts)

    one, other = screen(facts), screen(facts[::-1])

    assert one.inputs_sha256 == other.inputs_sha256
    assert {row.key: row.grade.p50 for row in one.statements} == pytest.approx(
        {row.key: row.grade.p50 for row in other.statements}, rel=1e-6
    )
