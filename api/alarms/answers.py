"""The one way to what stands of alarms, for their addresses and for their pages: as the caller may see it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from api.access import Caller, require_in
from api.alarms import approvals, duties, escalation, local_alarms, models, movement, performance, plan_views, queries
from api.assessments import models as assessed
from api.assessments import queries as assessments
from api.commands import queries as commands
from api.commands.models import Command
from api.evidence import queries as evidence
from api.facilities import queries as facilities
from api.http import times
from api.http.cursors import MAX_POSITION
from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.people import queries as people
from api.recipients import queries as recipients
from api.recipients.rotas import rotas
from tailings.assess.model import Assessment, is_expired

SOMEBODY: Final = "somebody"
LOAD_DAYS: Final = 30
MAX_OPEN: Final = 300
MAX_PLACES: Final = 500
MAX_PLAN_PLACES: Final = 100
MAX_MOVING: Final = 3
"""Alarms of the dam of which it is told how their value goes on."""
Seen = frozenset[str] | None


async def board(database: DatabasePool, seen: Seen, caller: Caller) -> models.AlarmBoard:
    """Return what stands now in the facilities that are seen (None: all there are)."""
    now, commit = times.now(), await facilities.newest_commit(database)
    places = await facilities.all_after(database, "", MAX_PLACES, seen)
    found = await queries.listed(database, "now", MAX_POSITION, MAX_OPEN, None, family=None, seen=seen)
    held = await queries.holds(database, seen)
    shelved = await queries.listed(database, "shelved", MAX_POSITION, MAX_OPEN, None, family="dam", seen=seen)
    authors = [one.acknowledged_by for one in found if one.acknowledged_by] + [one.author for one in held]
    acts = caller.facilities("annotate")
    told, notes = await recipients.recipients(database, acts), await queries.notes(database, acts)
    authors += [one.author for one in notes] + [one.confirmed_by for one in notes if one.confirmed_by]
    judged = await assessments.of_facilities(database, [one.id for one in places], now)
    return models.AlarmBoard(
        now=now,
        commit=commit,
        facilities=[models.BoardFacility(id=one.id, name=one.name, timezone=one.timezone) for one in places],
        open=[shown(one, caller) for one in found],
        held=[shown(one, caller) for one in shelved if not one.is_simulated],
        holds=[shown_hold(one, caller) for one in held],
        load=await load(database, LOAD_DAYS, seen),
        names=await names(database, authors, caller, [one.facility for one in found]),
        recipients=told,
        notes=notes,
        rotas=await rotas(database, acts, now) if told else [],
        tested=await recipients.last_test(database, acts) if told else None,
        unseen=_unseen(judged),
        not_monitored=[id for id, one in judged.items() if one.verdict == "not-monitored"],
        movements=await movement.of_alarms(database, dam(found)[:MAX_MOVING], now),
    )


def dam(some: Iterable[models.Alarm]) -> list[models.Alarm]:
    """Return the alarms of the dam that are told, the worst first, then what waits longest."""
    found = [one for one in some if one.family == "dam" and not one.is_simulated]
    return sorted(found, key=lambda one: (-one.level, one.acknowledged_at is not None, one.began_at))


def _unseen(judged: Mapping[str, Assessment]) -> list[models.UnseenMode]:
    found = [models.UnseenMode(facility=id, mode=None) for id, one in judged.items() if is_expired(one)]
    found += [
        models.UnseenMode(facility=id, mode=assessed.FailureMode.model_validate(msgspec.to_builtins(mode)))
        for id, one in judged.items()
        for mode in one.failure_modes
        if mode.counts and mode.sight != "full"
    ]
    return sorted(found, key=lambda one: one.mode is not None and one.mode.sight != "blind")


async def listed(
    database: DatabasePool,
    which: queries.Which,
    before: int,
    limit: int,
    facility: str | None,
    *,
    family: str | None,
    seen: Seen,
    caller: Caller,
) -> models.Alarms:
    """Return up to `limit` alarms with an id below `before`, the newest first."""
    found = await queries.listed(database, which, before, limit, facility, family=family, seen=seen)
    authors = [one.acknowledged_by for one in found if one.acknowledged_by]
    known = await names(database, authors, caller, {one.facility for one in found})
    return models.Alarms(alarms=[shown(one, caller) for one in found], names=known)


async def one(database: DatabasePool, caller: Caller, id: int) -> models.AlarmDetail:
    """Return one alarm; who did what and said what only for those with a right of their own. Raise NotFound."""
    found, _ = await queries.one(database, id)
    actions, history = await queries.actions(database, id), await queries.history(database, id)
    authors = [line.author for line in history] + [one.closed_by for one in actions if one.closed_by]
    authors += [found.acknowledged_by] if found.acknowledged_by else []
    context, gateways = await queries.context(database, id), await local_alarms.of_alarm(database, id)
    photos = await evidence.of_alarm(database, found.facility, id)
    authors += [one.author for one in photos]
    if not caller.may("read", found.facility):
        photos = []
        actions = [
            one.model_copy(update={"closed_by": one.closed_by and SOMEBODY, "evidence": None}) for one in actions
        ]
        history = [_without_person(one) for one in history]
        gateways = [one.model_copy(update={"reason": None}) for one in gateways]
    moves = await movement.of_alarms(database, [found], times.now()) if found.closed_at is None else []
    return models.AlarmDetail(
        alarm=shown(found, caller),
        gateways=gateways,
        context=context,
        actions=actions,
        history=history,
        names=await names(database, authors, caller, [found.facility]),
        evidence=photos,
        escalation=await escalation.of_alarm(database, found, times.now())
        if caller.may("annotate", found.facility)
        else None,
        movement=moves[0] if moves else None,
    )


async def plans(database: DatabasePool, facility: str) -> list[models.Plan]:
    """Return the plans of a facility as they are shown."""
    now, given = datetime.now(UTC), await approvals.of_facility(database, facility)
    judged = (await assessments.of_facilities(database, [facility], now))[facility]
    modes = {one.plan: one for one in judged.failure_modes}
    rows = await queries.plans(database, facility)
    return [plan_views.view(row, modes.get(row.id), given, now.date()) for row in rows]


async def plan(database: DatabasePool, facility: str, id: str) -> models.Plan:
    """Return one plan; raise NotFound."""
    found = next((one for one in await plans(database, facility) if one.id == id), None)
    if found is None:
        raise NotFound(f"There is no such plan in {facility}; /alarms/plans lists them.", "plan")
    return found


async def all_plans(database: DatabasePool, seen: Seen) -> models.AllPlans:
    """Return the plans of up to a hundred facilities that are seen (None: all), by id."""
    places = await facilities.all_after(database, "", MAX_PLAN_PLACES, seen)
    return models.AllPlans(
        facilities=[models.Plans(facility=one.id, plans=await plans(database, one.id)) for one in places]
    )


async def load(database: DatabasePool, days: int, seen: Seen) -> models.AlarmPerformance:
    """Return the load of so many days until now."""
    end = datetime.now(UTC)
    start = end - timedelta(days=days)
    raised = await queries.raised(database, start, end, seen)
    return performance.load(raised, await queries.answered(database, start, seen), start, end)


async def duties_of(database: DatabasePool, caller: Caller, facility: str) -> models.Duties:
    """Return who holds the named roles of a facility, and for an administrator who could; nobody for the public."""
    if not caller.may("read", facility):
        return models.Duties(facility=facility, held=[], possible=[], names={})
    held = await duties.held(database, [facility])
    return models.Duties(
        facility=facility,
        held=held,
        possible=await duties.possible(database, facility) if caller.may("admin", facility) else [],
        names=await names(database, [one.holder for one in held], caller, [facility]),
    )


async def all_recipients(
    database: DatabasePool, seen: Seen, caller: Caller, notifications: int
) -> models.AllRecipients:
    """Return who is told of alarms, with the newest notifications, in the facilities where the caller may act."""
    acts = caller.facilities("annotate")
    places = await facilities.all_after(database, "", MAX_PLACES, seen)
    own = [one.id for one in places if caller.may("annotate", one.id)]
    held = await duties.held(database, own)
    tests = await escalation.tests(database, acts, times.now())
    authors = [one.holder for one in held] + [one.author for one in tests]
    authors += [done.author for one in tests for done in one.confirmations]
    return models.AllRecipients(
        tests=tests,
        recipients=await recipients.recipients(database, acts),
        notifications=await recipients.notifications(database, acts, notifications),
        held=held,
        names=await names(database, authors, caller, own),
    )


async def back_test(database: DatabasePool, caller: Caller, facility: str, plan: str, id: int) -> Command:
    """Return the command that replayed this plan; raise NotFound, also for one that is not over, or WhoAreYou.

    Who may not read it is not told whether there is one of this number.
    """
    absent = NotFound(f"There is no finished back-test {id} of {plan}; ask for one on this page.", "command")
    found = await commands.one(database, id)
    is_of_plan = found is not None and (found.kind, found.facility) == ("backtest-plan", facility)
    if found is None or not is_of_plan or not found.outcome or found.outcome.get("plan") != plan:
        require_in(caller, "read", facility, None, absent)
        raise absent
    if found.author != caller.who:
        require_in(caller, "read", facility, False, absent)
    return found


async def names(
    database: DatabasePool, authors: Iterable[str], caller: Caller, places: Collection[str]
) -> dict[str, str]:
    """Return the names of users and recipients by author; none where the caller has no own right in one of these."""
    if not all(caller.may("read", place) for place in places):
        return {}
    some = set(authors)
    users, told = (
        {int(one.partition(":")[2]) for one in some if one.startswith(f"{kind}:")} for kind in ("user", "recipient")
    )
    known = {f"user:{id}": name for id, name in (await people.names(database, users)).items()}
    return known | {f"recipient:{id}": name for id, name in (await recipients.names(database, told)).items()}


def shown(one: models.Alarm, caller: Caller) -> models.Alarm:
    """Return an alarm as this caller may see it."""
    if one.acknowledged_by is None or caller.may("read", one.facility):
        return one
    return one.model_copy(update={"acknowledged_by": SOMEBODY})


def shown_hold(one: models.Hold, caller: Caller) -> models.Hold:
    """Return a hold as this caller may see it."""
    return one if caller.may("read", one.facility) else one.model_copy(update={"author": SOMEBODY})


def _without_person(line: models.HistoryEntry) -> models.HistoryEntry:
    if line.author.startswith("program:"):
        return line
    detail = {} if "code" in line.detail else line.detail  # its sentence is about the note
    return line.model_copy(update={"author": SOMEBODY, "note": "", "detail": detail})
