"""The answers that the public page, its feed and the list of public facilities are made of.

Each part is asked for only where `tailings.disclosure` opens it, and up to the instant that it gives.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from api.access import visible
from api.access.limits import RateLimit, line_of
from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.disclosure import instrument_kinds, models, queries, subscriptions
from api.disclosure.models import (
    DisclosureRule,
    PublicContact,
    PublicDocument,
    PublicFacility,
    PublicPlace,
    PublicRegion,
    PublicState,
    Questions,
)
from api.disclosure.queries import FacilityIdentity, Sent
from api.http.database import DatabasePool
from api.http.errors import TooMany
from api.land.models import FacilityLand
from api.land.public_surroundings import PublicSurroundings
from api.water import answers as water
from api.water import queries as samples
from tailings import disclosure
from tailings.assess.model import Assessment, FailureMode, ReasonCode, is_expired
from tailings.disclosure import Disclosed
from tailings.levels import LEVELS, LevelWord, SightState

MAX_DATASTREAMS: Final = 2_000
DOUBTS: Final[tuple[ReasonCode, ...]] = ("suspect-past", "within-uncertainty")


class PublicSite(NamedTuple):
    """What an installation has for its public pages: the key of links (None: there is none), and what lies near."""

    link_key: bytes | None
    surroundings: PublicSurroundings


async def of_facility(
    database: DatabasePool, facility: str, known: Disclosed, now: datetime, site: PublicSite
) -> PublicFacility:
    """Return all that a stranger may see of a facility at `now`."""
    (named,) = await queries.identities(database, [facility])
    judged = assessments.as_stored(facility, await _document(database, facility), now)
    changes = await queries.changes(database, facility) if "state" in known.opens else None
    return PublicFacility(
        now=now,
        facility=facility,
        name=named.name,
        operator=named.operator,
        region=named.region,
        timezone=named.timezone,
        sample_data=named.sample_data,
        opens=[one for one in disclosure.OPENED if one in known.opens],
        delay_h=known.delay.total_seconds() / 3600,
        state=None if changes is None else state(judged, changes[0] if changes else None),
        instruments=await _instruments(database, facility, known),
        readings=await _readings(database, facility, known, judged, now),
        water=await _water(database, facility, known, named, now),
        alarms=await _alarms(database, facility, known, now),
        surroundings=await _surroundings(database, facility, known, site),
        changes=changes,
        questions=await _questions(database, facility, known),
        by_mail=await subscriptions.are_open(database, site.link_key),
        **_stated(known, now.astimezone(ZoneInfo(named.timezone))),
    )


async def of_region(database: DatabasePool, region: str | None, now: datetime, key: bytes | None) -> PublicRegion:
    """Return the facilities that have a public page, in one region or in all, the worst first."""
    open_to_all = await visible.disclosed_facilities(database)
    found = await queries.identities(database, list(open_to_all))
    wanted = [one for one in found if region is None or one.region == region]
    ids = [one.facility for one in wanted]
    judged = await assessments.of_facilities(database, ids, now)
    changes = await queries.newest_changes(database, ids)
    places = [_place(one, open_to_all[one.facility], judged[one.facility], changes.get(one.facility)) for one in wanted]
    regions = {one.region for one in found if one.region}
    told = [one for one in ids if "state" in open_to_all[one].opens]
    return PublicRegion(
        now=now,
        region=region,
        regions=sorted(regions),
        facilities=sorted(places, key=_severity),
        changes=await queries.changes_of_all(database, told),
        by_mail=await subscriptions.are_open(database, key),
    )


async def rule(database: DatabasePool, facility: str) -> DisclosureRule:
    """Return what a facility opens to strangers."""
    known = await visible.disclosed(database, facility)
    return DisclosureRule(
        has_page=known is not None,
        opens=[one for one in disclosure.OPENED if known is not None and one in known.opens],
        delay_h=known.delay.total_seconds() / 3600 if known else 0.0,
        questions=known is not None and known.said.questions,
        waiting=await queries.waiting(database, facility),
    )


async def questions(database: DatabasePool, facility: str) -> Questions:
    """Return what citizens sent, for those who answer."""
    return Questions(questions=list(await queries.of_operator(database, facility)))


async def send(
    database: DatabasePool, limit: RateLimit, address: str, facility: str, asked: models.NewQuestion
) -> Sent:
    """Store a question of anybody; raise TooMany for more than few an hour from one line."""
    if wait_s := limit.take(line_of(address)):
        raise TooMany(f"More than {limit.permits} questions in an hour; send the next in {wait_s:.0f} s.", wait_s)
    return await queries.send(database, facility, asked.kind, asked.language, asked.words)


def state(judged: Assessment, newest: models.VerdictChange | None) -> PublicState:
    """Say what an assessment says in short, as it reads now, and since when."""
    counting = [one for one in judged.failure_modes if one.counts]
    expired = is_expired(judged)
    since = judged.valid_until if expired else None
    if newest is not None and newest.verdict == judged.verdict:
        since = newest.at  # also where it was blind already when the assessment expired
    return PublicState(
        verdict=judged.verdict,
        level=judged.level,
        doubted=None if expired else _doubted(judged),
        sight=judged.sight,
        since=since,
        made_at=judged.made_at,
        valid_until=judged.valid_until,
        is_expired=expired,
        reasons=list(dict.fromkeys(one.code for one in judged.reasons)),
        plans=sum(one.kind == "plan" for one in counting),
        ways=len({one.title for one in counting if one.kind == "plan"}),
        blind=_titles(counting, "blind"),
        reduced=_titles(counting, "reduced"),
    )


def _titles(modes: Iterable[FailureMode], sight: SightState) -> list[str]:
    """Ways of failing of which a plan has this sight, each once: several plans may watch one."""
    return list(dict.fromkeys(one.title for one in modes if one.sight == sight))


def _doubted(judged: Assessment) -> LevelWord | None:
    found = [one.level for one in judged.reasons if one.code in DOUBTS and one.level is not None]
    worst = max((judged.level, *found), key=LEVELS.index)
    return None if worst == judged.level else worst


async def _document(database: DatabasePool, facility: str) -> dict[str, object] | None:
    return await database.row(lambda document: document, assessments.OF_FACILITY, {"facility": facility})


async def _instruments(database: DatabasePool, facility: str, known: Disclosed) -> list[models.InstrumentCount] | None:
    if "instruments" not in known.opens:
        return None
    streams = await datastreams.of_facility(database, facility, 0, MAX_DATASTREAMS, None, quantity=None)
    return instrument_kinds.counted(streams)


async def _readings(
    database: DatabasePool, facility: str, known: Disclosed, judged: Assessment, now: datetime
) -> list[models.PublicReading] | None:
    until = known.seen_until("readings", now)
    if until is None:
        return None
    plain = (one for one in judged.margins if one.rate_over_s is None and one.against is None)
    errors: Mapping[tuple[str, datetime | None], float | None] = {
        (one.datastream, one.time): one.uncertainty for one in plain
    }
    return [
        models.PublicReading(
            datastream=(name := one.name.removeprefix(f"{facility}:")),
            kind=instrument_kinds.KIND_OF[one.quantity],
            title=one.title,
            place=one.place,
            quantity=one.quantity,
            unit=one.unit,
            value=one.value,
            uncertainty=errors.get((name, one.time)),  # that of another reading is none of this one
            time=one.time,
        )
        for one in await queries.readings(database, facility, until)
    ]


async def _water(
    database: DatabasePool, facility: str, known: Disclosed, named: FacilityIdentity, now: datetime
) -> models.PublicWater | None:
    """Hold what may be shown of the laboratory's values against the limits; what is held back decides nothing."""
    until = known.seen_until("water", now)
    if until is None:
        return None
    judged = await water.judged(database, facility, named.timezone, now, until=until)
    recent = [one.taken_at for one in judged.samples if one.taken_at > now - samples.YEAR]
    return models.PublicWater(
        outcome=judged.outcome,
        limits=judged.limits,
        without_limit=judged.without_limit,
        samples=len(recent),
        newest=max(recent, default=None),
    )


