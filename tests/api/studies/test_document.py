"""The operator's study by Article 27(2): each figure ends at a source, and what is taken away is listed as a gap."""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from api.studies import document, valuation
from api.studies.document import StudyDocument
from api.studies.origins import KnownOrigin
from api.studies.origins.models import OriginStep
from api.studies.valuation import KnownStudy
from tailings.study import StudyResult, WaterLevel, article_27, net_values
from tailings.study.competent_person import CompetentPerson, StatedClass
from tailings.study.generated import Concentration, Generated, OriginalDeposit
from tailings.study.statements import Assumption, Statement
from tests.dashboard.value.study import inputs
from tests.dashboard.value.valued import known_study
from tests.tailings.study.example import TODAY, result

SIGNED = CompetentPerson("A. Silva", "Example", TODAY, "I answer for it.", (StatedClass("W", "E2", "F2", "permit"),))


def made(study: KnownStudy) -> StudyDocument:
    """The document of a study."""
    return document.of(KnownOrigin(study, valuation.answer(study, {})), {})


def study_of(**changes: Any) -> KnownStudy:
    """The demo's study, its result changed."""
    return known_study({"wall": "green"}, study=msgspec.structs.replace(result(), **changes), inputs=inputs())


def codes(found: StudyDocument) -> set[str]:
    """The gaps, fields by their names."""
    return {str(one.values.get("field", one.code)) for one in found.gaps}


def without_source(found: StudyDocument) -> list[str]:
    """The figures that end at nothing: no file, person, price row, level or criterion."""
    return [
        figure.figure
        for part in found.parts
        for figure in part.figures
        if not any(is_source(step) for step in figure.steps[1:])
    ]


def is_source(step: OriginStep) -> bool:
    """Whether somebody or something can be asked."""
    return bool(step.source or step.author or step.sha256 or step.ground or step.reference)


def test_each_figure_ends_at_a_source() -> None:
    """All 46: those of the waste, of each commodity, of money, each input, class, step and hole."""
    found = made(study_of())

    assert without_source(found) == []
    assert [len(part.figures) for part in found.parts] == [5, 4, 4, 8, 14, 4, 1, 6]


def test_a_figure_without_a_source_is_found() -> None:
    """The control: a figure whose way ends at its formula."""
    found = made(study_of())
    figure = found.parts[0].figures[1]
    cut = [step for step in figure.steps if step.kind in ("figure", "formula")]
    part = found.parts[0].model_copy(update={"figures": [figure.model_copy(update={"steps": cut})]})

    assert without_source(found.model_copy(update={"parts": [part]})) == ["contained:W"]


def test_its_figures_are_those_of_the_value_page() -> None:
    """Net value, tonnes and what is recoverable: the P50 of the answer that the page is made of."""
    study = study_of()
    now = valuation.answer(study, {})

    found = {one.figure: one.steps[0].p50 for part in made(study).parts for one in part.figures}

    assert (found["net"], found["tonnes"]) == (now.outcomes.net.p50, now.outcomes.dry_tonnes.p50)
    assert {name: found[f"recoverable:{name}"] for name in ("W", "Cu", "Sn", "Zn")} == {
        one.element: one.recoverable_t.p50 for one in now.outcomes.commodities
    }


def placed(**changes: Any) -> KnownStudy:
    """The demo's study of a facility whose file says something else."""
    study = study_of()
    (state,) = study.overview.facilities
    facility = state.facility.model_copy(update=changes)
    overview = study.overview.model_copy(
        update={"facilities": [state.model_copy(update={"facility": facility})]},
    )
    return KnownStudy(overview, study.study, study.plans, study.water)


def later() -> KnownStudy:
    """The same, three years on."""
    study = study_of()
    overview = study.overview.model_copy(update={"now": study.overview.now + timedelta(days=1100)})
    return KnownStudy(overview, study.study, study.plans, study.water)


def undiscounted() -> StudyResult:
    """The result of a study without a discount rate."""
    case = msgspec.structs.replace(result().case, discounting=None)
    return msgspec.structs.replace(result(), case=case, npv=None)


FULL: dict[str, Any] = {"extent_m2": 240_000.0, "signed": SIGNED, "synthetic": ""}


