"""Article 27 on the value page: dates counted on the facility's own day, and the materials of both annexes."""

from datetime import UTC, datetime

import msgspec
import pytest

from api.studies import valuation
from api.studies.models import Valuation
from dashboard.value import regulation
from dashboard.value.valued import ValuedFacility
from tests.dashboard.value.valued import known_study, valued
from tests.tailings.study.example import result
from texts import load

EN, ES, PT = load("en"), load("es"), load("pt")


def at(now: datetime, zone: str) -> ValuedFacility:
    """The demo's study at an instant, its facility in a zone."""
    known = known_study()
    (state,) = known.overview.facilities
    place = state.facility.model_copy(update={"timezone": zone})
    overview = known.overview.model_copy(
        update={"now": now, "facilities": [state.model_copy(update={"facility": place})]}
    )
    study = valuation.answer(valuation.KnownStudy(overview, known.study), {})
    made = ValuedFacility.of(Valuation(facility="vale", overview=overview, study=study))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("zone", "left"), [("Pacific/Auckland", "past by 1 day"), ("UTC", "today"), ("America/Lima", "today")]
)
def test_a_date_is_counted_on_the_day_of_the_facility(zone: str, left: str) -> None:
    """At noon UTC of 24 November 2026 the day is over in Auckland, and the operator's date is past there."""
    lines = regulation.context(at(datetime(2026, 11, 24, 12, tzinfo=UTC), zone), EN)["dues"]
    study = next(one for one in lines if "study" in one.name)

    assert study.left == left
    assert (study.day, study.state == "yellow") == ("24 Nov 2026", "past" in left)


def test_dates_to_come_are_counted_down_in_each_language() -> None:
    """180 days from 25 November 2026 to 24 May 2027."""
    found = at(datetime(2026, 11, 25, 12, tzinfo=UTC), "Europe/Lisbon")

    assert "180 days left" in [one.left for one in regulation.context(found, EN)["dues"]]
    assert "quedan 180 días" in [one.left for one in regulation.context(found, ES)["dues"]]
    assert "faltam 180 dias" in [one.left for one in regulation.context(found, PT)["dues"]]


def test_the_materials_are_counted_by_annex() -> None:
    """Copper and tungsten on each; a group says which elements count and that they are an addition."""
    found = regulation.context(valued(), EN)
    rows = {one.name: (one.annexes, one.state, one.intervals) for one in found["materials"]}

    assert "Known: 2 of 17 materials of Annex I, 2 of 34 of Annex II." in found["sub"]
    assert rows == {"Copper": ("I, II", "assayed", 216), "Tungsten": ("I, II", "assayed", 216)}
    assert "Platinum group metals (Ru, Rh, Pd, Os, Ir, Pt)*, " in found["not_assayed"]


def test_a_study_without_the_list_says_so() -> None:
    """One that was stored before materials were counted has nothing to count."""
    found = regulation.context(valued(study=msgspec.structs.replace(result(), assayed=())), EN)

    assert found["materials"] == []
    assert "run it again" in found["sub"]
