"""The one way to what regions learn: the library, one record, writing, and files of organisations and events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from api.access import Caller, require_in, visible
from api.access.roles import EVERYWHERE
from api.facilities import queries as facilities
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter, NotFound, shown
from api.learning.filters import LearningFilter
from api.learning.models import (
    FacilityFigures,
    FiguresOrder,
    Kept,
    LearningEvent,
    LearningEventDocument,
    LearningLibrary,
    Organisation,
    OrganisationDocument,
    Practice,
    PracticeDocument,
    WritingEvent,
    WritingOrganisation,
    WritingPractice,
)
from api.policy import answers as policies
from api.policy import queries, row_values
from api.policy.queries import Kind, PolicyRecord
from tailings.policy import evaluated
from tailings.register.search import folded
from wire import names

PRACTICE: Final[Kind] = "practice"
EVENT: Final[Kind] = "learning-event"
ORGANISATION: Final[Kind] = "organisation"
KINDS: Final[tuple[Kind, ...]] = (PRACTICE, EVENT, ORGANISATION)
ASKED: Final = ("problem", "done", "resources", "evidence", "results", "difficulties", "transfer", "validations")
"""Fields that a good practice is asked for; those that say nothing are told."""
Found = TypeVar("Found", bound=Kept)


async def library(database: DatabasePool, sees_all: bool, which: LearningFilter) -> LearningLibrary:
    """Return what meets a filter of what may be read."""
    commit = await facilities.newest_commit(database)
    found = await queries.newest(database, KINDS, sees_all)
    practices = [practice(one) for one in found if one.kind == PRACTICE]
    events = sorted(
        (_event(one) for one in found if one.kind == EVENT), key=lambda one: (one.document.day, one.id), reverse=True
    )
    organisations = [_organisation(one) for one in found if one.kind == ORGANISATION]
    of_organisation = which.organisation
    return LearningLibrary(
        now=times.now(),
        commit=commit,
        totals={"practices": len(practices), "events": len(events), "organisations": len(organisations)},
        practices=[] if of_organisation or which.kind not in (None, "practices") else _met(practices, which),
        events=[
            one
            for one in (_met(events, which) if which.kind in (None, "events") else [])
            if of_organisation is None or _was_there(one, of_organisation)
        ],
        organisations=[
            one
            for one in (_met(organisations, which) if which.kind in (None, "organisations") else [])
            if of_organisation in (None, one.id)
        ],
    )


async def one_practice(database: DatabasePool, id: str, sees_all: bool) -> Practice:
    """Return a good practice; raise NotFound, also for one that may not be read."""
    return practice(await _one(database, PRACTICE, id, sees_all))


async def one_event(database: DatabasePool, id: str, sees_all: bool) -> LearningEvent:
    """Return a learning event; raise NotFound."""
    return _event(await _one(database, EVENT, id, sees_all))


async def one_organisation(database: DatabasePool, id: str, sees_all: bool) -> Organisation:
    """Return an organisation; raise NotFound."""
    return _organisation(await _one(database, ORGANISATION, id, sees_all))


async def write_practice(database: DatabasePool, caller: Caller, id: str, said: WritingPractice) -> Practice:
    """Keep a version of a good practice, with figures of a facility where they are asked for; raise BadParameter."""
    check_writer(caller)
    document = said.document
    if document.figures is not None and said.fill is None:
        before = await queries.one(database, PRACTICE, id, sees_all=True)
        kept = practice(before).document.figures if before else None
        if kept != document.figures:
            raise BadParameter("Figures are frozen here and never typed: leave them out, or send `fill`.", "figures")
        if said.is_public and kept is not None:
            await _check_public(database, kept.facility)
    if said.fill is not None:
        figures = await _figures(database, said.fill, public=said.is_public)
        document = document.model_copy(update={"figures": figures})
    said = said.model_copy(update={"document": document})
    return practice(await _write(database, caller, PRACTICE, id, said))


async def write_event(database: DatabasePool, caller: Caller, id: str, said: WritingEvent) -> LearningEvent:
    """Keep a version of a learning event; raise BadParameter."""
    check_writer(caller)
    return _event(await _write(database, caller, EVENT, id, said))


async def write_organisation(
    database: DatabasePool, caller: Caller, id: str, said: WritingOrganisation
) -> Organisation:
    """Keep a version of an organisation; raise BadParameter."""
    check_writer(caller)
    return _organisation(await _write(database, caller, ORGANISATION, id, said))


async def _figures(database: DatabasePool, order: FiguresOrder, *, public: bool) -> FacilityFigures:
    """Freeze indicators of one facility: the row of it alone, as it stands at this very instant."""
    as_of, made = datetime.now(UTC), []
    key = f"facility:{order.facility}"
    stood = [one for one in await row_values.standing(database, as_of, public) if one.key == key]
    for one in order.indicators:
        query = policies.checked(one)
        rows = await row_values.rows(database, query, stood, as_of)
        if not rows:
            raise BadParameter(_not_there(order.facility, public), "facility")
        made.append(evaluated(query, as_of, rows))
    return FacilityFigures(facility=order.facility, as_of=as_of, evaluations=made)


async def _check_public(database: DatabasePool, facility: str) -> None:
    if facility not in await visible.public(database):
        raise BadParameter(_not_there(facility, public=True), "facility")


def _not_there(facility: str, public: bool) -> str:
    if public:
        return f"{shown(facility)} is no public facility here: a public record has figures of public ones alone."
    return f"There is no facility {shown(facility)} in that place; /api/v1/facilities lists them."


def record_id(id: str) -> str:
    """Return an id; raise BadParameter for what is none."""
    if not names.is_id(id):
        raise BadParameter(f"{shown(id)} is no id: write small letters, digits and hyphens, at most 32.", "id")
    return id


def practice(one: PolicyRecord) -> Practice:
    """Return a good practice with what it does not say."""
    document = PracticeDocument.model_validate(one.document)
    return Practice(**_kept(one), document=document, gaps=[name for name in ASKED if not getattr(document, name)])


def _event(one: PolicyRecord) -> LearningEvent:
    return LearningEvent(**_kept(one), document=LearningEventDocument.model_validate(one.document))


def _organisation(one: PolicyRecord) -> Organisation:
    return Organisation(**_kept(one), document=OrganisationDocument.model_validate(one.document))


def _kept(one: PolicyRecord) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Kept.model_fields}


def _met(found: Sequence[Found], which: LearningFilter) -> list[Found]:
    if not which.search:
        return list(found)
    asked = folded(which.search)
    return [one for one in found if asked in folded(one.model_dump_json(include={"id", "document"}))]


def _was_there(one: LearningEvent, organisation: str) -> bool:
    said = one.document
    return organisation in said.organisations or organisation in (lesson.organisation for lesson in said.learned)


async def _one(database: DatabasePool, kind: Kind, id: str, sees_all: bool) -> PolicyRecord:
    found = await queries.one(database, kind, id, sees_all)
    if found is None:
        raise NotFound(f"There is no {kind} {shown(id)} that you may read; /api/v1/learning lists them.", "id")
    return found


def check_writer(caller: Caller) -> None:
    """Raise unless the caller may approve everywhere."""
    require_in(caller, "approve", EVERYWHERE, is_public=False)


async def _write(
    database: DatabasePool,
    caller: Caller,
    kind: Kind,
    id: str,
    said: WritingPractice | WritingEvent | WritingOrganisation,
) -> PolicyRecord:
    values = said.model_dump(mode="json", include={"version", "is_public", "is_withdrawn", "document"})
    kept = await queries.write(database, caller.secret, kind, {**values, "id": id})
    return PolicyRecord(**values | {"kind": kind, "id": id, "version": kept, "written_at": datetime.now(UTC)})
