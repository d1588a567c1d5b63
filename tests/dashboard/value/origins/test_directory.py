"""Origins of the demo's study: each figure ends at what was measured, printed, assumed or decided."""

from collections.abc import Mapping, Sequence

import msgspec
import pytest

from api.http.errors import NotFound
from api.studies.models import Criterion, Rating, Sample
from api.studies.origin import OriginStep
from dashboard.value.origins import NAMES, KnownFacility, trace
from tailings.commodities import prices
from tailings.study import WaterLevel
from tests.dashboard.examples import NOW
from tests.dashboard.value.valued import FILES, valued
from tests.tailings.study.example import result
from texts import load

SAMPLE = Sample(
    name="S-001",
    revision=2,
    kind="primary",
    of_sample="",
    hole="DH-01",
    chainage_m=20.0,
    offset_m=-20.0,
    collar_m=338.0,
    top_m=0.0,
    bottom_m=1.5,
    material="sand",
    file=1,
    file_row=7,
    assays=[
        {
            "element": "W",
            "printed": "0.21",
            "unit": "%",
            "substance": "WO3",
            "method": "XRF",
            "sign": "",
            "mg_per_kg": 1665.0,
        }
    ],
)
WATER = (WaterLevel("n03:vw1.level", 20, 0, 330.0), WaterLevel("n02:pond.level", 120, -280, None))


def known(factors: Mapping[str, float] | None = None, ratings: Sequence[Rating] = ()) -> KnownFacility:
    """The demo's study under a yellow plan, with one sample, one fresh and one stale water level."""
    found = valued({"wall": "yellow"}, WATER, factors=factors)
    return KnownFacility(found, load(), factors or {}, (SAMPLE,), ratings)


def steps(figure: str, kind: str) -> list[OriginStep]:
    """The steps of a kind on the way to a figure."""
    return [step for step in trace(known(), figure).steps if step.kind == kind]


def test_a_grade_ends_at_its_assays_with_file_row_and_hash() -> None:
    """As printed by the laboratory, with the method, the file's row and its SHA-256; and how it was estimated."""
    (assay,) = steps("grade:W", "assay")

    assert (assay.name, assay.value, assay.p50) == ("S-001", "0.21 % WO3 XRF", 1665.0)
    assert assay.says == ["DH-01, 0 to 1.5 m; demo.csv, row 7, revision 2"]
    assert [step.sha256 for step in steps("grade:W", "file")] == [FILES[0].sha256]
    assert "ordinary kriging" in trace(known(), "grade:W").steps[0].says[0]


def test_a_price_is_its_printed_row_with_source_date_and_licence() -> None:
    """Tungsten: 380 USD per metric ton unit of WO3 is 47 921 USD/t (USGS 2026), at 1.10 USD a euro 43 565 EUR/t."""
    (row,) = steps("price:W", "price")

    assert row.p50 == pytest.approx(43_565, abs=1)
    assert str(prices.newest("W").value).removesuffix(".0") in row.says[0]
    assert row.source is not None and "USGS" in row.source and "doi.org" in row.source
    assert (row.licence, str(row.dated), row.author) == ("US public domain", "2026-02-06", "Tailwatch demo")


def test_money_is_made_of_assumptions_with_their_authors_prices_and_grades() -> None:
    """Net value: every uncertain input and the exchange rate, each with author or source, and the files close it."""
    found = trace(known(), "net").steps
    inputs = [step for step in found if step.kind in ("assumption", "price", "estimate")]

    assert len(inputs) == len(known().result.case.inputs()) + 1
    assert [step.name for step in inputs][-1] == "Exchange rate"
    assert all(step.author or step.source for step in inputs)
    assert [step.kind for step in found[-2:]] == ["file", "study"]
    assert found[0].p50 == pytest.approx(known().result.net[1])


def test_a_present_value_is_made_of_rate_throughput_and_years_with_their_authors() -> None:
    """8 % and 350 000 t a year, mid-year; 1.90 Mt take 5.42 years; then all that the net value is made of."""
    found = trace(known(), "npv").steps
    stated = {step.name: step for step in found if step.kind == "assumption"}

    assert (stated["Discount rate"].value, stated["Discount rate"].author) == ("8 %", "Tailwatch demo")
    assert stated["Yearly throughput, dry"].says == ["Cash flows stand at the middle of each year"]
    assert next(step for step in found if step.name == "Years of work").p50 == pytest.approx(5.42, abs=0.01)
    assert {step.name for step in trace(known(), "net").steps} <= {step.name for step in found}


def test_without_a_throughput_the_present_value_says_what_is_missing() -> None:
    """No number, the sentence, and what the undiscounted value is made of."""
    plain = msgspec.structs.replace(result().case, discounting=None)
    study = msgspec.structs.replace(result(), case=plain, missing_for_discounting=("yearly throughput",))
    found = trace(KnownFacility(valued(study=study), load(), {}), "npv").steps

    assert (found[0].value, found[0].p50) == ("", None)
    assert found[0].says == ["Not discounted: yearly throughput missing."]
    assert [step.name for step in found[1:]] == [step.name for step in trace(known(), "net").steps]


