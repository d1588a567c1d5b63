"""`tailwatch revision`: the book of revisions, flags set by hand, annotations, and the way back."""

from typing import Annotated, Final

import typer

from ingest import revisions
from ingest.revisions import RevisionDraft, RevisionRefused
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import (
    CountOption,
    DatabaseOption,
    FacilityOption,
    FromOption,
    ReasonOption,
    StateOption,
    ToOption,
    announce,
    as_ingest,
    author,
)
from tailwatch.commands._json import JsonOption, print_json, tables

PANEL: Final = _panels.READINGS
app = typer.Typer(help="What was replaced, by whom and why; and the way back.", no_args_is_help=True)
COLUMNS: Final = (
    "id",
    "kind",
    "state",
    "changed",
    "added",
    "author",
    "made_at",
    "from_time",
    "to_time",
    "cfg",
    "reason",
)
LIST: Final = f"""
SELECT {", ".join(COLUMNS)}
FROM revision WHERE facility_id = %s ORDER BY id DESC LIMIT %s"""
Datastream = Annotated[str, typer.Argument(help="Full name, such as vale:n07:vw1.level.")]


@app.command("list")
def list_(
    facility: FacilityOption,
    count: CountOption = 20,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the newest revisions."""
    with as_ingest(state, database, facility=facility) as connection:
        found = connection.execute(LIST.encode(), (facility, count)).fetchall()
    if is_json:
        print_json(tables(COLUMNS, found))
        return
    for row in found:
        number, kind, stands, changed, added, who, made, start, stop, version, reason = row
        span = f"{start:%Y-%m-%dT%H:%MZ}..{stop:%Y-%m-%dT%H:%MZ}"
        rows = f"{changed} changed, {added} new"
        typer.echo(f"{number} {kind} {stands} {made:%Y-%m-%dT%H:%MZ} {who} version {version} {span} {rows}: {reason}")


@app.command()
def undo(
    number: Annotated[int, typer.Argument(help="Number of the revision.")],
    facility: FacilityOption,
    reason: ReasonOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Give back what a revision replaced. Both stay in the book."""
    with as_ingest(state, database, RevisionRefused) as connection, connection.transaction():
        typer.echo(f"revision {revisions.undo(connection, facility, number, author(), reason)}")


@app.command()
def quality(
    datastream: Datastream,
    flag: Annotated[int, typer.Argument(help="1 pass, 3 suspect, 4 fail.")],
    start: FromOption,
    stop: ToOption,
    reason: ReasonOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Give the observations of a span another flag; values stay as they are."""
    with as_ingest(state, database, RevisionRefused) as connection, connection.transaction():
        draft = RevisionDraft(datastream.partition(":")[0], "quality", author(), reason, start, stop=stop)
        typer.echo(f"revision {revisions.set_quality(connection, draft, datastream, flag)}")


@app.command()
def annotate(
    facility: FacilityOption,
    start: FromOption,
    stop: ToOption,
    reason: ReasonOption,
    datastream: Annotated[str | None, typer.Option(help="Full name; the whole facility when not given.")] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Say in words what a reader should know of a span; no value changes."""
    with as_ingest(state, database, RevisionRefused) as connection, connection.transaction():
        draft = RevisionDraft(facility, "quality", author(), reason, start, stop=stop)
        typer.echo(f"annotation {revisions.annotate(connection, draft, datastream)}")
        announce(connection, facility)


@app.command()
def withdraw(
    number: Annotated[int, typer.Argument(help="Number of the annotation.")],
    facility: FacilityOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Withdraw an annotation; it stays in the record."""
    with as_ingest(state, database, RevisionRefused) as connection, connection.transaction():
        revisions.withdraw(connection, facility, number, author())
        announce(connection, facility)
