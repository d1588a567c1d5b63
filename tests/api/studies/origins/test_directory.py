"""Origins of the demo's study, as codes and numbers: each figure ends at what was measured, printed or decided."""

from typing import get_args

import msgspec
import pytest

from api.http.errors import NotFound
from api.studies.models import Rating
from api.studies.origins import NAMES, trace
from api.studies.origins.models import (
    GroundCode,
    Kind,
    NameCode,
    NoteCode,
    Origin,
    OriginStep,
    ValueCode,
)
from tailings.commodities import prices
from tailings.commodities.unfc import Criterion
from tailings.study import WaterLevel
from tests.dashboard.examples import NOW
from tests.dashboard.value.valued import FILES
from tests.tailings.study.example import result
from texts import load

from .known import known


def steps(figure: str, kind: str) -> list[OriginStep]:
    """The steps of a kind on the way to a figure."""
    return [step for step in trace(known(), figure).steps if step.kind == kind]


def codes(step: OriginStep) -> list[str]:
    """The codes of its notes."""
    return [one.code for one in step.notes]


def test_a_grade_ends_at_its_assays_with_file_row_and_hash() -> None:
    """As printed by the laboratory, with the method, the file's row and its SHA-256; and how it was estimated."""
    (assay,) = steps("grade:W", "assay")
    interval, row = assay.notes

    assert assay.value is not None and assay.value.values == {
        "printed": "0.21",
        "unit": "%",
        "substance": "WO3",
        "method": "XRF",
    }
    assert (assay.name.values["name"], assay.p50, assay.unit) == ("S-001", 1665.0, "mg/kg")
    assert interval.values == {"hole": "DH-01", "top_m": 0.0, "bottom_m": 1.5}
    assert row.values == {"file": "demo.csv", "row": 7, "revision": 2}
    assert [step.sha256 for step in steps("grade:W", "file")] == [FILES[0].sha256]


def test_a_price_is_its_printed_row_with_source_date_and_licence() -> None:
    """Tungsten: 380 USD per metric ton unit of WO3 is 47 921 USD/t (USGS 2026), at 1.10 USD a euro 43 565 EUR/t."""
    (row,) = steps("price:W", "price")
    printed = row.notes[0]

    assert (row.p50, row.unit) == (pytest.approx(43_565, abs=1), "EUR/t")
    assert (printed.code, printed.values["value"]) == ("printed", prices.newest("W").value)
    assert row.source is not None and "USGS" in row.source and "doi.org" in row.source
    assert (row.licence, str(row.dated), row.author) == ("US public domain", "2026-02-06", "Tailwatch demo")


def test_money_is_made_of_assumptions_with_their_authors_prices_and_grades() -> None:
    """Net value: every uncertain input and the exchange rate, each with author or source, and the files close it."""
    found = trace(known(), "net").steps
    inputs = [step for step in found if step.kind in ("assumption", "price", "estimate")]

    assert len(inputs) == len(known().result.case.inputs()) + 1
    assert [step.name.code for step in inputs][-1] == "rate"
    assert all(step.author or step.source or step.ground for step in inputs)
    assert [step.kind for step in found[-2:]] == ["file", "study"]
    assert found[0].p50 == pytest.approx(known().result.net[1])


def test_a_present_value_is_made_of_rate_throughput_and_years_with_their_authors() -> None:
    """8 % and 350 000 t a year, mid-year; 1.90 Mt take 5.42 years; then all that the net value is made of."""
    found = trace(known(), "npv").steps
    stated = {step.name.code: step for step in found}
    rate, throughput, years = (stated[name] for name in ("discount_rate", "throughput", "years"))

    assert (rate.p50, rate.unit, rate.author) == (0.08, "1/a", "Tailwatch demo")
    assert (throughput.p50, throughput.unit, codes(throughput)) == (350_000.0, "t/a", ["flows_mid"])
    assert (years.p50, years.unit) == (pytest.approx(5.42, abs=0.01), "a")
    assert {step.name.code for step in trace(known(), "net").steps} <= stated.keys()


def test_without_a_throughput_the_present_value_says_what_is_missing() -> None:
    """No number, what is missing, and what the undiscounted value is made of."""
    plain = msgspec.structs.replace(result().case, discounting=None)
    study = msgspec.structs.replace(result(), case=plain, missing_for_discounting=("yearly throughput",))
    top, *rest = trace(known(study=study), "npv").steps

    assert (top.value, top.p50) == (None, None)
    assert [(one.code, one.values) for one in top.notes] == [("not_discounted", {"missing": ["yearly throughput"]})]
    assert [step.name for step in rest] == [step.name for step in trace(known(), "net").steps]


def test_an_exchange_rate_says_day_age_and_ground() -> None:
    """Stated for 1 November 2026, 24 days before the answer."""
    (rate,) = steps("rate", "assumption")

    assert (rate.p50, rate.unit, str(rate.dated)) == (1.1, "USD/EUR", "2026-11-01")
    assert [(one.code, one.values) for one in rate.notes] == [("rate_age", {"age_d": 24})]
    assert rate.source is not None and rate.source.startswith("invented")


def test_the_record_says_who_stated_what_of_new_waste() -> None:
    """Tonnes, two concentrations and the methods, each with author and day; recoverability is missing."""
    found = trace(known(), "record").steps
    stated = [step for step in found if step.kind == "assumption"]
    fields = {step.name.values["field"]: step.value for step in found if step.kind == "field"}
    missing = fields["generated_recoverability"]

    assert {step.author for step in stated} == {"Tailwatch demo"}
    assert [(step.p50, step.unit) for step in stated[1:]] == [(70_000.0, "t/a"), (600.0, "mg/kg"), (950.0, "mg/kg")]
    assert missing is not None and missing.values == {"is_there": False}