async def _alarms(
    database: DatabasePool, facility: str, known: Disclosed, now: datetime
) -> list[models.PublicAlarm] | None:
    until = known.seen_until("alarms", now)
    return None if until is None else await queries.alarms(database, facility, until)


async def _surroundings(
    database: DatabasePool, facility: str, known: Disclosed, site: PublicSite
) -> FacilityLand | None:
    return await site.surroundings.of(database, facility) if "surroundings" in known.opens else None


async def _questions(database: DatabasePool, facility: str, known: Disclosed) -> models.PublicQuestions:
    """Published answers stay where the facility takes no further questions."""
    return models.PublicQuestions(
        are_open=known.said.questions,
        waiting=await queries.waiting(database, facility),
        published=await queries.published(database, facility),
        declined=await queries.declined(database, facility),
    )


def _stated(known: Disclosed, local: datetime) -> dict[str, Any]:
    said = known.said
    offices = {name: getattr(said, name) for name in ("contact", "emergency", "authority")}
    return {
        **{name: _contact(one) for name, one in offices.items()},
        "in_an_alarm": dict(said.in_an_alarm),
        "documents": [
            PublicDocument(title=one.title, address=one.address, day=one.day) for one in known.documents(local.date())
        ],
    }


def _place(
    named: FacilityIdentity, known: Disclosed, judged: Assessment, newest: models.VerdictChange | None
) -> PublicPlace:
    return PublicPlace(
        **named._asdict(),
        state=state(judged, newest) if "state" in known.opens else None,
        delay_h=known.delay.total_seconds() / 3600,
        emergency=_contact(known.said.emergency),
    )


def _contact(stated: disclosure.PublicContact | None) -> PublicContact | None:
    return None if stated is None else PublicContact(**msgspec.structs.asdict(stated))


def _severity(one: PublicPlace) -> tuple[int, str]:
    return disclosure.severity(None if one.state is None else one.state.verdict), one.name
