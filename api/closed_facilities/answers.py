"""The answer that the address, the file and the page of closed facilities are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, cast

from api.closed_facilities import campaign
from api.closed_facilities.filters import ClosedFilter
from api.closed_facilities.gathering import GatheredClosed, gather
from api.closed_facilities.models import (
    ClosedDue,
    ClosedFacilities,
    ClosedFacilityDocument,
    ClosedField,
    ClosedStage,
    ExcludedFacility,
    RegisterRenewal,
)
from api.facilities import queries as facilities
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.region.totals import StudiedAmounts
from api.register import queries as registers
from api.register.models import Register
from tailings.register.closed_facilities import (
    NEEDED,
    STAGES,
    ClosedFacility,
    completeness,
    is_complete,
    renewal,
)
from tailings.register.search import folded
from tailings.study import article_27

MAX_EXCLUDED: Final = 100


async def of_seen(
    database: DatabasePool,
    amounts: StudiedAmounts,
    seen: frozenset[str] | None,
    which: ClosedFilter,
    *,
    after: int,
    limit: int | None,
) -> ClosedFacilities:
    """Return the database as far as a caller may see it (None: all of it), with a part of its facilities by name.

    after: the row that the facility before the part is known by, 0 at the beginning; limit: None, all of them.
    Raises BadParameter where that facility is no more in the list.
    """
    now, commit = times.now(), await facilities.newest_commit(database)
    found = await gather(database, amounts, seen)
    known = await registers.registers(database, seen is None)
    matching = [one for one in found.facilities if _meets(one, which)]
    first = _behind(matching, after)
    planned = await campaign.of_closed(database, found, which, seen is None)
    part = matching[first:] if limit is None else matching[first : first + limit]
    return ClosedFacilities(
        now=now,
        commit=commit,
        source=article_27.rules().source,
        total=len(found.facilities),
        matching=len(matching),
        complete=sum(map(is_complete, found.facilities)),
        public=sum(one.is_public for one in found.facilities),
        disputed=sum(one.is_disputed for one in found.facilities),
        unsaid=found.unsaid,
        needed=list(NEEDED),
        counts=list(completeness(found.facilities)),
        due=_due(found.facilities, now.date()),
        registers=_renewals(found, known, now.date()),
        countries=sorted({str(code) for one in found.facilities if (code := one.value("country"))}),
        facilities=[_document(one) for one in part],
        excluded_total=len(found.excluded),
        excluded=[_excluded(one) for one in found.excluded[:MAX_EXCLUDED]],
        screening=found.screening,
        plan=planned,
    )


def _behind(matching: Sequence[ClosedFacility], after: int) -> int:
    found = next((at for at, one in enumerate(matching, 1) if one.number == after), None) if after else 0
    if found is None:
        raise BadParameter("The facility before this page has left the list; begin at the first page.", "cursor")
    return found


def _meets(one: ClosedFacility, which: ClosedFilter) -> bool:
    if which.search is not None and folded(which.search) not in folded(_searched(one)):
        return False
    if which.country is not None and one.value("country") != which.country:
        return False
    return which.missing is None or which.missing not in one.names("stated")


def _searched(one: ClosedFacility) -> str:
    names = ("name", "other_names", "id", "operator", "mine", "municipality")
    return " | ".join(str(row.values[name]) for row in one.rows for name in names if name in row.values)


def _due(found: Sequence[ClosedFacility], today: date) -> list[ClosedDue]:
    """The dates of Member States, each with how far it is done where rows of registers tell."""
    done: dict[str, int] = {name: sum(one.stages[name] is not None for one in found) for name in STAGES}
    done |= {"filled": sum(map(is_complete, found))}
    return [
        ClosedDue(
            name=one.name,
            ref=one.ref,
            date=one.date,
            days=one.days(today),
            done=done.get(one.name),
            of=len(found) if one.name in done else None,
        )
        for one in article_27.rules().due
        if one.whose == "member_state"
    ]


def _renewals(found: GatheredClosed, known: Sequence[Register], today: date) -> list[RegisterRenewal]:
    counts = Counter(
        register for one in (*found.facilities, *found.excluded) for register in {row.register for row in one.rows}
    )
    return [
        RegisterRenewal(
            id=one.id,
            title=one.title,
            day=one.day,
            licence=one.licence,
            is_public=one.is_public,
            closed=counts[one.id],
            renew_by=renewal(one.day),
            days=(renewal(one.day) - today).days,
        )
        for one in known
        if counts[one.id]
    ]


def _registers(one: ClosedFacility) -> list[str]:
    return list(dict.fromkeys(row.register for row in one.rows))


def _document(one: ClosedFacility) -> ClosedFacilityDocument:
    return ClosedFacilityDocument(
        number=one.number,
        id=str(one.rows[0].values["id"]),
        name=str(one.rows[0].values["name"]),
        country=str(one.value("country") or ""),
        region=str(one.value("region") or ""),
        municipality=str(one.value("municipality") or ""),
        status=one.status,
        is_disputed=one.is_disputed,
        facility=one.facility,
        registers=_registers(one),
        is_public=one.is_public,
        fields=[
            ClosedField(name=of.name, state=of.state, values=of.values, source=of.source, day=of.day)
            for of in one.fields
        ],
        stages=[
            ClosedStage(name=cast(Literal["permits", "sampling", "detail"], name), done=day)
            for name, day in one.stages.items()
        ],
        samples=one.samples,
        complete=len(one.names("stated")),
        needed=len(NEEDED),
    )


def _excluded(one: ClosedFacility) -> ExcludedFacility:
    return ExcludedFacility(
        number=one.number,
        id=str(one.rows[0].values["id"]),
        name=str(one.rows[0].values["name"]),
        registers=_registers(one),
        reason=one.excluded_because,
    )
