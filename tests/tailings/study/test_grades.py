"""Results that are low, high, or never there: from assays and a study file to grade, value and sentence."""

import csv
import io
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from tailings.study import BadStudy, StudyInputs, StudyResult, article_27, net_values, run
from tailings.study.article_27 import FacilityPlace
from tailings.study.sampled import Sampled
from tailings.study.tables import Label, file
from tests.tailings.study.example import TODAY, inputs, result, samples


def made(
    change: Callable[[int, float], tuple[float, float | None]], element: str = "Sn", study: StudyInputs | None = None
) -> StudyResult:
    """The demo's study with the results of one element changed: of each interval its grade, and its limit or None."""
    changed: list[Sampled] = []
    for number, one in enumerate(samples()):
        grade, limit = change(number, one.grades[element])
        below = {} if limit is None else {element: limit}
        changed.append(msgspec.structs.replace(one, grades=one.grades | {element: grade}, below=below))
    return run(study or inputs(), changed, TODAY)


def never(number: int, grade: float) -> tuple[float, float | None]:
    """Below 20 mg/kg, as the import hands it over: half of the limit as grade."""
    return 10.0, 20.0


def test_what_was_never_detected_has_a_bound_and_earns_nothing() -> None:
    """Tin at <20 in 216 results: no tonnes and no money, a bound of 20 mg/kg, and the value of the other three."""
    study = made(never)
    drawn = net_values(study, {})
    without = run(
        msgspec.structs.replace(inputs(), commodity=tuple(one for one in inputs().commodity if one.element != "Sn")),
        samples(),
        TODAY,
    )
    (tin,) = study.undetected

    assert (tin.element, tin.results, tin.bound_mg_per_kg) == ("Sn", 216, 20.0)
    assert "Sn" not in drawn.contained
    assert study.net == pytest.approx(without.net)
    assert "Sn is below its limit in all 216 results: at most 20 mg/kg" in study.method


def test_the_files_say_at_most_for_what_was_never_detected() -> None:
    """The Article 27 record has the bound; no table has money for it."""
    study = made(never)
    drawn = net_values(study, {})
    record = article_27.record(FacilityPlace("demo", "Demo"), study, drawn)
    content = {one.name: one.content for one in record.fields}
    rows = csv.DictReader(io.StringIO(file("commodities", "csv", study, drawn, Label("d", 1, "", "", "")).decode()))

    assert content["concentrations"]["Sn"] == {"unit": "mg/kg", "at_most": 20.0}
    assert [row["element"] for row in rows] == ["W", "Cu", "Zn"]


def test_a_cut_off_of_what_was_never_detected_is_refused() -> None:
    """The sentence names how many results say so."""
    with pytest.raises(BadStudy, match="cut_off_element: W is below its limit in all 216 results"):
        made(never, "W")


def test_results_below_a_limit_count_by_the_others_and_the_share_is_told() -> None:
    """Tin below 600 is <600 (about half): the mean grade stays within 6 % of the study that knows all results."""

    def low(number: int, grade: float) -> tuple[float, float | None]:
        return (300.0, 600.0) if grade < 600 else (grade, None)

    tin = next(one for one in made(low).commodities if one.element == "Sn")
    known = next(one for one in result().commodities if one.element == "Sn")
    assert tin.censored is not None

    assert 0.3 < tin.censored.below / tin.censored.results < 0.7
    assert tin.mean_mg_per_kg == pytest.approx(known.mean_mg_per_kg, rel=0.06)
    assert abs(tin.censored.half_mean / known.mean_mg_per_kg - 1) > 0.06


def test_one_wild_result_does_not_decide() -> None:
    """900 g/t of gold in one of the results, 1 g/t in the others: the grade stays near 1, and both figures are told."""
    random = np.random.default_rng(3)
    gold = np.exp(random.normal(0.0, 0.4, 216))

    def one_wild(number: int, grade: float) -> tuple[float, float | None]:
        return (900.0 if number == 70 else float(gold[number])), None

    def none_wild(number: int, grade: float) -> tuple[float, float | None]:
        return float(gold[number]), None

    wild, plain = (made(change, "Sn").commodities[2] for change in (one_wild, none_wild))
    assert wild.top_cut is not None

    assert wild.mean_mg_per_kg == pytest.approx(plain.mean_mg_per_kg, rel=0.05)
    assert (wild.top_cut.results, wild.top_cut.highest) == (1, 900.0)
    assert wild.top_cut.mean_before > 4 * wild.top_cut.mean_after


def test_a_stated_top_cut_goes_before_the_rule_and_its_effect_is_told() -> None:
    """Tin cut at 500 mg/kg by the author: below what the rule would leave, and the method statement has both means."""
    stated = tuple(
        msgspec.structs.replace(one, top_cut_mg_per_kg=500.0) if one.element == "Sn" else one
        for one in inputs().commodity
    )
    study = made(lambda number, grade: (grade, None), study=msgspec.structs.replace(inputs(), commodity=stated))
    tin = study.commodities[2]

    assert tin.mean_mg_per_kg < 500.0
    assert "are cut to 500, as Tailwatch demo states" in study.method
    assert result().commodities[2].top_cut is None


def test_a_step_about_what_was_never_detected_is_no_step() -> None:
    """The demo's tests are of tungsten and copper: without copper they are of tungsten; one of copper alone is gone."""
    alone = msgspec.structs.replace(inputs().next_step[0], name="Copper alone", elements=("Cu",))
    study = made(never, "Cu", msgspec.structs.replace(inputs(), next_step=(*inputs().next_step, alone)))

    assert [one.elements for one in study.next_steps] == [("W",), ("W",), ()]
