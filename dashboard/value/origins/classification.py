"""Origins of what is no number of the estimate: the list, the class, the share of the EU's consumption, the record."""

from __future__ import annotations

from api.http.errors import NotFound
from api.studies.models import RecordField
from api.studies.origin import OriginStep
from dashboard.value.amounts import figures
from tailings.commodities.lists import lists
from tailings.study import article_27

from . import inputs
from .inputs import Steps
from .known import KnownFacility


def listed(known: KnownFacility, of: str) -> Steps:
    """Where an element stands on the lists of the regulation."""
    found, known_lists = known.of_element(of), lists()
    return [
        OriginStep(kind="figure", name=known.say("listed", element=of), value=found.listed),
        OriginStep(
            kind="list",
            name=known_lists.version,
            dated=known_lists.dated,
            source=known_lists.source,
            says=[known_lists.not_looked_up],
        ),
    ]


def unfc(known: KnownFacility, of: str) -> Steps:
    """The class of an element: every criterion with its reason, author and date, and each change of it before."""
    found = known.of_element(of)
    top = OriginStep(kind="figure", name=known.say("unfc", element=of), value=found.unfc, says=[found.unfc_class])
    criteria = [
        OriginStep(
            kind="criterion",
            name=f"{one.axis}{one.number} {one.name}",
            says=[one.reason],
            author=one.author,
            dated=one.scored,
            source=known.say("criterion_source"),
        )
        for one in found.criteria
    ]
    return [top, *criteria, inputs.estimate(known, of), *_history(known), inputs.study(known)]


def _history(known: KnownFacility) -> Steps:
    """Each version of the study in which the class, or a criterion of it, changed; the newest first."""
    versions = sorted(known.ratings, key=lambda one: one.version)
    steps, before = [], set[str]()
    for one in versions:
        now = {f"{c.axis}{c.number} {c.name}: {c.reason}" for c in one.criteria}
        if now != before:
            dropped = [known.say("no_more", criterion=words) for words in sorted(before - now)]
            steps.append(
                OriginStep(
                    kind="rating",
                    name=known.say("study", version=one.version),
                    value=one.unfc,
                    author=one.author,
                    dated=one.made_at.date(),
                    says=[*sorted(now - before), *dropped],
                    source=known.say("rating_source"),
                )
            )
        before = now
    return steps[::-1]


def eu_share(known: KnownFacility, of: str) -> Steps:
    """The share of the EU's consumption, or what is missing for it."""
    found = known.of_element(of)
    top = OriginStep(kind="figure", name=known.say("eu", element=of), value=found.eu_share)
    entered = [
        OriginStep(
            kind="assumption",
            name=known.say("consumption", year=one.year),
            value=f"{one.tonnes_per_year:g} t",
            p50=one.tonnes_per_year,
            unit="t",
            author=one.author,
            dated=one.entered,
            source=one.source,
        )
        for one in known.inputs.consumption
        if one.element == of
    ]
    rest = [step for name in (f"grade {of}", f"recovery {of}") for step in inputs.named(known, name)]
    return [top, *entered, *rest, inputs.study(known)]


def record(known: KnownFacility, of: str) -> Steps:
    """The fields of the Article 27 record that are there, and those that are missing."""
    rules = article_27.rules()
    found = known.valued.now.record
    there = sum(one.is_there for one in found)
    top = OriginStep(
        kind="figure",
        name=known.texts["value"]["facts"]["record"],
        value=f"{there} of {len(found)}",
        says=[rules.covers],
        source=rules.source,
        dated=rules.dated,
        address=f"/api/v1/facilities/{known.valued.facility.id}/study/article-27",
    )
    fields = [_field(known, one) for one in found]
    return [top, *fields, *_generated(known), inputs.study(known)]


def _field(known: KnownFacility, one: RecordField) -> OriginStep:
    """A field of the record: whether it is there, and what asks for it."""
    name = known.texts["value"]["fields"][one.name]
    there = known.say("there" if one.is_there else "missing")
    return OriginStep(kind="field", name=name, value=there, says=[f"{one.ref}: {one.asks}"])


def _generated(known: KnownFacility) -> Steps:
    """What is stated of waste being generated, each with who said it."""
    stated = known.inputs.generated
    if stated is None:
        return []
    said = [one for one in (stated.none, stated.recoverability, stated.methods) if one is not None]
    steps = [
        OriginStep(
            kind="assumption",
            name=known.say("generated"),
            says=[one.says],
            author=one.author,
            dated=one.dated,
            source=one.source,
        )
        for one in said
    ]
    waste = [] if stated.tonnes_per_year is None else [("generated_t", stated.tonnes_per_year, "", "t/a")]
    found = [*waste, *(("generated_mg", one, one.element, "mg/kg") for one in stated.concentration)]
    return steps + [
        OriginStep(
            kind="assumption",
            name=known.say(key, element=element),
            value=f"{figures(one.p50, 3)} {unit}",
            p90=one.p90,
            p50=one.p50,
            p10=one.p10,
            unit=unit,
            author=one.author,
            dated=one.dated,
            source=one.source,
        )
        for key, one, element, unit in found
    ]


def price(known: KnownFacility, of: str) -> Steps:
    """The price of an element."""
    wanted = next((one for one in known.inputs.commodity if one.element == of), None)
    if wanted is None:
        raise NotFound(f"The study has no commodity {of!r}.", "figure")
    row = inputs.price(known, wanted)
    return [inputs.figure(row), row, *inputs.rate(known)]
