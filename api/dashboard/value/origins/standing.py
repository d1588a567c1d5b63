"""Origins of what is no number of the estimate: the list, the class, the share of the EU's consumption, the record."""

from __future__ import annotations

from api.dashboard.value import judged
from api.errors import NotFound
from api.shapes.origin import OriginStep
from tailings.commodities.lists import lists
from tailings.study import article_27

from . import inputs
from .inputs import Steps
from .known import Known


def listed(known: Known, of: str) -> Steps:
    """Where an element stands on the lists of the regulation."""
    found, known_lists = known.of_element(of), lists()
    return [
        OriginStep(kind="figure", name=known.say("listed", element=of), value=found.listed),
        OriginStep(
            kind="list", name=known_lists.version, dated=known_lists.dated, source=known_lists.source,
            says=[known_lists.not_looked_up],
        ),
    ]  # fmt: skip


def unfc(known: Known, of: str) -> Steps:
    """The class of an element: every criterion with its reason, author and date."""
    found = known.of_element(of)
    top = OriginStep(kind="figure", name=known.say("unfc", element=of), value=found.unfc, says=[found.unfc_class])
    criteria = [
        OriginStep(
            kind="criterion", name=f"{one.axis}{one.number} {one.name}", says=[one.reason], author=one.author,
            dated=one.scored, source=known.say("criterion_source"),
        )
        for one in found.criteria
    ]  # fmt: skip
    return [top, *criteria, inputs.estimate(known, of), inputs.study(known)]


def eu_share(known: Known, of: str) -> Steps:
    """The share of the EU's consumption, or what is missing for it."""
    found = known.of_element(of)
    top = OriginStep(kind="figure", name=known.say("eu", element=of), value=found.eu_share)
    entered = [
        OriginStep(
            kind="assumption", name=known.say("consumption", year=one.year), value=f"{one.tonnes_per_year:g} t",
            p50=one.tonnes_per_year, unit="t", author=one.author, dated=one.entered, source=one.source,
        )
        for one in known.inputs.consumption if one.element == of
    ]  # fmt: skip
    rest = [step for name in (f"grade {of}", f"recovery {of}") for step in inputs.named(known, name)]
    return [top, *entered, *rest, inputs.study(known)]


def record(known: Known, of: str) -> Steps:
    """The fields of the Article 27 record that are there, and those that are missing."""
    rules = article_27.rules()
    place = judged.place_of(known.valued.facility)
    found = article_27.record(place, known.study.result, known.plain)
    words = known.texts["value"]["fields"]
    top = OriginStep(
        kind="figure", name=known.texts["value"]["facts"]["record"],
        value=f"{len(found.fields) - len(found.missing)} of {len(found.fields)}", says=[rules.covers],
        source=rules.source, dated=rules.dated,
        address=f"/api/v1/facilities/{known.valued.facility.id}/study/article-27",
    )  # fmt: skip
    fields = [
        OriginStep(
            kind="field", name=words[one.name], value=known.say("missing" if one.content is None else "there"),
            says=[f"{one.ref}: {one.asks}"],
        )
        for one in found.fields
    ]  # fmt: skip
    return [top, *fields, inputs.study(known)]


def price(known: Known, of: str) -> Steps:
    """The price of an element."""
    wanted = next((one for one in known.inputs.commodity if one.element == of), None)
    if wanted is None:
        raise NotFound(f"The study has no commodity {of!r}.", "figure")
    row = inputs.price(known, wanted)
    return [inputs.figure(row), row]
