"""`tailwatch ledger`: what was sent and what became of it, by sender, and what was expected and never came."""

from datetime import datetime
from typing import Annotated, Final

import typer

from tailwatch.commands import _undeclared_lines
from tailwatch.commands._ingest_rights import DatabaseOption, FacilityOption, StateOption, as_ingest, instant

WORDS: Final = ("stored", "quarantined", "dropped", "unreadable", "lost", "late", "duplicate")
EPOCHS: Final = f"""
SELECT sender, epoch, sent, pending, before_ledger, jumps, epochs, {", ".join(WORDS)} FROM ledger_epoch
WHERE facility_id = %(facility)s ORDER BY sender, started_at"""
WAITING: Final = """
SELECT sender, messages, readings FROM quarantine_total WHERE facility_id = %(facility)s AND messages > 0
ORDER BY sender"""
DAYS: Final = f"""
SELECT sender, epoch, {", ".join(f"sum({word})::bigint" for word in WORDS)} FROM ledger_day
WHERE facility_id = %(facility)s AND day >= %(start)s::date AND day < %(stop)s::date
GROUP BY sender, epoch ORDER BY sender, epoch"""
GAPS: Final = """
SELECT datastream, after_time, before_time, missing
FROM gaps_of(%(facility)s, NULL, %(start)s, %(stop)s, %(count)s) ORDER BY datastream, after_time"""


def ledger(
    facility: FacilityOption,
    start: Annotated[datetime | None, typer.Option("--from", parser=instant, help="From this day on (UTC).")] = None,
    stop: Annotated[datetime | None, typer.Option("--to", parser=instant, help="Until before this day.")] = None,
    gaps: Annotated[int, typer.Option(min=0, max=10_000, help="List so many of the longest gaps of raw readings.")] = 0,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show the ledger: by sender and epoch, of all time or of some days.

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
    told = {"facility": facility, "start": start, "stop": stop, "count": gaps}
    with as_ingest(state, database, facility=facility) as connection:
        if start is None:
            for sender, epoch, sent, pending, before, jumps, epochs, *counts in connection.execute(
                EPOCHS.encode(), told
            ):
                unseen = f", before this ledger {before}" if before else ""
                unseen += f", jumps {jumps}" if jumps else ""
                unseen += f", of {epochs} epochs" if epochs > 1 else ""
                typer.echo(f"{sender} {epoch} sent {sent}, pending {pending}, {_line(counts)}{unseen}")
            for sender, messages, readings in connection.execute(WAITING.encode(), told):
                typer.echo(
                    f"{sender} waits in quarantine: {readings} readings; {messages} messages with those refused whole"
                )
            for line in _undeclared_lines.lines(connection, facility):
                typer.echo(line)
        else:
            for sender, epoch, *counts in connection.execute(DAYS.encode(), told):
                typer.echo(f"{sender} {epoch} {_line(counts)}")
        for name, after, before, missing in connection.execute(GAPS, told) if gaps else ():
            typer.echo(f"gap {name} {after:%Y-%m-%dT%H:%M:%SZ}..{before:%Y-%m-%dT%H:%M:%SZ} missing {missing}")


def _line(counts: list[int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in zip(WORDS, counts, strict=True))
