"""The Article 27 record: what is asked equals the reference pack, and each field is filled from the study."""

import datetime as dt
import re
from dataclasses import dataclass

import msgspec
import pytest

from tailings.commodities.lists import lists
from tailings.study import article_27, net_values
from tailings.study.article_27 import FacilityPlace
from tailings.study.generated import OriginalDeposit
from tailings.study.materials import Assayed, StatedMaterial
from tailings.study.statements import Statement
from tests.reference import reference
from tests.tailings.study.example import result

PLACE = FacilityPlace("demo", "Demo dam", (-7.1, 40.3), "Operator", "PT16")


TESTED = Statement("Bench tests on three composites", "A. Person", dt.date(2026, 11, 1), "invented for this test")


EVERY_ELEMENT = tuple(
    Assayed(symbol, 216) for symbol in sorted({symbol for one in lists().critical for symbol in one.symbols})
)
BY_A_PERSON = tuple(
    StatedMaterial("None was ever milled here", "A. Person", dt.date(2026, 11, 1), "invented", material=name)
    for name in ("coking coal", "feldspar")
)
NO_DEPOSIT = OriginalDeposit(
    none=Statement("The mine's archive is lost", "A. Person", dt.date(2026, 11, 1), "invented")
)


def record(extent_m2: float | None = 72_000.0, tested: Statement | None = TESTED) -> article_27.Article27Record:
    """The demo's record, with its extent, the recoverability of new waste, and every material of the annexes known."""
    assert result().generated is not None
    new_waste = msgspec.structs.replace(result().generated, recoverability=tested)
    study = msgspec.structs.replace(
        result(),
        extent_m2=extent_m2,
        generated=new_waste,
        assayed=EVERY_ELEMENT,
        stated_materials=BY_A_PERSON,
        original_deposit=NO_DEPOSIT,
    )
    return article_27.record(PLACE, study, net_values(study, {}))


def test_every_field_is_asked_where_the_reference_says() -> None:
    """The paragraphs named are among those read in the Official Journal's text, and the due date is theirs."""
    rows = reference("crma_lists")["article_27"]
    known = {row["ref"].removesuffix(" subpara. 2") for row in rows}
    named = {ref.removeprefix("Art. ") for one in article_27.rules().field for ref in one.ref.split(", ")}

    assert {"Art. " + re.sub(r"\([abc]\)$", "", ref) for ref in named} <= known
    dated = sorted((row["ref"], row["date"]) for row in rows if "date" in row)
    assert sorted((one.ref, str(one.date)) for one in article_27.rules().due) == dated


def test_a_record_is_complete_where_study_and_facility_file_say_everything() -> None:
    """Contained copper at the middle is volume x density x grade, reckoned here again."""
    fields = {one.name: one.content for one in record().fields}
    case = result().case
    copper = next(one for one in case.commodities if one.element == "Cu")

    assert record().missing == ()
    assert fields["quantities"]["contained_tonnes"]["Cu"]["p50"] == pytest.approx(
        case.volume.mid * case.density.mid * copper.grade.mid / 1e6, rel=0.02
    )
    assert fields["concentrations"]["Cu"]["p50"] == copper.grade.mid
    assert any("ordinary kriging" in line for line in fields["methods"])
    assert record().synthetic


def test_what_nobody_says_is_missing_and_named() -> None:
    """Without a study only the place is there; without an extent that alone is missing."""
    assert article_27.record(PLACE, None, None).missing == (
        "extent",
        "volume",
        "materials",
        "quantities",
        "concentrations",
        "original_deposit",
        "recoverability",
        "methods",
        "unfc",
        "generated_quantities",
        "generated_concentrations",
        "generated_recoverability",
        "generated_methods",
    )
    assert record(None).missing == ("extent",)
    assert record(tested=None).missing == ("generated_recoverability",)


def test_waste_being_generated_is_there_with_who_said_it() -> None:
    """70 000 t/a at 600 mg/kg are 42 t of tungsten a year, as the demo's author states them."""
    fields = {one.name: one.content for one in record().fields}
    stated = fields["generated_quantities"]

    assert stated["contained_p50_t_per_year"]["W"] == pytest.approx(42.0)
    assert (stated["author"], stated["dated"]) == ("Tailwatch demo", "2026-11-01")
    assert fields["generated_recoverability"]["says"] == TESTED.says


def test_economic_recoverability_names_its_currency_and_stands_both_ways() -> None:
    """The net value undiscounted and discounted, in the currency of the study."""
    content = next(one.content for one in record().fields if one.name == "recoverability")

    assert content["currency"] == "EUR"
    assert content["net_value"]["p50"] == pytest.approx(result().net[1])
    assert content["net_present_value"]["p50"] < content["net_value"]["p50"]


def test_a_place_is_read_from_a_stored_facility_and_from_a_row() -> None:
    """The document has lon and lat by name, a row has them in order; both are the same place."""

    @dataclass(frozen=True)
    class Row:
        id: str
        name: str
        location: tuple[float, float] | None
        operator: str
        region: str

    document = {"id": "demo", "name": "Demo dam", "location": {"lon": -7.1, "lat": 40.3}, "crest_m": 342.0}
    row = Row("demo", "Demo dam", (-7.1, 40.3), "", "")

    assert article_27.place(document).point == article_27.place(row).point == {"longitude": -7.1, "latitude": 40.3}
    assert article_27.place(document).operator is None


def test_a_feature_has_its_point_in_the_order_of_geojson() -> None:
    """RFC 7946: longitude first; a record without a place has no geometry."""
    nowhere = article_27.record(msgspec.structs.replace(PLACE, location=None), None, None)

    assert article_27.geojson(record())["geometry"] == {"type": "Point", "coordinates": [-7.1, 40.3]}
    assert article_27.geojson(nowhere)["geometry"] is None
