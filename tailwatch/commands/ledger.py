"""`tailwatch ledger`: what was sent and what became of it, by sender, and what was expected and never came."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from api.ledger.gaps import LONGEST
from api.quarantine import undeclared
from tailwatch.commands import _panels, _undeclared_lines
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    OptionalFrom,
    OptionalTo,
    StateOption,
    as_ingest,
)
from tailwatch.commands._json import JsonOption, print_json, tables

PANEL: Final = _panels.READINGS
app = typer.Typer(
    help="What was sent and what became of it, and what was expected and never came.", no_args_is_help=True
)
WORDS: Final = ("stored", "quarantined", "dropped", "unreadable", "lost", "late", "duplicate")
COLUMNS: Final = {
    "epochs": ("sender", "epoch", "sent", "pending", "before_ledger", "jumps", "epochs", *WORDS),
    "quarantine": ("sender", "messages", "readings"),
    "days": ("sender", "epoch", *WORDS),
    "gaps": ("datastream", "after", "before", "missing"),
}
Row = Mapping[str, Any]
EPOCHS: Final = f"""
SELECT {", ".join(COLUMNS["epochs"])} FROM ledger_epoch
WHERE facility_id = %(facility)s ORDER BY sender, started_at"""
WAITING: Final = """
SELECT sender, messages, readings FROM quarantine_total WHERE facility_id = %(facility)s AND messages > 0
ORDER BY sender"""
DAYS: Final = f"""
SELECT sender, epoch, {", ".join(f"sum({word})::bigint" for word in WORDS)} FROM ledger_day
WHERE facility_id = %(facility)s AND day >= %(start)s::date AND day < %(stop)s::date
GROUP BY sender, epoch ORDER BY sender, epoch"""
GAPS: Final = f"""
SELECT datastream, after, before, missing FROM ({LONGEST}) longest ORDER BY datastream, after"""


@app.command()
def show(
    facility: FacilityOption,
    start: OptionalFrom = None,
    stop: OptionalTo = None,
    gaps: Annotated[int, typer.Option(min=0, max=10_000, help="List so many of the longest gaps of raw readings.")] = 0,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show the ledger: by sender and epoch, of all time or of whole days.

    sent = stored + quarantined + dropped + unreadable + lost + pending.
    A pack is stored although some of its readings may be refused: they wait in
    quarantine, and the last lines count them. Channels that the facility file
    does not declare follow, each with the lines that declare it.
    "before this ledger" is what a sender had settled of an epoch before it was
    heard of here: with another centre, or in a database that was lost.
    "jumps" counts where a numbering jumped by more than its sender can hold; what
    lies between is no part of sent. Of a sender with many epochs the newest stand
    alone, and the line "earlier" has the sum of the others.
    With --gaps (needs --from and --to) it lists where raw readings are more
    than one and a half intervals apart.
    """
    if (start is None) != (stop is None) or (gaps and start is None):
        raise typer.BadParameter("give --from and --to together; --gaps needs both")
    told = {"facility": facility, "start": start, "stop": stop, "sender": None, "limit": gaps}
    queries = {"epochs": EPOCHS, "quarantine": WAITING} if start is None else {"days": DAYS}
    if gaps:
        queries["gaps"] = GAPS
    with as_ingest(state, database, facility=facility) as connection:
        found = {
            part: tables(COLUMNS[part], connection.execute(query.encode(), told)) for part, query in queries.items()
        }
        channels = undeclared.by_connection(connection, facility) if start is None else []
    if is_json:
        print_json(found | ({"undeclared": _undeclared_lines.documents(channels)} if start is None else {}))
        return
    for part, rows in found.items():
        for row in rows:
            typer.echo(LINES[part](row))
    for line in _undeclared_lines.lines(channels):
        typer.echo(line)


def _epoch(row: Row) -> str:
    unseen = f", before this ledger {row['before_ledger']}" if row["before_ledger"] else ""
    unseen += f", jumps {row['jumps']}" if row["jumps"] else ""
    unseen += f", of {row['epochs']} epochs" if row["epochs"] > 1 else ""
    return f"{row['sender']} {row['epoch']} sent {row['sent']}, pending {row['pending']}, {_counts(row)}{unseen}"


def _day(row: Row) -> str:
    return f"{row['sender']} {row['epoch']} {_counts(row)}"


def _waiting(row: Row) -> str:
    whole = f"{row['messages']} messages with those refused whole"
    return f"{row['sender']} waits in quarantine: {row['readings']} readings; {whole}"


def _gap(row: Row) -> str:
    span = f"{row['after']:%Y-%m-%dT%H:%M:%SZ}..{row['before']:%Y-%m-%dT%H:%M:%SZ}"
    return f"gap {row['datastream']} {span} missing {row['missing']}"


def _counts(row: Row) -> str:
    return ", ".join(f"{word} {row[word]}" for word in WORDS)


LINES: Final = {"epochs": _epoch, "quarantine": _waiting, "days": _day, "gaps": _gap}
