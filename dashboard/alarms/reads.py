"""Reads what the alarm pages are made of, by the api's own queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from api.access import Caller, require_in
from api.alarms import duties as asked
from api.alarms import queries as alarms
from api.alarms import routes as addresses
from api.alarms.models import Alarm, AlarmDetail, Hold, Load
from api.assessments import queries as assessments
from api.commands import queries as requests
from api.facilities import queries as facilities
from api.http.database import Database
from api.http.errors import NotFound
from api.people import queries as people
from api.recipients import queries as recipients
from api.recipients.models import Recipient
from api.recipients.queries import LastTest
from dashboard import reads, states
from dashboard.reads import Shown
from dashboard.rows import FacilityRow
from tailings.assess.model import FailureMode, is_expired
from texts import Texts

from . import duties, movement, stair
from .movement import Movement

NEWEST = 2**63 - 1
MAX_LISTED = 300
LOAD_DAYS = 30
MAX_FACILITIES = 100
MAX_PLACES = 500
MAX_SAID = 3
"""Alarms of the dam that the verdict names."""


class Unseen(NamedTuple):
    """A failure mode that is not seen whole, and where; mode None: the facility was not judged for too long."""

    where: str
    mode: FailureMode | None

    @property
    def is_blind(self) -> bool:
        return self.mode is None or self.mode.sight == states.BLIND


@dataclass(frozen=True)
class Board:
    """What all alarm pages of a caller share; `zone` is that of the facilities, else UTC; places: ids and names."""

    now: datetime
    commit: int
    zone: str
    open: tuple[Alarm, ...]
    holds: tuple[Hold, ...]
    load: Load
    names: dict[str, str]
    caller: Caller
    places: tuple[tuple[str, str], ...]
    recipients: tuple[Recipient, ...] = ()
    """For those who may act; others are not shown who is called."""
    held: tuple[Alarm, ...] = ()
    """Open alarms of the dam that are shelved or out of service."""
    unseen: tuple[Unseen, ...] = ()
    """The blind ones first."""
    tested: LastTest | None = None
    """The newest test of the way to people, for those who may act."""
    movements: Mapping[int, Movement] = field(default_factory=dict)
    """Of the first alarms of the dam, by number."""

    @property
    def dam(self) -> list[Alarm]:
        """Open alarms of the dam that are told, the worst first, then what waits longest."""
        found = [one for one in self.open if one.family == "dam" and not one.is_simulated]
        return sorted(found, key=lambda one: (-one.level, one.acknowledged_at is not None, one.began_at))

    @property
    def simulated(self) -> list[Alarm]:
        return [one for one in self.open if one.family == "dam" and one.is_simulated]

    @property
    def equipment(self) -> list[Alarm]:
        return [one for one in self.open if one.family == "maintenance"]

    @property
    def waiting(self) -> list[Alarm]:
        """Alarms of the dam that nobody has acknowledged, the longest first."""
        return sorted((one for one in self.dam if one.acknowledged_at is None), key=lambda one: one.noted_at)


async def board(database: Database, seen: frozenset[str] | None, caller: Caller) -> Board:
    """Read what stands now."""
    now = datetime.now(UTC)
    commit = await facilities.newest_commit(database)
    places = await facilities.all_after(database, "", MAX_PLACES, seen)
    zones = {one.timezone for one in places}
    found = await alarms.listed(database, "now", NEWEST, MAX_LISTED, None, family=None, seen=seen)
    load = await addresses.load_of(database, LOAD_DAYS, seen)
    held = await alarms.holds(database, seen)
    authors = [one.acknowledged_by for one in found if one.acknowledged_by] + [one.author for one in held]
    known = await names(database, authors, caller, [one.facility for one in found])
    zone = zones.pop() if len(zones) == 1 else "UTC"
    shown = tuple(addresses.shown(one, caller) for one in found)
    ids = tuple((one.id, one.name) for one in places)
    told = tuple(await recipients.recipients(database, caller.facilities("annotate")))
    board = Board(
        now, commit, zone, shown, tuple(held), load=load, names=known, caller=caller, places=ids, recipients=told
    )
    shelved = await alarms.listed(database, "shelved", NEWEST, MAX_LISTED, None, family="dam", seen=seen)
    return replace(
        board,
        held=tuple(one for one in shelved if not one.is_simulated),
        unseen=tuple(await _unseen(database, dict(ids), now)),
        tested=await recipients.last_test(database, caller.facilities("annotate")) if told else None,
        movements=await movement.of_alarms(database, board.dam[:MAX_SAID], now),
    )


async def _unseen(database: Database, named: Mapping[str, str], now: datetime) -> list[Unseen]:
    """Read which failure modes of these facilities are not seen whole."""
    judged = await assessments.of_facilities(database, list(named), now)
    found = [Unseen(named[id], None) for id, one in judged.items() if is_expired(one)]
    found += [
        Unseen(named[id], mode)
        for id, one in judged.items()
        for mode in one.failure_modes
        if mode.counts and mode.sight != "full"
    ]
    return sorted(found, key=lambda one: not one.is_blind)


async def said(database: Database, alarm: Alarm, now: datetime) -> list[alarms.Said]:
    """Read what the alarms of a plan have said in the last seven days, the newest first."""
    return await alarms.said(database, alarm.facility, alarm.rule, now - timedelta(days=stair.DAYS))


async def past(database: Database, seen: frozenset[str] | None, caller: Caller, before: int) -> list[Alarm]:
    """Read one page of all alarms, the newest first."""
    found = await alarms.listed(database, "history", before, MAX_LISTED // 3, None, family=None, seen=seen)
    return [addresses.shown(one, caller) for one in found]


async def names_in(database: Database, some: Sequence[Alarm], caller: Caller) -> dict[str, str]:
    """Read the names of who acknowledged these alarms."""
    authors = [one.acknowledged_by for one in some if one.acknowledged_by]
    return await names(database, authors, caller, {one.facility for one in some})


async def one(
    database: Database, caller: Caller, id: int
) -> tuple[AlarmDetail, FacilityRow, Shown, dict[str, str], Movement]:
    """Read one alarm, its facility, the names of who acted, and how its value goes on."""
    found = await addresses.detail(database, caller, id)
    shown = await reads.one(database, found.alarm.facility, datetime.now(UTC))
    authors = [line.author for line in found.history] + [one.closed_by for one in found.actions if one.closed_by]
    if found.alarm.acknowledged_by:
        authors.append(found.alarm.acknowledged_by)
    known = await names(database, authors, caller, [found.alarm.facility])
    stands = [found.alarm] if found.alarm.closed_at is None else []
    moves = await movement.of_alarms(database, stands, shown.now)
    return found, shown.facilities[0], shown, known, moves.get(found.alarm.id, Movement())


async def replayed(database: Database, caller: Caller, facility: str, plan: str, id: int) -> dict[str, Any]:
    """Read what a request for a back-test of this plan gave; raise NotFound, also for one that is not over."""
    found = await requests.one(database, id)
    is_of_plan = found is not None and (found.kind, found.facility) == ("backtest-plan", facility)
    if found is None or not is_of_plan or not found.outcome or found.outcome.get("plan") != plan:
        raise NotFound(f"There is no finished back-test {id} of {plan}; ask for one on this page.", "request")
    if found.author != caller.who:
        require_in(caller, "read", facility, is_public=False)
    return found.outcome


async def answering(database: Database, caller: Caller, facility: str) -> duties.Answering:
    """Read who holds the named roles of a facility; nobody for the public, and who could only for an administrator."""
    if not caller.may("read", facility):
        return duties.Answering((), {}, ())
    held = await asked.held(database, [facility])
    known = await names(database, [one.holder for one in held], caller, [facility])
    possible = await asked.possible(database, facility) if caller.may("admin", facility) else ()
    return duties.Answering(held, known, possible)


async def roles(database: Database, board: Board, seen: frozenset[str] | None, texts: Texts) -> list[duties.Role]:
    """Read who holds the named roles of all facilities in which the caller may act."""
    shown = await reads.everything(database, board.now, seen)
    own = [one for one in shown.facilities if board.caller.may("annotate", one.id)][:MAX_FACILITIES]
    found = [(one, await addresses.plans(database, one.id)) for one in own]
    held = await asked.held(database, [one.id for one in own])
    known = await names(database, [one.holder for one in held], board.caller, [one.id for one in own])
    return duties.of_all(found, held, known, texts)


async def names(database: Database, authors: Iterable[str], caller: Caller, places: Iterable[str]) -> dict[str, str]:
    """Return the names of users by author; none for a caller without a right of its own in all these facilities."""
    if not all(caller.may("read", place) for place in places):
        return {}
    numbers = {int(one.partition(":")[2]) for one in authors if one.startswith("user:")}
    return {f"user:{id}": name for id, name in (await people.names(database, numbers)).items()}