def test_factors_are_told_of() -> None:
    """The net value with prices at 0.9 is another one, and says what was asked."""
    plain, asked = trace(known(), "net").steps[0], trace(known({"price": 0.9}), "net").steps[0]

    assert asked.p50 is not None and plain.p50 is not None and asked.p50 < plain.p50
    assert (asked.notes[-1].code, asked.notes[-1].values) == ("factors", {"price": 0.9})


def test_a_closed_bench_names_the_plan_and_its_level() -> None:
    """The bench at the crest is closed by the plan wall, which is yellow; its tonnes are volume times density."""
    top, *rest = trace(known(), "bench:Bench 1").steps
    levels = [(step.name.values, step.value) for step in rest if step.kind == "level"]
    (place, level) = levels[0]

    assert top.value is not None and top.value.values["is_closed"]
    assert [one.values for one in top.notes] == [{"plan": "wall", "level": "yellow"}]
    assert level is not None and (place, level.values) == ({"name": "wall"}, {"level": "yellow"})
    assert {step.name.values["input"] for step in rest if step.kind == "assumption"} == {"volume", "density"}


def test_the_water_line_names_its_readings() -> None:
    """A fresh level with its value and its datastream; a stale one is said to be left out."""
    fresh, stale = steps("flooded", "water")
    (state,) = known().known.overview.facilities

    assert (fresh.p50, fresh.unit) == (330.0, "m")
    assert fresh.reference is not None and fresh.reference.id == str(state.datastreams[0].id)
    assert (stale.p50, codes(stale)) == (None, ["left_out"])


def test_a_year_ago_names_the_levels_of_that_day() -> None:
    """One mean of 25 November 2025, and one piezometer of which nothing is stored."""
    then = (WaterLevel("n03:vw1.level", 20, 0, 333.0), WaterLevel("n02:pond.level", 120, -280, None))
    found = trace(known(levels={}, then=then), "flooded_then").steps
    mean, none = (step for step in found if step.kind == "water")

    assert (mean.p50, codes(mean)) == (333.0, ["then_mean"])
    assert (none.p50, codes(none)) == (None, ["no_then"])
    assert str(mean.notes[0].values["day_at"]).startswith("2025-11-25")
    assert found[0].p50 == pytest.approx((333.0 - 318.0) / 20.0)


def test_a_class_has_its_history_of_changes() -> None:
    """Three versions, the second like the first: E goes from 3 to 2 with another reason; each says what it replaces."""
    held, missing = "Waste permit held", "No permit"

    def rating(version: int, number: int, reason: str) -> Rating:
        said = Criterion(axis="E", number=number, name="Permit", reason=reason, author="user:3", scored=NOW.date())
        return Rating(version=version, author="user:3", made_at=NOW, unfc=f"E{number};F2;G1", criteria=[said])

    versions = [rating(3, 2, held), rating(2, 3, missing), rating(1, 3, missing)]
    found = trace(known(ratings=versions), "unfc:W").steps
    history = [
        (one.name.values["version"], [(note.code, note.values["number"], note.values["reason"]) for note in one.notes])
        for one in found
        if one.kind == "rating"
    ]

    assert history == [
        (3, [("criterion", 2, held), ("no_more", 3, missing)]),
        (1, [("criterion", 3, missing)]),
    ]


OF = {
    "input": ":cost",
    "hole": ":DH-01",
    "next": ":DH-17",
    "step": ":Quotations for plant and operation",
    "bench": ":Bench 1",
    "use": ":sand",
    "unlevelled": ":n02:pond.level",
}
"""What the figures are of that are not of an element."""


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_ends_on_ground(name: str) -> None:
    """Each kind of figure has an assumption with author and date, a hash, a source, a level or a reading below it."""
    found = trace(known(), f"{name}{OF.get(name, ':W')}").steps

    assert found[0].kind == "figure"
    assert any(step.sha256 or step.source or step.ground or (step.author and step.dated) for step in found)


def test_every_code_has_its_words_and_no_word_is_without_a_code() -> None:
    """Names, values, notes, grounds and kinds of the catalogue are those of the answer, but what is put together."""
    words = load()["value"]["origins"]
    composed = {"names": {"input", "field"}, "notes": {"closed_by", "not_discounted", "control"}}

    for table, code in (("names", NameCode), ("notes", NoteCode), ("grounds", GroundCode), ("kinds", Kind)):
        assert set(words[table]) == set(get_args(code)) - composed.get(table, set()), table
    assert set(get_args(ValueCode)) - words["values"].keys() == {"level", "bench", "field"}


def test_an_answer_says_the_same_when_it_is_read_anew() -> None:
    """Whole numbers stay whole, shares stay shares, and lists stay lists: what a program reads is what was made."""
    for name in NAMES:
        found = trace(known(), f"{name}{OF.get(name, ':W')}")
        assert Origin.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("figure", ["weather", "grade:Xx", "bench:nine", "hole:DH-99", "next:DH-99", "input:luck"])
def test_what_is_no_figure_is_not_found(figure: str) -> None:
    """The sentence names it."""
    with pytest.raises(NotFound):
        trace(known(), figure)
