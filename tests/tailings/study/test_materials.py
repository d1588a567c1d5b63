"""Which materials of the annexes assays tell of: from samples and a study file to the record and its count."""

import datetime as dt

import msgspec
import pytest

from tailings.study import BadStudy, article_27, net_values, read_inputs, run
from tailings.study.article_27 import FacilityPlace
from tailings.study.materials import AnnexMaterial, unknown
from tests.reference import reference
from tests.tailings.study.example import QUICK, TODAY, inputs, result, samples

PLACE = FacilityPlace("demo", "Demo dam", (-7.1, 40.3), "Operator", "PT16")
PERSON = 'author = "A. Person"\ndated = 2026-11-01\nsource = "invented for this test"\n'


def known(*elements: str, below: str = "") -> dict[tuple[str, str], AnnexMaterial]:
    """Materials by annex and point, of the demo's samples with results of more elements, one of them never found."""
    more = [
        msgspec.structs.replace(
            one,
            grades=one.grades | dict.fromkeys((*elements, *filter(None, [below])), 1.0),
            below={below: 2.0} if below else {},
        )
        for one in samples()
    ]
    return {(one.annex, one.point): one for one in article_27.of_study(run(inputs(), more, TODAY))}


def test_every_point_of_both_annexes_is_counted() -> None:
    """17 and 34 points as the reference pack read them; of the demo's W, Cu, Sn and Zn two are on each annex."""
    found = list(known().values())
    named = [(one["annex"], one["point"]) for one in reference("crma_lists")["annex_i"]]
    named += [(one["annex"], one["point"]) for one in reference("crma_lists")["annex_ii"]]

    assert [(one.annex, one.point) for one in found] == named
    assert [one.name for one in found if one.state == "assayed"] == ["copper", "tungsten"] * 2
    assert len(unknown(found)) == 47


def test_below_the_limit_is_known_and_half_a_group_is_not() -> None:
    """Antimony that was never found is known; of the light rare earths with four of five, one without is named."""
    found = known("La", "Ce", "Pr", "Nd", below="Sb")
    light = found["II", "r"]

    assert (found["II", "a"].state, found["II", "a"].intervals) == ("below_limit", 216)
    assert (light.state, light.without) == ("partly", ("Sm",))
    assert light in unknown(found.values())


def test_a_group_that_is_assayed_whole_is_known() -> None:
    """All seven of the magnets' rare earths, as Annex I names them."""
    assert known(*("Nd", "Pr", "Tb", "Dy", "Gd", "Sm", "Ce"))["I", "n"].state == "assayed"


def test_a_person_may_state_a_material_that_no_element_tells_of() -> None:
    """Coking coal is then known, with who says so; a name that is on no annex is refused with those that are."""
    stated = f'\n[[material]]\nmaterial = "coking coal"\nsays = "A tungsten mine"\n{PERSON}'
    study = run(read_inputs(QUICK + stated), samples(), TODAY)
    coal = next(one for one in article_27.of_study(study) if one.name == "coking coal")
    content = next(
        one.content for one in article_27.record(PLACE, study, net_values(study, {})).fields if one.name == "materials"
    )

    assert coal.state == "stated"
    assert content["stated"][0]["author"] == "A. Person"
    with pytest.raises(BadStudy, match=r"'coke' is on no annex; the names are antimony"):
        read_inputs(QUICK + stated.replace("coking coal", "coke"))


def test_the_record_of_the_demo_names_what_it_lacks() -> None:
    """The field has content, and is still missing while materials are not assayed."""
    record = article_27.record(PLACE, result(), net_values(result(), {}))
    field = next(one for one in record.fields if one.name == "materials")

    assert "materials" in record.missing
    assert (len(field.content["points"]), len(field.lacks)) == (51, 47)


def test_an_exemption_does_not_go_with_a_listed_commodity() -> None:
    """Who says that nothing critical can be recovered cannot state how much copper is."""
    claim = f'\n[exemption]\nsays = "No critical raw material"\n{PERSON}'

    with pytest.raises(BadStudy, match=r"exemption: .* leave one of them out"):
        read_inputs(QUICK + claim)


def test_the_original_deposit_is_stated_with_numbers_or_with_why_there_are_none() -> None:
    """Both stand in the record; neither is refused."""
    none = f'\n[original_deposit.none]\nsays = "The archive is lost"\n{PERSON}'
    grade = f'\n[[original_deposit.concentration]]\nelement = "W"\np90 = 1.0\np50 = 2.0\np10 = 3.0\n{PERSON}'
    found = []
    for text in (none, grade):
        stated = read_inputs(QUICK + text).original_deposit
        assert stated is not None
        found.append(stated.content)

    assert found[0]["says"] == "The archive is lost"
    assert (found[1]["W"]["p50"], found[1]["W"]["unit"]) == (2.0, "mg/kg")
    with pytest.raises(BadStudy, match="state concentrations, or under none"):
        read_inputs(QUICK + "\n[original_deposit]\n")


def test_dates_are_counted_down_and_past_ones_are_below_zero() -> None:
    """On 25 November 2026 the operator's study is a day late; the public database has half a year."""
    left = {one.name: one.days(dt.date(2026, 11, 25)) for one in article_27.rules().due}

    assert (left["study"], left["filled"], left["database"]) == (-1, 180, -366)