def test_an_exchange_rate_says_day_age_and_ground() -> None:
    """Stated for 1 November 2026, 24 days before the page."""
    (rate,) = steps("rate", "assumption")

    assert (rate.value, str(rate.dated), rate.says) == ("1.1000 USD/EUR", "2026-11-01", ["24 days old"])
    assert rate.source is not None and rate.source.startswith("invented")


def test_the_record_says_who_stated_what_of_new_waste() -> None:
    """Tonnes, two concentrations and the methods, each with author and day; recoverability is missing."""
    found = trace(known(), "record").steps
    stated = [step for step in found if step.kind == "assumption"]

    assert {step.author for step in stated} == {"Tailwatch demo"}
    assert [step.value for step in stated] == ["", "70\u2009000 t/a", "600 mg/kg", "950 mg/kg"]
    assert next(step for step in found if step.name == "recoverability of new waste").value == "missing"


def test_factors_of_the_sliders_are_said() -> None:
    """The net value with prices at 0.9 is another one, and says what was asked."""
    plain, asked = trace(known(), "net").steps[0], trace(known({"price": 0.9}), "net").steps[0]

    assert asked.p50 is not None and plain.p50 is not None and asked.p50 < plain.p50
    assert asked.says[-1] == "What if: Prices ×0.9"


def test_a_closed_bench_names_the_plan_and_its_level() -> None:
    """The bench at the crest is closed by the plan wall, which is yellow; its tonnes are volume times density."""
    found = trace(known(), "bench:Bench 1").steps

    assert found[0].value == "closed, 0.15 Mt"
    assert [(step.name, step.value) for step in found if step.kind == "level"] == [("Plan wall", "Yellow")]
    assert {step.name for step in found if step.kind == "assumption"} == {"Volume", "Dry density"}


def test_the_water_line_names_its_readings() -> None:
    """A fresh level with its value and the way to its own origin; a stale one is said to be left out."""
    fresh, stale = steps("flooded", "water")
    (row,) = known().valued.facility.datastreams

    assert (fresh.value, fresh.address) == ("330.00 m", f"/f/vale/why?ds={row.id}")
    assert (stale.value, stale.says) == ("", ["stale or rejected: left out"])


def test_a_year_ago_names_the_levels_of_that_day() -> None:
    """One mean of 25 November 2025, and one piezometer of which nothing is stored."""
    then = (WaterLevel("n03:vw1.level", 20, 0, 333.0), WaterLevel("n02:pond.level", 120, -280, None))
    found = trace(KnownFacility(valued({}, WATER, then=then), load(), {}), "flooded_then").steps
    mean, none = (step for step in found if step.kind == "water")

    assert (mean.value, mean.says) == ("333.00 m", ["mean of 25 Nov 2025"])
    assert (none.value, none.says) == ("", ["no trusted reading of 25 Nov 2025 is stored"])
    assert found[0].value == "80 %"


def test_a_class_has_its_history_of_changes() -> None:
    """Three versions, the second like the first: E goes from 3 to 2 with another reason; each says what it replaces."""
    held, missing = "Waste permit held", "No permit"

    def rating(version: int, number: int, reason: str) -> Rating:
        said = Criterion(axis="E", number=number, name="Permit", reason=reason, author="user:3", scored=NOW.date())
        return Rating(version=version, author="user:3", made_at=NOW, unfc=f"E{number};F2;G1", criteria=[said])

    versions = [rating(3, 2, held), rating(2, 3, missing), rating(1, 3, missing)]
    found = trace(known(ratings=versions), "unfc:W").steps
    history = [(one.name, one.value, one.says) for one in found if one.kind == "rating"]

    assert history == [
        ("Study 3", "E2;F2;G1", [f"E2 Permit: {held}", f"no more: E3 Permit: {missing}"]),
        ("Study 1", "E3;F2;G1", [f"E3 Permit: {missing}"]),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_ends_on_ground(name: str) -> None:
    """Each kind of figure has an assumption with author and date, a hash, a source, a level or a reading below it."""
    of = {
        "input": ":cost",
        "hole": ":DH-01",
        "next": ":DH-17",
        "bench": ":Bench 1",
        "use": ":sand",
        "unlevelled": ":n02:pond.level",
    }.get(name, ":W")
    found = trace(known(), f"{name}{of}").steps

    assert found[0].kind == "figure"
    assert any(step.sha256 or step.source or (step.author and step.dated) for step in found)


@pytest.mark.parametrize("figure", ["weather", "grade:Xx", "bench:nine", "hole:DH-99", "next:DH-99", "input:luck"])
def test_what_is_no_figure_is_not_found(figure: str) -> None:
    """The sentence names it."""
    with pytest.raises(NotFound):
        trace(known(), figure)
