"""Waste being generated, as a person states it for the Article 27 record."""

import datetime as dt

import msgspec
import pytest

from tailings.study import generated
from tailings.study.generated import Concentration, Generated
from tailings.study.statements import Assumption, Statement

DAY = dt.date(2026, 11, 1)
WASTE = Assumption(60e3, 70e3, 80e3, "A. Person", DAY, source="belt scale")
COPPER = Concentration(820.0, 950.0, 1100.0, "A. Person", DAY, source="assays", element="Cu")
CLOSED = Statement("The mine closed in 1994; no waste arises.", "A. Person", DAY, "closure notice")


def test_each_field_is_there_with_who_said_it() -> None:
    """70 000 t/a at 950 mg/kg hold 66.5 t of copper a year; what is not stated is not among the fields."""
    found = generated.fields(Generated(tonnes_per_year=WASTE, concentration=(COPPER,)))

    assert list(found) == ["generated_quantities", "generated_concentrations"]
    assert found["generated_quantities"]["contained_p50_t_per_year"] == {"Cu": pytest.approx(66.5)}
    assert (found["generated_quantities"]["author"], found["generated_concentrations"]["Cu"]["dated"]) == (
        "A. Person",
        "2026-11-01",
    )


def test_a_facility_without_new_waste_answers_all_fields_with_the_reason() -> None:
    """The statement stands in each; nothing stated at all leaves all missing."""
    found = generated.fields(Generated(none=CLOSED))

    assert list(found) == list(generated.NAMES)
    assert {one["says"] for one in found.values()} == {CLOSED.says}
    assert generated.fields(None) == {}


def test_no_waste_and_so_much_of_it_is_refused() -> None:
    """One of the two is wrong; and an element stands once."""
    with pytest.raises(ValueError, match="leave one of them out"):
        Generated(none=CLOSED, tonnes_per_year=WASTE)
    with pytest.raises(msgspec.ValidationError, match="twice"):
        msgspec.convert({"concentration": [msgspec.to_builtins(COPPER)] * 2}, Generated)