@pytest.mark.parametrize(
    ("whole", "less", "gap"),
    [
        (lambda: study_of(**FULL), study_of, "extent"),
        (lambda: study_of(**FULL), study_of, "person"),
        (lambda: study_of(**FULL), study_of, "laboratory"),
        (study_of, lambda: placed(operator=None), "operator"),
        (study_of, lambda: placed(location=None), "location"),
        (study_of, later, "price"),
        (study_of, lambda: known_study({"wall": "green"}, study=undiscounted(), inputs=inputs()), "discounting"),
        (study_of, lambda: known_study(None, study=plain_benches(), inputs=inputs()), "plan"),
        (lambda: wet(326.0), lambda: wet(None), "water"),
        (study_of, lambda: study_of(assayed=result().assayed[:2]), "materials_not_assayed: Sn"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_taken_away_is_listed_as_a_gap(
    whole: Callable[[], KnownStudy], less: Callable[[], KnownStudy], gap: str
) -> None:
    """It is no gap while it is there."""
    code, _, _ = gap.partition(":")
    before, after = made(whole()), made(less())

    if code == "materials_not_assayed":
        assert len(names(after)) > len(names(before))
    else:
        assert (code in codes(before), code in codes(after)) == (False, True)


def test_all_that_is_taken_away_at_once_is_listed() -> None:
    """No gap hides another one: place, owner, waste that arises, discount rate, plans, levels, assays, price."""
    bare = msgspec.structs.replace(undiscounted(), generated=None, assayed=result().assayed[:2])
    study = known_study(
        None, (WaterLevel("n03:vw1.level", 120.0, 0.0, None),), study=bare_of_plans(bare), inputs=inputs()
    )
    (state,) = study.overview.facilities
    facility = state.facility.model_copy(update={"operator": None, "location": None})
    overview = study.overview.model_copy(
        update={
            "facilities": [state.model_copy(update={"facility": facility})],
            "now": study.overview.now + timedelta(days=1100),
        }
    )

    assert codes(made(KnownStudy(overview, study.study, study.plans, study.water))) == {
        *("operator", "location", "extent", "original_deposit", "generated_quantities", "generated_concentrations"),
        *("generated_recoverability", "generated_methods", "materials_not_assayed", "person", "laboratory", "control"),
        *("price", "discounting", "plan", "water"),
    }


SAID = Statement("Invented.", "A. Silva", TODAY, "nobody")
TAKEN: dict[str, dict[str, Any]] = {
    "operator": {"operator": None},
    "location": {"location": None},
    "extent": {"extent_m2": None},
    "original_deposit": {"original_deposit": None},
    "generated_quantities": {"tonnes_per_year": None},
    "generated_concentrations": {"concentration": ()},
    "generated_recoverability": {"recoverability": None},
    "generated_methods": {"methods": None},
}
"""What is taken away of a place, a study or the waste that arises, by the field that is then missing."""


def test_each_set_of_fields_that_is_taken_away_is_what_the_record_misses() -> None:
    """All 256 of them: exactly those, in whatever company."""
    stated: dict[str, Any] = {"p90": 1.0, "p50": 2.0, "p10": 3.0, "author": "A.", "dated": TODAY, "source": "none"}
    tonnes, grade = Assumption(**stated), Concentration(**stated, element="W")
    place = article_27.FacilityPlace("vale", "Vale", (-7.7, 40.2), "Example")
    waste = Generated(None, tonnes, (grade,), SAID, SAID)
    whole = msgspec.structs.replace(result(), extent_m2=2.4e5, original_deposit=OriginalDeposit(SAID), generated=waste)
    drawn = net_values(msgspec.structs.replace(whole, draws=1), {})
    wrong = []
    for count in range(len(TAKEN) + 1):
        for names_ in itertools.combinations(TAKEN, count):
            less = [less_of(one, names_) for one in (place, whole, waste)]
            study = msgspec.structs.replace(less[1], generated=less[2])
            missing = set(article_27.record(less[0], study, drawn).missing) - {"materials"}
            wrong += [names_] if missing != set(names_) else []

    assert wrong == []


def less_of(one: Any, names_: Sequence[str]) -> Any:
    """The same without what is taken away of it."""
    gone = {key: value for name in names_ for key, value in TAKEN[name].items() if key in one.__struct_fields__}
    return msgspec.structs.replace(one, **gone)


def names(found: StudyDocument) -> list[str]:
    """The materials that are not assayed."""
    (gap,) = [one for one in found.gaps if one.code == "materials_not_assayed"]
    listed = gap.values["materials"]
    assert isinstance(listed, list)
    return listed


def plain_benches() -> StudyResult:
    """A result whose benches name no plan."""
    return bare_of_plans(result())


def bare_of_plans(study: StudyResult) -> StudyResult:
    """The result without the plans of its benches."""
    benches = tuple(msgspec.structs.replace(one, plans=()) for one in study.benches)
    return msgspec.structs.replace(study, benches=benches)


def wet(level_m: float | None) -> KnownStudy:
    """The study with one piezometer, and its level if there is a fresh one."""
    return known_study({"wall": "green"}, (WaterLevel("n03:vw1.level", 120.0, 0.0, level_m),), inputs=inputs())
