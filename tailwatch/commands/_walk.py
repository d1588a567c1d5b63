"""The walk at a terminal: what is read by hand in turn, with what stands beside its field on the page."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import typer

from api.http.database import DatabasePool
from api.http.errors import Problem
from api.walk import answers
from api.walk.models import CheckedReading, NewReading, ReadingFinding, Walk, WalkStop
from ingest import imports
from ingest.imports import EnteredReadings, HandReading
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility
from tailwatch.commands._ingest_rights import CONNINFO, as_ingest, author
from tailwatch.commands._json import print_json
from tailwatch.commands._walk_draft import WalkDraft
from tailwatch.state import default_folder
from texts import writing

CONNECTIONS, PATIENCE_S = 1, 30.0
SAID: Final = {
    "below": "below {limit}, the lowest that is likely",
    "above": "above {limit}, the highest that is likely",
    "jump": "far from the last reading, {limit}",
    "stored": "stored already",
    "differs": "stored already with another value, {limit}",
}
"""By the codes of `ReadingFinding`."""

Found = TypeVar("Found")


class WalkAccess(NamedTuple):
    """The database as the api asks it and as ingest writes to it, whose walk it is, and in whose name; the state folder
    (None: the usual one)."""

    state: Path | None
    conninfo: str
    connection: Connection
    facility: str
    author: str


class WalkOptions(NamedTuple):
    """What the readings of a walk share; at None: the moment of each entry."""

    at: datetime | None
    unit: str | None
    is_replacing: bool
    reason: str


@contextmanager
def walk_of(state: Path | None, database: Path | None, facility: str) -> Iterator[WalkAccess]:
    """Give whom to ask for the walk of a facility, in the name of who sits at the terminal."""
    file = database or (state or default_folder()) / CONNINFO
    with as_ingest(state, database, RevisionRefused, BadFacility, Problem, facility=facility) as connection:
        yield WalkAccess(state, file.read_text().strip(), connection, facility, author())


def along(access: WalkAccess, options: WalkOptions) -> EnteredReadings | None:
    """Ask for each reading in turn and enter them at the end; None: there was none."""
    walk = _walk(access)
    if not walk.stops:
        typer.echo(f"{access.facility} has nothing that is read by hand: no instrument with driver sample_point")
        return None
    draft = WalkDraft(access.state, access.facility)
    try:
        draft.offer({stop.datastream for stop in walk.stops})
        for place, stop in enumerate(walk.stops, start=1):
            typer.echo(f"{place}/{len(walk.stops)} {told(stop)}")
            _take(access, options, stop, draft)
    except (typer.Abort, KeyboardInterrupt):
        draft.tell_left()
        raise
    if not draft.readings:
        typer.echo("nothing was entered")
        return None
    entered = _enter(access, options, list(draft.readings.values()))
    draft.drop()
    typer.echo(_summary(entered))
    return entered


def _take(access: WalkAccess, options: WalkOptions, stop: WalkStop, draft: WalkDraft) -> None:
    """Ask for the reading of a stop, and keep it; one that an earlier walk brought is told."""
    known = draft.readings.get(stop.datastream)
    if known is not None:
        value = "could not be read" if known.value is None else _number(known.value)
        typer.echo(f"  kept: {value} at {known.at:%Y-%m-%d %H:%MZ}")
    elif (reading := _asked(access, options, stop)) is not None:
        draft.keep(_by_hand(reading))


def one(
    access: WalkAccess, options: WalkOptions, datastream: str, value: float | None, *, is_json: bool
) -> EnteredReadings:
    """Enter one reading; what is to be known of it is told and forbids nothing."""
    name = datastream if datastream.startswith(f"{access.facility}:") else f"{access.facility}:{datastream}"
    reading = NewReading(datastream=name, at=options.at or _now(), value=value, unit=options.unit)
    (checked,) = _checked(access, [reading])
    if not is_json:
        _tell(checked)
    entered = _enter(access, options, [_by_hand(checked)])
    if is_json:
        findings = [finding.model_dump() for finding in checked.findings]
        document = {"datastream": name, "at": checked.at, "findings": findings, **entered._asdict()}
        print_json(document)
    else:
        typer.echo(_summary(entered))
    return entered


def told(stop: WalkStop) -> str:
    """Say in one line what to read, what it was last, what is likely, and since when it is due."""
    place = ", ".join(filter(None, (stop.title, stop.place)))
    name = stop.datastream.partition(":")[2]
    parts = [f"{place} ({name})" if place else name, f"[{stop.unit}]"]
    if stop.last is not None:
        value = "could not be read" if stop.last.result is None else _number(stop.last.result)
        parts.append(f"last {value} on {stop.last.time:%Y-%m-%d %H:%MZ},")
    else:
        parts.append("never read,")
    low, high = (None if one is None else _number(one) for one in (stop.lowest, stop.highest))
    if low is not None and high is not None:
        parts.append(f"likely {low} to {high},")
    elif low or high:
        parts.append(f"likely {f'from {low}' if low else f'up to {high}'},")
    due = "" if stop.due_at is None else f"{stop.due_at:%Y-%m-%d}"
    parts.append((f"due since {due}" if due else "due") if stop.is_due else f"due on {due}" if due else "")
    return " ".join(parts).strip().rstrip(",")


def _asked(access: WalkAccess, options: WalkOptions, stop: WalkStop) -> CheckedReading | None:
    """Ask until there is a reading that is meant, or none; None: it is left out."""
    while True:
        text = typer.prompt("  value", default="", show_default=False).strip()
        if not text:
            return None
        value = None if text == "-" else writing.read(text)
        if value is None and text != "-":
            typer.echo("  that is no number; - says that it could not be read, Enter alone leaves it out")
            continue
        reading = NewReading(datastream=stop.datastream, at=options.at or _now(), value=value, unit=options.unit)
        (checked,) = _checked(access, [reading])
        if not checked.findings:
            return checked
        _tell(checked)
        if typer.confirm("  is that what you read?", default=True):
            return checked


def _tell(checked: CheckedReading) -> None:
    for one in checked.findings:
        typer.echo(f"  warning: {_said(one)}", err=True)


def _said(finding: ReadingFinding) -> str:
    return SAID[finding.code].format(limit="missing" if finding.limit is None else _number(finding.limit))


def _number(value: float) -> str:
    return f"{value:.6g}"


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _walk(access: WalkAccess) -> Walk:
    return asyncio.run(_with_pool(access, lambda pool: answers.of_facility(pool, access.facility)))


def _checked(access: WalkAccess, readings: Sequence[NewReading]) -> list[CheckedReading]:
    return asyncio.run(_with_pool(access, lambda pool: answers.check(pool, access.facility, readings)))


async def _with_pool(access: WalkAccess, ask: Callable[[DatabasePool], Awaitable[Found]]) -> Found:
    async with DatabasePool(access.conninfo, CONNECTIONS, PATIENCE_S) as pool:
        return await ask(pool)


def _by_hand(reading: CheckedReading) -> HandReading:
    return HandReading(reading.datastream, reading.at, reading.value)


def _enter(access: WalkAccess, options: WalkOptions, readings: Sequence[HandReading]) -> EnteredReadings:
    with access.connection.transaction():
        return imports.enter(
            access.connection,
            access.facility,
            readings,
            access.author,
            options.reason,
            is_replacing=options.is_replacing,
        )


def _summary(entered: EnteredReadings) -> str:
    parts = [f"{entered.stored} stored", f"{entered.already} already there"]
    if entered.replaced:
        parts.append(f"{entered.replaced} replaced")
    if entered.conflicts:
        parts.append(f"{len(entered.conflicts)} stayed out, since another value is stored (--replace with --reason)")
    if entered.revision is not None:
        parts.append(f"revision {entered.revision}")
    return ", ".join(parts)
