"""The one way to annual statements: a draft of any year, what was signed, and signing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.access import Caller, require
from api.alarms import answers as alarms
from api.alarms import duties
from api.alarms.models import Duty, Plan
from api.facilities import queries as facilities
from api.http.database import DatabasePool
from api.http.errors import BadParameter, NotFound, WhoAreYou
from api.overview import instrument_names
from api.overview.models import InstrumentName
from api.sight import queries as sights
from api.statements import queries
from api.statements.gaps import gaps
from api.statements.models import (
    AnnualStatement,
    DamEvent,
    MonitoringResult,
    PlanInYear,
    Signature,
    SigningStatement,
    Statements,
)
from api.statements.queries import AlarmInYear, FacilityZone, LevelInYear, ResultRow, Span
from api.water import answers as water
from tailings.levels import LEVELS
from tailings.sight.year import SightYear

ORANGE: Final = LEVELS.index("orange")
HOUR_S: Final = 3600
NOT_FIGURES: Final = frozenset({"remarks", "gaps", "signature", "figures_sha256"})


async def years(database: DatabasePool, facility: str, now: datetime) -> Statements:
    """Return the years that have a whole day of readings, and what was signed; raise NotFound."""
    zone = await _zone(database, facility)
    signed = await queries.signed(database, facility)
    first = zone.first_time
    found = range(_local(first, zone).year, _today(now, zone).year + 1) if first else ()
    return Statements(
        facility=facility,
        years=[year for year in reversed(found) if date(year, 1, 1) < _today(now, zone)],
        signed=signed,
    )


async def draft(database: DatabasePool, facility: str, year: int, now: datetime) -> AnnualStatement:
    """Return what is to be said of a year, by whole days until `now`; raise NotFound."""
    zone = await _zone(database, facility)
    end = min(date(year + 1, 1, 1), _today(now, zone))
    if end <= date(year, 1, 1):
        raise NotFound(f"No day of {year} is over at {facility}: ask for an earlier year.", "year")
    span: Span = {"facility": facility, "start": _begins(date(year, 1, 1), zone), "stop": _begins(end, zone)}
    known = await facilities.one(database, facility)
    plans, held = await alarms.plans(database, facility), await duties.held(database, [facility])
    rows, sight = await queries.alarms(database, span), await sights.of_year(database, facility, year, span["stop"])
    last_instant = _last_instant(end, span, known.timezone)
    judged = await water.judged(database, facility, known.timezone, last_instant, since=date(year, 1, 1))
    figures = AnnualStatement(
        **{name: getattr(known, name) for name in ("name", "operator", "region", "consequence_class", "timezone")},
        facility=facility,
        sample_data=known.sample_data,
        year=year,
        start=span["start"],
        stop=span["stop"],
        is_whole=end == date(year + 1, 1, 1),
        version=known.version,
        file_hash=known.hash,
        versions=await queries.versions(database, span),
        results=_results(
            await queries.results(database, span), await instrument_names.of_facility(database, facility), span
        ),
        plans=_plans(plans, rows, await queries.level_changes(database, span), sight.record, span),
        events=[_event(one, span) for one in rows if _is_event(one)],
        simulated=sum(one.is_simulated for one in rows),
        equipment=dict(sorted(Counter(one.rule for one in rows if one.family == "maintenance").items())),
        limits=judged.limits,
        without_limit=judged.without_limit,
        samples=await queries.sample_count(database, span),
        calibrations=await queries.calibrations(database, span),
        revisions=await queries.revisions(database, span),
        delivered=await queries.delivered(database, span),
        gaps=[],
        figures_sha256="",
    )
    return _with_gaps(figures, held)


async def signed(database: DatabasePool, facility: str, year: int, version: int | None = None) -> AnnualStatement:
    """Return a signed version as it was signed (None: the newest); raise NotFound."""
    found = await queries.document(database, facility, year, version)
    if found is None:
        which = "signed yet" if version is None else f"signed as version {version}"
        raise NotFound(f"No statement of {year} of {facility} was {which}; /statements lists what was.", "year")
    kept = AnnualStatement.model_validate_json(found.document)
    signature = Signature(version=found.version, name=found.name, role=found.role, signed_at=found.signed_at)
    return kept.model_copy(update={"signature": signature})


async def sign(
    database: DatabasePool, caller: Caller, facility: str, *, year: int, signing: SigningStatement, now: datetime
) -> AnnualStatement:
    """Keep the statement of a year with remarks, as a further version, in the name of the caller.

    Raises BadParameter where the figures are no more those that were looked at, or no conclusion is given.
    """
    await require(database, caller, "approve", facility)
    found = await draft(database, facility, year, now)
    if found.figures_sha256 != signing.figures_sha256:
        raise BadParameter("The figures have changed since you looked: look again, then sign.", "figures_sha256")
    remarks = {name: text for name, text in signing.remarks.items() if text}
    if "conclusion" not in remarks:
        raise BadParameter("Write the conclusion: what the year's monitoring says of the facility.", "remarks")
    left = [one for one in found.gaps if one.code not in remarks]
    made = found.model_copy(update={"remarks": remarks, "gaps": left})
    kept = await queries.sign(
        database,
        {
            "secret": caller.secret,
            "facility": facility,
            "year": year,
            "name": signing.name,
            "role": signing.role,
            "document": made.model_dump_json().encode(),
            "figures_sha256": made.figures_sha256,
            "gaps": len(made.gaps),
        },
    )
    if kept.state == "nobody":
        raise WhoAreYou("This session or key has just ended; log in, or send another key.")
    return await signed(database, facility, year, kept.version)


async def _zone(database: DatabasePool, facility: str) -> FacilityZone:
    found = await queries.zone(database, facility)
    if found is None:
        raise facilities.unknown(facility)
    return found


def _local(at: datetime, zone: FacilityZone) -> datetime:
    return at.astimezone(UTC) + zone.standard_offset


def _today(now: datetime, zone: FacilityZone) -> date:
    return _local(now, zone).date()


def _begins(day: date, zone: FacilityZone) -> datetime:
    return datetime.combine(day, time(), UTC) - zone.standard_offset


def _last_instant(end: date, span: Span, timezone: str) -> datetime:
    """The last instant of the year by both clocks: the first of the next one asks for the limits of that year."""
    stop: datetime = span["stop"]
    return min(stop, datetime.combine(end, time(), ZoneInfo(timezone))) - timedelta(microseconds=1)


def _results(rows: Sequence[ResultRow], named: Iterable[InstrumentName], span: Span) -> list[MonitoringResult]:
    titles = {one.instrument: one for one in named}
    return [_result(one, titles.get(one.name.partition(":")[2].rpartition(".")[0]), span) for one in rows]


def _result(row: ResultRow, named: InstrumentName | None, span: Span) -> MonitoringResult:
    expected = _expected(row, span)
    return MonitoringResult(
        datastream=row.name.partition(":")[2],
        title=named.title if named else None,
        place=named.place if named else None,
        **{name: getattr(row, name) for name in ("quantity", "unit", "is_derived", "retired_at")},
        **{name: getattr(row, name) for name in ("passed", "not_evaluated", "suspect", "rejected", "missing")},
        expected=expected,
        coverage=None if not expected else min(1.0, row.came / expected),
        minimum=row.minimum,
        mean=row.mean,
        maximum=row.maximum,
    )


def _expected(row: ResultRow, span: Span) -> int | None:
    """How many readings its interval asks for, from its first one on, until it was retired."""
    if row.every_s is None:
        return None
    begin: datetime = max(span["start"], row.first_time or span["start"])
    end: datetime = min(span["stop"], row.retired_at or span["stop"])
    seconds: float = (end - begin).total_seconds()
    return max(0, round(seconds / row.every_s))


def _is_event(row: AlarmInYear) -> bool:
    """Whether the authority would ask about it: orange or red, or nothing could be seen."""
    return _is_told(row) and (row.highest >= ORANGE or row.type == "blind")


def _is_told(row: AlarmInYear) -> bool:
    """Whether it is an alarm of the dam by a plan that calls people."""
    return row.family == "dam" and not row.is_simulated


def _event(row: AlarmInYear, span: Span) -> DamEvent:
    stop = span["stop"]
    is_acknowledged = row.acknowledged_at is not None and row.acknowledged_at < stop
    return DamEvent(
        alarm=row.id,
        plan=row.rule,
        title=row.title,
        type=row.type,
        highest=row.highest,
        began_at=row.began_at,
        returned_at=row.returned_at if row.returned_at and row.returned_at < stop else None,
        acknowledged_after_s=row.acknowledged_after_s if is_acknowledged else None,
        notified_at=row.notified_at,
        is_taken_back=row.is_taken_back,
        is_open=row.closed_at is None or row.closed_at >= stop,
    )


def _plans(
    plans: Sequence[Plan], rows: Sequence[AlarmInYear], changes: Sequence[LevelInYear], record: SightYear, span: Span
) -> list[PlanInYear]:
    return [
        PlanInYear(
            plan=one.id,
            title=one.failure_mode,
            approval=one.approval,
            approved_by=one.approved_by,
            approved_on=one.approved_on,
            events=_by_level(row for row in rows if row.rule == one.id),
            hours=_hours([change for change in changes if change.plan == one.id], span),
            **_sight(one.id, record),
        )
        for one in plans
    ]


def _sight(plan: str, record: SightYear) -> dict[str, float]:
    """What was proved of its sight; of a plan that the record does not know nothing was."""
    found = next((one for one in record.plans if one.plan == plan), None)
    if found is None:
        return {"seen": 0.0, "blind": 0.0, "not_proved": 1.0}
    return {"seen": found.seen, "blind": found.blind, "not_proved": found.not_proved}


def _by_level(rows: Iterable[AlarmInYear]) -> dict[str, int]:
    counts = Counter(one.highest for one in rows if _is_told(one) and one.type == "level")
    return {level: counts[rank] for rank, level in enumerate(LEVELS) if rank}


def _hours(changes: Sequence[LevelInYear], span: Span) -> dict[str, float]:
    """Hours at each level but green: a change holds until the next one."""
    found: dict[str, float] = dict.fromkeys(LEVELS[1:], 0.0)
    for one, after in zip(changes, [*changes[1:], None], strict=False):
        if one.after:
            found[LEVELS[one.after]] += _hours_between(one.at, after.at if after else span["stop"], span)
    return found


def _hours_between(begin: datetime, end: datetime, span: Span) -> float:
    inside: timedelta = min(end, span["stop"]) - max(begin, span["start"])
    return max(0.0, inside.total_seconds() / HOUR_S)


def _with_gaps(figures: AnnualStatement, held: Sequence[Duty]) -> AnnualStatement:
    text = figures.model_dump_json(exclude=set(NOT_FIGURES))
    hash = hashlib.sha256(text.encode()).hexdigest()
    return figures.model_copy(update={"gaps": gaps(figures, bool(held)), "figures_sha256": hash})
