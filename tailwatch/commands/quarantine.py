"""`tailwatch quarantine`: what was refused, why, and what a person makes of it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ingest import quarantine as room
from ingest.revisions import RevisionRefused
from tailings.facility import BadFacility
from tailwatch.commands import _undeclared_lines
from tailwatch.commands._ingest_rights import (
    CountOption,
    DatabaseOption,
    FacilityOption,
    ReasonOption,
    StateOption,
    as_ingest,
    author,
    instant,
    progress,
)

app = typer.Typer(help="What was refused, why, and what can be made of it.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Number of the message in the list.")]
SinceOption = Annotated[
    datetime | None, typer.Option("--from", parser=instant, help="Only what arrived at the centre since (UTC).")
]
BeforeOption = Annotated[
    datetime | None, typer.Option("--to", parser=instant, help="Only what arrived at the centre before (UTC).")
]


@app.command("list")
def list_(
    facility: FacilityOption,
    count: CountOption = 50,
    is_all: Annotated[bool, typer.Option("--all", help="Also those that were decided on.")] = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """List refused messages, newest first, and channels that are not declared, with the lines that declare them."""
    with as_ingest(state, database, facility=facility) as connection:
        for one in room.listed(connection, facility, count, is_all):
            what = " ".join([one.reason, *(one.channels or [one.field])]).strip()
            typer.echo(f"{one.id} {one.received_at:%Y-%m-%dT%H:%M:%SZ} {one.sender} {what} x{one.times} {one.state}")
        for hold in room.held(connection, facility):
            typer.echo(
                f"gateway {hold.agent} is held back since {hold.since:%Y-%m-%dT%H:%M:%SZ}: {hold.size_bytes} bytes find"
                f" no room in {hold.budget_bytes} (quarantine_bytes); retry or settle what waits, or raise it"
            )
        for line in _undeclared_lines.lines(connection, facility):
            typer.echo(line)


@app.command()
def show(number: Number, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Show one message: why it was refused, what helps, and its bytes."""
    with as_ingest(state, database, RevisionRefused) as connection:
        one = room.find(connection, number)
    typer.echo(f"{one.facility} {one.sender}, received {one.received_at:%Y-%m-%dT%H:%M:%SZ}, {one.state}")
    typer.echo(f"refused at {one.stage}: {one.reason} {one.field}\nfix: {one.fix}")
    if one.readings:
        typer.echo(f"{one.readings} readings:")
        for reading in room.readings(one):
            value = f"missing ({reading.missing})" if reading.value is None else f"{reading.value:.15g}"
            at = datetime.fromtimestamp(reading.time_ms / 1000, UTC).isoformat(timespec="milliseconds")
            typer.echo(f"{reading.name} {at} {value} {reading.unit or ''}".rstrip())
    else:
        cut = f", of which the gateway kept the first {len(one.raw)}" if len(one.raw) < one.size_bytes else ""
        typer.echo(f"{one.size_bytes} bytes{cut}:\n{one.raw.decode('utf-8', 'backslashreplace')}")


@app.command()
def retry(
    reason: ReasonOption,
    number: Annotated[int | None, typer.Argument(help="Of one message in the list; else what is chosen.")] = None,
    facility: Annotated[str | None, typer.Option("--facility", help="Id of the facility, for more than one.")] = None,
    refused_as: Annotated[
        str | None, typer.Option(help="Only what was refused as this: unknown-datastream, ...")
    ] = None,
    sender: Annotated[str | None, typer.Option(help="Only of this node, or gateway (_edge/gw1).")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this datastream: n07:vw1.frequency.")] = None,
    start: SinceOption = None,
    stop: BeforeOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Store what is acceptable by now (a datastream was added, say), each reading once and at its own time.

    What still cannot be stored stays, with the reason of now. It is done some
    at a time: stopped (Ctrl-C), it keeps what is done. What is stored is a
    revision, and undone like any other.
    """
    if (number is None) == (facility is None):
        raise typer.BadParameter("name one message, or --facility for all that wait there")
    with as_ingest(state, database, RevisionRefused, BadFacility, facility=facility) as connection:
        if number is not None:
            facility = room.find(connection, number).facility
        numbers = None if number is None else (number,)
        chosen = room.RetryChoice(str(facility), refused_as, sender, channel, start, stop=stop, numbers=numbers)
        who = room.Author(author(), reason)
        done: room.RetryOutcome | None = None
        with progress("retrying") as tell:
            while done is None or not done.is_done:
                with connection.transaction():
                    done = room.retry_slice(connection, chosen, who, done)
                tell(done.share)
        if number is not None and not done.readings:
            raise RevisionRefused(f"message {number} is still refused as {', '.join(done.left)}: see its fix")
    for why, count in done.left.items():
        typer.echo(f"left: {count} as {why}", err=True)
    made = ", ".join(map(str, done.revisions)) or "none"
    typer.echo(f"{done.messages} messages retried, {done.readings} readings stored; revisions: {made}")


@app.command()
def place(
    number: Number,
    at: Annotated[datetime, typer.Option(parser=instant, help="When it was measured (UTC).")],
    reason: ReasonOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Give a message that has no time, or one that nobody believes, a time, and store its readings there."""
    with as_ingest(state, database, RevisionRefused, BadFacility) as connection, connection.transaction():
        typer.echo(f"revision {room.place(connection, number, at, author(), reason)}")


@app.command()
def release(
    facility: FacilityOption,
    refused_as: Annotated[str, typer.Option(help="Why they were refused: clock-ahead, gateway-clock.")],
    ahead_s: Annotated[float, typer.Option(help="By how many seconds the clock was ahead; below 0: behind.")],
    reason: ReasonOption,
    sender: Annotated[str | None, typer.Option(help="Only of this node.")] = None,
    start: SinceOption = None,
    stop: BeforeOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Store all messages that were refused for one reason, each reading moved by how wrong its clock was.

    The alarm `clock` says by how much a gateway's clock is wrong. What
    contradicts a stored value is left in the list and named; what is stored
    is a revision, and undone like any other.
    """
    chosen = room.Chosen(facility, refused_as, sender, start, stop)
    with (
        as_ingest(state, database, RevisionRefused, BadFacility, facility=facility) as connection,
        progress("releasing") as tell,
        connection.transaction(),
    ):
        done = room.release(connection, chosen, ahead_s, author(), reason, tell=tell)
    for number, why in done.left:
        typer.echo(f"left {number}: {why}", err=True)
    made = ", ".join(map(str, done.revisions)) or "none"
    typer.echo(f"{done.messages} messages with {done.readings} readings stored; revisions: {made}")


@app.command()
def discard(number: Number, reason: ReasonOption, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Say that nothing more is to be done with it; it leaves the list and stays in the record."""
    with as_ingest(state, database, RevisionRefused) as connection, connection.transaction():
        room.settle(connection, number, author(), reason)
