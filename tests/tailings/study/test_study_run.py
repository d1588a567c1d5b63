"""Tests of a whole study: against the truth of the model that the demo's assays are drawn from, and by hand."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from tailings.study import BadStudy, Sampled, StudyResult, read_inputs, run
from tailwatch.demo.assays import MEANS
from tests.tailings.study.example import STUDY, TODAY, inputs, result, samples, sent

TEXT = STUDY.read_text()


def test_grades_are_near_the_mean_of_the_samples_and_of_inverse_distance() -> None:
    """Kriging, inverse distance and the mean of the samples agree within 10 % for all four elements."""
    for one in result().commodities:
        plain = np.mean([sample.grades[one.element] for sample in samples()])
        assert one.mean_mg_per_kg == pytest.approx(plain, rel=0.1)
        assert one.inverse_distance_mg_per_kg == pytest.approx(plain, rel=0.1)
        assert one.mean_mg_per_kg == pytest.approx(MEANS[one.element], rel=0.15)


def test_the_net_value_at_the_middle_by_hand() -> None:
    """With every input at its P50 the net value is the sum of its terms, added up here one by one."""
    case = result().case
    tonnes = case.volume.mid * case.density.mid
    paid = sum(
        tonnes * one.grade.mid / 1e6 * one.recovery.mid * one.price.mid * one.payability for one in case.commodities
    )
    expected = paid + tonnes * 0.15 * 2.0 + 2e6 - tonnes * 26.0 - 14e6

    assert result().net[1] == pytest.approx(expected, rel=0.1)
    assert result().net[0] < result().net[1] < result().net[2]


def test_a_study_is_the_same_each_time_and_survives_storing() -> None:
    """Same samples, inputs and seed give the same document, and JSON gives it back whole."""
    again = run(inputs(), samples(), TODAY, sent=sent())

    assert again == result()
    assert msgspec.json.decode(msgspec.json.encode(again), type=StudyResult) == again


def test_a_study_stored_before_currencies_is_read_as_dollars_and_not_discounted() -> None:
    """A document without the later names: USD, as its prices were, and both parts of discounting missing."""
    later = ("currency", "exchange_rate", "npv", "missing_for_discounting", "generated")
    document = {name: part for name, part in msgspec.to_builtins(result()).items() if name not in later}
    del document["case"]["discounting"]

    found = msgspec.convert(document, StudyResult)

    assert (found.currency, found.npv, found.case.discounting) == ("USD", None, None)
    assert found.missing_for_discounting == ("discount rate", "yearly throughput")


def test_grade_and_tonnage_run_against_each_other() -> None:
    """Above a higher cut-off there are fewer tonnes of a higher grade; P90 is below P10."""
    curve = result().grade_tonnage

    assert list(curve.mid) == sorted(curve.mid, reverse=True)
    assert list(curve.grade) == sorted(curve.grade)
    assert all(low <= mid <= high for low, mid, high in zip(curve.low, curve.mid, curve.high, strict=True))


def test_the_curve_is_g3_whatever_the_metal_is() -> None:
    """docs/decisions/0027: the result says so, and the method statement."""
    assert result().grade_tonnage.g == 3
    assert "it is G3, whatever the metal is." in result().method


def test_holes_are_ranked_by_variance_removed_per_cost() -> None:
    """The hole between beach and pond samples removes most; the order is of the ratio."""
    ratios = [hole.removed / hole.cost for hole in result().next_holes]

    assert ratios == sorted(ratios, reverse=True)
    assert all(0 <= hole.removed < 1 for hole in result().next_holes)


def test_progress_is_told() -> None:
    """One step an element, rising."""
    told: list[float] = []
    run(inputs(), samples(), TODAY, told.append)

    assert told == pytest.approx([0.225, 0.45, 0.675, 0.9])


def test_what_does_not_carry_a_study_is_refused() -> None:
    """No assays, one hole, too few composites: each says what is missing."""
    one_hole = [sample for sample in samples() if sample.hole == "DH-01"]
    few = [sample for sample in samples() if sample.top_m in (1.5, 12.0)][:6]
    for given, fix in ((), "import"), (one_hole, "two or more"), (few, "composites"):
        with pytest.raises(BadStudy, match=fix):
            run(inputs(), given, TODAY)


def moved(hole: str, **places: float) -> list[Sampled]:
    """The samples with one hole elsewhere, by so much."""
    return [
        msgspec.structs.replace(one, **{name: getattr(one, name) + by for name, by in places.items()})
        if one.hole == hole
        else one
        for one in samples()
    ]


def twin(**places: float) -> list[Sampled]:
    """The samples with a twin of a hole beside it."""
    return [
        *samples(),
        *(msgspec.structs.replace(one, hole="TW") for one in moved("DH-01", **places) if one.hole == "DH-01"),
    ]


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (lambda: moved("DH-01", offset_m=-900), "DH-01: offset .* outside of the box .*correct the place"),
        (lambda: moved("DH-01", chainage_m=5_000), "DH-01: chainage .* outside of the box"),
        (lambda: moved("DH-01", collar_m=100), "DH-01: its samples lie from .* datum"),
        (lambda: moved("DH-01", collar_m=-100), "DH-01: its samples lie from .* datum"),
        (twin, "DH-01 and TW have samples at one place"),
        (lambda: [msgspec.structs.replace(one, oxidised_m=50.0) for one in samples()], "DH-01: oxidised_m is 50 m"),
    ],
    ids=["beside the box", "far along", "above", "below", "twins", "oxidised too deep"],
)
def test_a_hole_that_cannot_stand_there_is_named_with_the_fix(given: Callable[[], list[Sampled]], fix: str) -> None:
    """Each was taken, or ended in a matrix that cannot be inverted."""
    with pytest.raises(BadStudy, match=fix):
        run(inputs(), given(), TODAY)


def test_a_twin_beside_its_hole_and_a_hole_just_outside_are_taken() -> None:
    """A twin a metre away, and a hole not farther beside the box than holes are apart."""
    for given in (twin(chainage_m=1.0), moved("DH-01", chainage_m=-20.0)):
        assert run(inputs(), given, TODAY).composites > 200


def test_one_long_sample_of_a_hole_is_one_composite() -> None:
    """A hole of 12 lifts of 1.5 m sampled as one: 11 composites fewer, and the method says so."""
    whole = [one for one in samples() if one.hole == "DH-01"]
    long = msgspec.structs.replace(whole[0], bottom_m=whole[-1].bottom_m)
    found = run(inputs(), [long, *(one for one in samples() if one.hole != "DH-01")], TODAY)

    assert found.composites == result().composites - len(whole) + 1
    assert "1 of them are longer than a composite" in found.method


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("composite_m = 1.5", "composite_m = 1e-9", "composite_m: .* state a longer one"),
        ("depth_m = 19.0", "depth_m = 1e15", "composite_m: .* or the depth in metres"),
    ],
)
def test_a_composite_that_no_computer_holds_all_of_is_refused(old: str, new: str, fix: str) -> None:
    """Of the samples' holes and of the next ones alike (found by fuzzing: a ValueError of numpy)."""
    assert old in TEXT
    with pytest.raises(BadStudy, match=fix):
        run(read_inputs(TEXT.replace(old, new)), samples(), TODAY)
