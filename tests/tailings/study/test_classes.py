"""The class of a study: from a study file with criteria and signature to code, class and standing."""

import csv
import io

import pytest

from tailings.study import BadStudy, article_27, net_values, read_inputs, run
from tailings.study.article_27 import FacilityPlace
from tailings.study.results import StudyResult
from tailings.study.tables import Label, file
from tests.tailings.study.example import QUICK, TODAY, result, samples

SIGNED = """
[competent_person]
name = "A. Person"
organisation = "An Institute"
dated = 2026-11-20
statement = "I have read this study and answer for E and F."
"""
RATED = """
[[competent_person.rating]]
element = "{element}"
e = "{e}"
f = "{f}"
reason = "stated for this test"
"""


def text(
    e: str = "E2", f: str = "F2.1", *, criteria: tuple[int, int] | None = None, cost: float = 26.0, signed: str = SIGNED
) -> str:
    """The demo's study file, signed with E and F for each commodity; other numbers of its criteria, another cost."""
    found = QUICK.replace('competent_person = ""\n', "" if signed else 'competent_person = ""\n')
    found = found.replace("p90 = 22.0\np50 = 26.0\np10 = 30.0", f"p90 = {cost - 4}\np50 = {cost}\np10 = {cost + 4}")
    if criteria is not None:
        for axis, name, number in zip("EF", ("Permit", "Process"), criteria, strict=True):
            found = found.replace(
                f'axis = "{axis}"\nname = "{name}"\nnumber = 2', f'axis = "{axis}"\nname = "{name}"\nnumber = {number}'
            )
        found = found.replace(
            'axis = "E"\nname = "Market"\nnumber = 3', f'axis = "E"\nname = "Market"\nnumber = {criteria[0]}'
        )
    if not signed:
        return found
    zinc = "E3" if criteria is None else e
    rated = "".join(RATED.format(element=one, e=zinc if one == "Zn" else e, f=f) for one in ("W", "Cu", "Sn", "Zn"))
    return found + signed + rated


def made(text: str) -> StudyResult:
    """The study of that file on the demo's samples."""
    return run(read_inputs(text), samples(), TODAY)


def test_who_states_everything_as_viable_and_earns_has_a_viable_project() -> None:
    """E1 and F1 in the file, a tenth of the draws below zero: viable, with its sub-class, as the person signed."""
    study = made(text("E1.1", "F1.3", criteria=(1, 1)))
    tungsten = study.commodities[0]

    assert (tungsten.unfc[:5], tungsten.unfc_class) == ("E1;F1", "viable project")
    assert tungsten.unfc_sub_class == "justified for development"
    assert "A. Person, An Institute, 2026-11-20" in study.method


def test_a_project_that_loses_money_is_not_viable_whatever_is_stated() -> None:
    """At 60 EUR a tonne all is lost: E1 and F1 of the file fall to E3 and F2, each with its reason."""
    study = made(text("E1.1", "F1.3", criteria=(1, 1), cost=60.0))
    reasons = {one.name: one.reason for one in study.commodities[0].criteria}

    assert study.chance_of_loss > 0.5
    assert {(one.unfc[:5], one.unfc_class) for one in study.commodities} == {("E3;F2", "non-viable project")}
    assert "% of the draws lose money" in reasons["Economics"]
    assert "F1 goes with E1 alone" in reasons["Project"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (text(criteria=(2, 1), signed=""), r"criteria of W: E2 with F1 is no class of UNFC; F1 goes with E1 alone"),
        (text(criteria=(2, 3), signed=""), r"E2 with F3 is no class of UNFC; F3 goes with E3 alone, so state E3"),
        (text("E1.1", "F2.1"), r"competent_person: states E1 of W, and a criterion of the commodity allows E2"),
        (text().replace('element = "Sn"\ne =', 'element = "Au"\ne ='), r"state E and F of Sn once"),
        (text().replace("dated = 2026-11-20", "dated = 2031-01-01"), r"signed on 2031-01-01, which is still to come"),
        (text("E2.1"), r"E2 has no sub-categories"),
        (text("F2"), r"e: write E1, E2, E3 or E3.2"),
    ],
    ids=[
        "E2 F1",
        "E2 F3",
        "better than the criteria",
        "one is not rated",
        "to come",
        "no sub-category",
        "axes swapped",
    ],
)
def test_what_makes_no_class_is_refused_by_name_with_the_fix(changed: str, sentence: str) -> None:
    """A sentence that says what to state in place of it."""
    with pytest.raises(BadStudy, match=sentence):
        made(changed)


def test_without_a_signature_every_document_says_screening() -> None:
    """Method statement, table of commodities and Article 27 record; a name alone is no signature."""
    named = made(QUICK.replace('competent_person = ""', 'competent_person = "A. Person"'))
    drawn = net_values(named, {})
    rows = list(
        csv.DictReader(io.StringIO(file("commodities", "csv", named, drawn, Label("d", 1, "", "", "")).decode()))
    )
    record = article_27.record(FacilityPlace("demo", "Demo"), named, drawn)
    unfc = next(one.content for one in record.fields if one.name == "unfc")

    assert {row["unfc_standing"] for row in rows} == {"screening, not an estimate"}
    assert unfc["standing"] == "screening, not an estimate"
    assert "A. Person is named and has not signed" in named.method


def test_with_a_signature_every_document_says_who_and_when() -> None:
    """In the same places."""
    study = made(text())
    drawn = net_values(study, {})
    record = article_27.record(FacilityPlace("demo", "Demo"), study, drawn)
    unfc = next(one.content for one in record.fields if one.name == "unfc")

    assert unfc["standing"] == "stated and signed by A. Person, An Institute, 2026-11-20"
    assert b"stated and signed by A. Person" in file("commodities", "csv", study, drawn, Label("d", 1, "", "", ""))
    assert study.commodities[0].unfc_sub_class == "development pending"


def test_the_demo_is_a_screening() -> None:
    """Nobody has signed it, and its zinc without a buyer is not viable."""
    assert result().signed is None
    assert result().commodities[3].unfc_class == "non-viable project"
