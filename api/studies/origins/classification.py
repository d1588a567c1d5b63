"""Origins of what is no number of the estimate: the list, the class, the share of the EU's consumption, the record."""

from __future__ import annotations

from api.http.errors import NotFound
from api.studies.models import RecordField
from tailings.commodities.lists import lists
from tailings.study import article_27
from tailings.study.statements import Assumption, Statement

from . import inputs
from .inputs import Steps
from .known import KnownOrigin
from .models import NameCode, OriginNote, OriginStep, name, note, reference, value

Scored = tuple[str, int, str, str]
"""A criterion as it is compared from version to version: axis, number, name, reason."""


def listed(known: KnownOrigin, of: str) -> Steps:
    """Where an element stands on the lists of the regulation."""
    found, known_lists = known.of_element(of), lists()
    return [
        inputs.quoted("figure", name("listed", element=of), found.listed),
        OriginStep(
            kind="list",
            name=name("named", name=known_lists.version),
            dated=known_lists.dated,
            source=known_lists.source,
            notes=[note("quoted", quote=known_lists.not_looked_up)],
        ),
    ]


def unfc(known: KnownOrigin, of: str) -> Steps:
    """The class of an element: every criterion with its reason, author and date, and each change of it before."""
    found = known.of_element(of)
    top = inputs.quoted("figure", name("unfc", element=of), found.unfc, note("quoted", quote=found.unfc_class))
    criteria = [
        OriginStep(
            kind="criterion",
            name=name("criterion", axis=one.axis, number=one.number, name=one.name),
            notes=[note("quoted", quote=one.reason)],
            author=one.author,
            dated=one.scored,
            ground="criterion",
        )
        for one in found.criteria
    ]
    return [top, *criteria, inputs.estimate(known, of), *_history(known), inputs.study(known)]


def _history(known: KnownOrigin) -> Steps:
    """Each version of the study in which the class, or a criterion of it, changed; the newest first."""
    steps, before = [], set[Scored]()
    for one in sorted(known.ratings, key=lambda one: one.version):
        now: set[Scored] = {(c.axis, c.number, c.name, c.reason) for c in one.criteria}
        if now != before:
            notes = [_criterion(scored, is_new=True) for scored in sorted(now - before)]
            notes += [_criterion(scored, is_new=False) for scored in sorted(before - now)]
            steps.append(
                OriginStep(
                    kind="rating",
                    name=name("study", version=one.version),
                    value=value("quoted", quote=one.unfc),
                    author=one.author,
                    dated=one.made_at.date(),
                    notes=notes,
                    ground="versions",
                )
            )
        before = now
    return steps[::-1]


def _criterion(scored: Scored, is_new: bool) -> OriginNote:
    axis, number, named, reason = scored
    return note("criterion" if is_new else "no_more", axis=axis, number=number, name=named, reason=reason)


def eu_share(known: KnownOrigin, of: str) -> Steps:
    """The share of the EU's consumption, or what is missing for it."""
    top = inputs.quoted("figure", name("eu", element=of), known.of_element(of).eu_share)
    entered = [
        OriginStep(
            kind="assumption",
            name=name("consumption", year=one.year),
            p50=one.tonnes_per_year,
            unit="t",
            author=one.author,
            dated=one.entered,
            source=one.source,
        )
        for one in known.inputs.consumption
        if one.element == of
    ]
    rest = [step for what in ("grade", "recovery") for step in inputs.named(known, f"{what} {of}")]
    return [top, *entered, *rest, inputs.study(known)]


def record(known: KnownOrigin, of: str) -> Steps:
    """The fields of the Article 27 record that are there, and those that are missing."""
    rules, found = article_27.rules(), known.now.record
    top = OriginStep(
        kind="figure",
        name=name("record"),
        value=value("fields", there=sum(one.is_there for one in found), fields=len(found)),
        notes=[note("quoted", quote=rules.covers)],
        source=rules.source,
        dated=rules.dated,
        reference=reference("article-27", ""),
    )
    return [top, *(_field(one) for one in found), *_generated(known), inputs.study(known)]


def _field(one: RecordField) -> OriginStep:
    """A field of the record: whether it is there, and what asks for it."""
    return OriginStep(
        kind="field",
        name=name("field", field=one.name),
        value=value("field", is_there=one.is_there),
        notes=[note("asked_for", ref=one.ref, asks=one.asks)],
    )


def _generated(known: KnownOrigin) -> Steps:
    """What is stated of waste being generated, each with who said it."""
    stated = known.inputs.generated
    if stated is None:
        return []
    said = [_said(one) for one in (stated.none, stated.recoverability, stated.methods) if one is not None]
    waste = [] if stated.tonnes_per_year is None else [_amount("generated_t", stated.tonnes_per_year, "t/a")]
    return [
        *said,
        *waste,
        *(_amount("generated_mg", one, "mg/kg", element=one.element) for one in stated.concentration),
    ]


def _said(one: Statement) -> OriginStep:
    return OriginStep(
        kind="assumption",
        name=name("generated"),
        notes=[note("quoted", quote=one.says)],
        author=one.author,
        dated=one.dated,
        source=one.source,
    )


def _amount(code: NameCode, one: Assumption, unit: str, **of: str) -> OriginStep:
    return inputs.assumption("", one, unit).model_copy(update={"name": name(code, **of)})


def price(known: KnownOrigin, of: str) -> Steps:
    """The price of an element."""
    wanted = next((one for one in known.inputs.commodity if one.element == of), None)
    if wanted is None:
        raise NotFound(f"The study has no commodity {of!r}.", "figure")
    row = inputs.price(known, wanted)
    return [inputs.figure(row), row, *inputs.rate(known)]
