"""The one way to the walk of a facility and to what people bring from it, for the address, the page and the command."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from api.access import Caller
from api.commands import answers as commands
from api.commands.models import Command, NewCommand
from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.facilities import files
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter, shown
from api.walk import queries
from api.walk.models import (
    CheckedReading,
    EnteredReadings,
    EntryReading,
    NewReading,
    NewReadings,
    ReadingFinding,
    Walk,
    WalkEntry,
    WalkStop,
)
from tailings import units
from tailings.facility import Facility, Instrument
from tailings.instants import rfc3339
from tailings.instruments import MANUAL
from tailings.plausible import PlausibleRange, doubts, plausible_range, time_fault

KIND: Final = "add-observations"
WITHDRAWS: Final = "withdraw-observations"
MAX_ENTRIES: Final = 10
MAX_ENTRY_READINGS: Final = 20
RECENT: Final = 30
"""So many readings before the next one say how far it may be: of weekly dips half a year, with its seasons."""


class KnownStop(NamedTuple):
    """A datastream that is read by hand: as the file and as the database have it, and what is likely of it."""

    instrument: Instrument
    datastream: Datastream
    likely: PlausibleRange


async def of_facility(database: DatabasePool, facility: str) -> Walk:
    """Return what is read by hand at a facility, in the order of its file."""
    now = times.now()
    stops = [_stop(one, now) for one in await _known(database, facility)]
    entries = await queries.entries(database, facility, MAX_ENTRIES, MAX_ENTRY_READINGS) if stops else []
    return Walk(now=now, facility=facility, stops=stops, entries=[_entry(*one) for one in entries])


async def check(database: DatabasePool, facility: str, given: Sequence[NewReading]) -> list[CheckedReading]:
    """Say what is to be known of readings before they are entered; raises BadParameter for what can be none."""
    known = {one.datastream.name: one for one in await _known(database, facility)}
    readings = [_sound(one, place, facility, known) for place, one in enumerate(given)]
    stored = await queries.stored(database, [(known[one.datastream].datastream.id, one.at) for one in readings])
    return [_checked(one, known[one.datastream], stored) for one in readings]


async def enter(database: DatabasePool, caller: Caller, facility: str, given: NewReadings) -> EnteredReadings:
    """Check readings and give the command that enters them; nothing that is to be known of them forbids it."""
    checked = await check(database, facility, given.readings)
    if given.check:
        return EnteredReadings(readings=checked, command=None)
    if given.replace and not given.reason.strip():
        raise BadParameter("Say why the stored values are wrong: they are replaced under this reason.", "reason")
    readings = [{"datastream": one.datastream, "at": rfc3339(one.at), "value": one.value} for one in checked]
    body: dict[str, object] = {"readings": readings, "reason": given.reason.strip(), "replace": given.replace}
    command = await commands.give(database, caller, NewCommand(kind=KIND, facility=facility, body=body))
    return EnteredReadings(readings=checked, command=command)


async def withdraw(database: DatabasePool, caller: Caller, facility: str, revision: int, reason: str) -> Command:
    """Give the command that takes an entry back."""
    body: dict[str, object] = {"revision": revision, "reason": reason.strip()}
    return await commands.give(database, caller, NewCommand(kind=WITHDRAWS, facility=facility, body=body))


async def _known(database: DatabasePool, facility: str) -> list[KnownStop]:
    file = await files.facility(database, facility)
    names = _by_hand(file) if file else []
    if file is None or not names:
        return []
    found = {one.name: one for one in await datastreams.some(database, facility, [f"{facility}:{n}" for n in names])}
    rows = [found[f"{facility}:{name}"] for name in names]
    recent = await queries.recent(database, [one.id for one in rows], RECENT)
    return [
        KnownStop(
            file.instruments[file.datastreams[name].instrument],
            row,
            plausible_range(file.datastreams[name], recent[row.id]),
        )
        for name, row in zip(names, rows, strict=True)
    ]


def _by_hand(file: Facility) -> list[str]:
    return [
        name
        for name, one in file.datastreams.items()
        if one.is_raw and file.instruments[one.instrument].driver == MANUAL
    ]


def _stop(one: KnownStop, now: datetime) -> WalkStop:
    stream, latest = one.datastream, one.datastream.latest
    due_at = None
    if latest is not None and stream.expected_interval_s is not None:
        due_at = latest.time + timedelta(seconds=stream.expected_interval_s)
    return WalkStop(
        datastream=stream.name,
        node=stream.node,
        instrument=stream.instrument,
        title=one.instrument.title or "",
        place=one.instrument.place or "",
        quantity=stream.quantity,
        unit=stream.unit,
        expected_interval_s=stream.expected_interval_s,
        last=latest,
        due_at=due_at,
        is_due=latest is None or (due_at is not None and due_at <= now),
        lowest=one.likely.lowest,
        highest=one.likely.highest,
        largest_change=one.likely.largest_change,
    )


def _entry(row: queries.EntryRow, readings: Sequence[queries.EntryReadingRow]) -> WalkEntry:
    return WalkEntry(
        revision=row.revision,
        made_at=row.made_at,
        author=row.author,
        reason=row.reason,
        readings=[EntryReading(datastream=one.datastream, at=one.at, value=one.value) for one in readings],
        count=row.size,
        withdrawn_by=row.withdrawn_by,
    )


def _sound(one: NewReading, place: int, facility: str, known: dict[str, KnownStop]) -> NewReading:
    """Return a reading that can be one, its instant in whole milliseconds; raise BadParameter."""
    field = f"readings[{place}]"
    if one.datastream not in known:
        raise BadParameter(
            f"{facility} has no datastream {shown(one.datastream)} that is read by hand;"
            f" /api/v1/facilities/{facility}/walk lists them.",
            f"{field}.datastream",
        )
    unit = known[one.datastream].datastream.unit
    if one.unit is not None and one.unit != unit:
        meant = units.nearest(one.unit, units.get(unit).dimension) if one.unit not in units.symbols() else ""
        raise BadParameter(f"{one.datastream} is in {unit}, not in {shown(one.unit)}{meant}.", f"{field}.unit")
    at_ms = round(one.at.timestamp() * 1000)
    if fault := time_fault(at_ms, round(times.now().timestamp() * 1000)):
        raise BadParameter(f"{rfc3339(one.at)} {fault}.", f"{field}.at")
    return one.model_copy(update={"at": datetime.fromtimestamp(at_ms / 1000, UTC)})


def _checked(one: NewReading, known: KnownStop, stored: dict[tuple[int, datetime], float | None]) -> CheckedReading:
    key = (known.datastream.id, one.at)
    findings = _unlikely(one, known)
    if key in stored:
        is_same = stored[key] == one.value
        findings = [ReadingFinding(code="stored" if is_same else "differs", limit=stored[key])]
    return CheckedReading(
        datastream=one.datastream, at=one.at, value=one.value, unit=known.datastream.unit, findings=findings
    )


def _unlikely(one: NewReading, known: KnownStop) -> list[ReadingFinding]:
    """What is unlikely of a reading; only one that is newer than the last is compared with it."""
    if one.value is None:
        return []
    latest, likely = known.datastream.latest, known.likely
    last = latest.result if latest is not None and latest.time < one.at and latest.quality in (1, 2) else None
    compared = {"below": likely.lowest, "above": likely.highest, "jump": last}
    return [ReadingFinding(code=code, limit=compared[code]) for code in doubts(one.value, likely, last)]
