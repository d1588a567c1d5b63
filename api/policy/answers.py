"""The one way to policy instruments: what is written of them, their indicators now, as frozen, and compared."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from api.access import Caller, require_in
from api.access.roles import EVERYWHERE
from api.facilities import queries as facilities
from api.http.database import DatabasePool
from api.http.errors import BadParameter, NotFound, shown
from api.http.most_recent import MostRecent
from api.policy import queries, row_values
from api.policy.models import (
    FreezingIndicators,
    IndicatorChange,
    IndicatorQuery,
    IndicatorValue,
    PolicyEvidence,
    PolicyFreeze,
    PolicyInstrument,
    PolicyInstrumentDocument,
    PolicyInstruments,
    WritingPolicyInstrument,
)
from api.policy.queries import FreezeRow, PolicyRecord
from api.region import queries as region
from tailings.policy import BadQuery, Comparison, Evaluation, PolicyQuery, differences, evaluated, indicator

KIND: Final = "policy-instrument"
LIVE: Final = 0
"""Instead of the number of a freeze: evaluate it now."""
MAX_CHANGES: Final = 50
HOLDS: Final = timedelta(minutes=1)
MAX_KEPT: Final = 50


class Frozen(NamedTuple):
    """All indicators of one moment, and when it was frozen; freeze: None where they were evaluated for this answer."""

    as_of: datetime
    evaluations: tuple[Evaluation, ...]
    freeze: FreezeRow | None


class LiveIndicators:
    """What was evaluated a moment ago and still holds: strangers who ask for the same make it once a minute at most."""

    def __init__(self) -> None:
        self._kept = MostRecent[tuple[object, ...], Frozen](MAX_KEPT)

    async def of(self, database: DatabasePool, instrument: PolicyInstrument, now: datetime) -> Frozen:
        """Return the indicators as they are now, or as they were within a minute before which nothing was stored."""
        commit = await facilities.newest_commit(database)
        file = await region.newest_import(database)
        key = (instrument.id, instrument.version, instrument.is_public, commit, file)
        found = self._kept.get(key)
        if found is None or now - found.as_of > HOLDS:
            found = self._kept.keep(key, await _evaluated(database, instrument, now))
        return found


class AskedMoments(NamedTuple):
    """Which freezes stand for before and after, by their numbers; None: the newest of each moment. LIVE: now."""

    live: LiveIndicators
    now: datetime
    before: int | None = None
    after: int | None = None


class PolicyMoments(NamedTuple):
    """An instrument with both moments; before: None where none is frozen."""

    instrument: PolicyInstrument
    freezes: list[FreezeRow]
    before: Frozen | None
    after: Frozen


async def all_instruments(database: DatabasePool, sees_all: bool) -> PolicyInstruments:
    """Return the policy instruments that may be read."""
    found = await queries.newest(database, [KIND], sees_all)
    return PolicyInstruments(instruments=[_instrument(one) for one in found])


async def one_instrument(database: DatabasePool, id: str, sees_all: bool) -> PolicyInstrument:
    """Return a policy instrument; raise NotFound, also for one that may not be read."""
    found = await queries.one(database, KIND, id, sees_all)
    if found is None:
        raise NotFound(
            f"There is no policy instrument {shown(id)} that you may read; /api/v1/policy/instruments lists them.", "id"
        )
    return _instrument(found)


async def evidence(database: DatabasePool, id: str, sees_all: bool, which: AskedMoments) -> PolicyEvidence:
    """Return an instrument with its indicators before and after; raise NotFound."""
    commit = await facilities.newest_commit(database)
    found = await moments(database, id, sees_all, which)
    return PolicyEvidence(
        now=which.now,
        commit=commit,
        instrument=found.instrument,
        freezes=[PolicyFreeze(**one._asdict()) for one in found.freezes],
        before=found.before.freeze.number if found.before and found.before.freeze else None,
        after=found.after.freeze.number if found.after.freeze else None,
        indicators=await asyncio.to_thread(changes, found),
    )


async def both_moments(database: DatabasePool, id: str, sees_all: bool, which: AskedMoments) -> PolicyMoments:
    """Return the same for a dossier; raise BadParameter where nothing is frozen for the moment before."""
    found = await moments(database, id, sees_all, which)
    if found.before is None:
        raise BadParameter("Nothing is frozen for the moment before: freeze the indicators first.", "before")
    return found


async def moments(database: DatabasePool, id: str, sees_all: bool, which: AskedMoments) -> PolicyMoments:
    """Return an instrument with its two moments, whole; raise NotFound for a freeze that is not of it."""
    instrument = await one_instrument(database, id, sees_all)
    freezes = await queries.freezes(database, id, sees_all)
    first = _chosen(freezes, "before", which.before)
    last = None if which.after == LIVE else _chosen(freezes, "after", which.after)
    if last is not None and which.after is None and first is not None and last.as_of <= first.as_of:
        last = None
    return PolicyMoments(
        instrument,
        freezes,
        None if first is None else await _frozen(database, first, sees_all),
        await which.live.of(database, instrument, which.now)
        if last is None
        else await _frozen(database, last, sees_all),
    )


def changes(found: PolicyMoments) -> list[IndicatorChange]:
    """Return each indicator before and after: those of the instrument, then those that were frozen and are no more."""
    old = {one.query: one for one in found.before.evaluations} if found.before else {}
    new = {one.query: one for one in found.after.evaluations}
    stated = [query_of(one) for one in found.instrument.document.indicators]
    return [_change(one, old.get(one), new.get(one)) for one in dict.fromkeys([*stated, *new, *old])]


async def write(database: DatabasePool, caller: Caller, id: str, said: WritingPolicyInstrument) -> PolicyInstrument:
    """Keep a version of an instrument; it needs the right to approve everywhere. Raises BadParameter."""
    require_in(caller, "approve", EVERYWHERE, is_public=False)
    for one in said.document.indicators:
        checked(one)
    values = said.model_dump(include={"version", "is_public", "is_withdrawn"})
    document = said.document.model_dump(mode="json")
    version = await queries.write(database, caller.secret, KIND, {**values, "id": id, "document": document})
    return PolicyInstrument(
        id=id, version=version, is_public=said.is_public, written_at=datetime.now(UTC), document=said.document
    )


async def freeze(database: DatabasePool, caller: Caller, id: str, what: FreezingIndicators) -> PolicyFreeze:
    """Keep the indicators of an instrument as they stood at an instant; it needs the right to approve everywhere.

    Now is the very instant, and not the end of its second: what comes in the rest of that would be in it later.
    """
    require_in(caller, "approve", EVERYWHERE, is_public=False)
    now = datetime.now(UTC)
    as_of = what.as_of or now
    if as_of > now:
        raise BadParameter("as_of lies ahead: give an instant that is over.", "as_of")
    instrument = await one_instrument(database, id, sees_all=True)
    found = await _evaluated(database, instrument, as_of)
    number = await queries.freeze(
        database,
        {
            "secret": caller.secret,
            "instrument": id,
            "version": instrument.version,
            "moment": what.moment,
            "as_of": as_of,
            "scope": "public" if instrument.is_public else "all",
            "document": msgspec.json.encode(found.evaluations),
        },
    )
    kept = await queries.freezes(database, id, sees_all=True)
    return PolicyFreeze(**next(one for one in kept if one.number == number)._asdict())


async def frozen_document(database: DatabasePool, number: int, sees_all: bool) -> bytes:
    """Return what was frozen, word for word; raise NotFound, also where its instrument may not be read."""
    found = await queries.frozen(database, number, sees_all)
    if found is None or await queries.one(database, KIND, found.instrument, sees_all) is None:
        raise NotFound(f"There is no freeze {number} that you may read; its policy instrument lists them.", "number")
    return found.document


def checked(one: IndicatorQuery) -> PolicyQuery:
    """Return the query of an indicator as the science has it; raise BadParameter for one that nothing answers."""
    query = query_of(one)
    try:
        indicator(query)
    except BadQuery as error:
        raise BadParameter(str(error), "indicators") from error
    return query


def query_of(one: IndicatorQuery) -> PolicyQuery:
    """Return the query of an indicator as the science has it."""
    return PolicyQuery(**one.model_dump())


def _chosen(freezes: Sequence[FreezeRow], moment: str, number: int | None) -> FreezeRow | None:
    if number is None:
        return next((one for one in freezes if one.moment == moment), None)
    found = next((one for one in freezes if one.number == number), None)
    if found is None:
        raise NotFound(f"There is no freeze {number} of this policy instrument that you may read.", moment)
    return found


async def _frozen(database: DatabasePool, one: FreezeRow, sees_all: bool) -> Frozen:
    found = await queries.frozen(database, one.number, sees_all)
    assert found is not None  # freezes are never taken away
    return Frozen(one.as_of, msgspec.json.decode(found.document, type=tuple[Evaluation, ...]), one)


async def _evaluated(database: DatabasePool, instrument: PolicyInstrument, as_of: datetime) -> Frozen:
    made = []
    stood = await row_values.standing(database, as_of, instrument.is_public)
    for one in instrument.document.indicators:
        query = checked(one)
        rows = await row_values.rows(database, query, stood, as_of)
        made.append(await asyncio.to_thread(evaluated, query, as_of, rows))
    return Frozen(as_of, tuple(made), None)


def _change(query: PolicyQuery, before: Evaluation | None, after: Evaluation | None) -> IndicatorChange:
    found = differences(before, after) if before and after else None
    return IndicatorChange(
        query=IndicatorQuery(**msgspec.structs.asdict(query)),
        before=_optional(before),
        after=_optional(after),
        comparison=_short(found),
        changes_total=len(found.changes) if found else 0,
    )


def _short(found: Comparison | None) -> Comparison | None:
    return found and msgspec.structs.replace(found, changes=found.changes[:MAX_CHANGES])


def _optional(one: Evaluation | None) -> IndicatorValue | None:
    return None if one is None else value_of(one)


def value_of(one: Evaluation) -> IndicatorValue:
    """Return an evaluation without its rows."""
    named = ("method", "shown", "value", "low", "high", "known", "of", "independent", "sha256")
    return IndicatorValue(as_of=datetime.fromisoformat(one.as_of), **{name: getattr(one, name) for name in named})


def _instrument(one: PolicyRecord) -> PolicyInstrument:
    return PolicyInstrument(
        id=one.id,
        version=one.version,
        is_public=one.is_public,
        written_at=one.written_at,
        document=PolicyInstrumentDocument.model_validate(one.document),
    )
