"""`tailwatch facility`: the file that describes a facility, and how one version follows another."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import versions
from ingest.facility import FacilityRefused
from ingest.revisions import RevisionRefused
from ingest.versions import Change
from tailings.facility import BadFacility, parse
from tailwatch import small_boards
from tailwatch.commands.reaching import DatabaseOption, StateOption, as_ingest, author

app = typer.Typer(help="The file that describes a facility: the database is the authority.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Facility file.")]
Facility = Annotated[str, typer.Argument(help="Id of the facility.")]


@app.command()
def apply(
    file: File,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show what a file changes, ask, and store it as the next version.

    The file must be made from the stored version (`tailwatch facility
    export`) and say the next number; else it is refused and you are told
    what changed meanwhile. Edge agents get the new version at once. History
    stays as it is: look at `tailwatch rederive`.
    """
    with as_ingest(state, database, BadFacility, FacilityRefused, RevisionRefused, OSError) as connection:
        text = file.read_text()
        parsed = parse(text, str(file))
        with connection.transaction():
            done = versions.apply(connection, parsed, text, author())
            _show(done.changes)
            for _, sentence in small_boards.too_large(parsed):
                typer.echo(f"warning: {sentence}", err=True)
            if done.outcome == "new" and not is_sure:
                typer.confirm(f"Store this as version {parsed.version} of {parsed.id}?", abort=True)
        said = {"first": "stored as the first version", "same": "is stored already", "new": "stored"}[done.outcome]
        typer.echo(f"{parsed.id} version {parsed.version} {said}")


@app.command()
def diff(file: File, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Show what a file says otherwise than the stored version."""
    with as_ingest(state, database, BadFacility, OSError) as connection:
        parsed = parse(file.read_text(), str(file))
        stored = versions.newest(connection, parsed.id)
        document = parsed.document()
        _show(versions.changes(connection, stored, parsed) if stored else versions.differences({}, document))


@app.command()
def export(facility: Facility, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Print the stored file, to be changed and applied again."""
    with as_ingest(state, database, RevisionRefused) as connection:
        typer.echo(versions.export(versions.history(connection, facility)[0]), nl=False)


@app.command()
def history(facility: Facility, state: StateOption = None, database: DatabaseOption = None) -> None:
    """List the versions, newest first, with what each one changed."""
    with as_ingest(state, database, RevisionRefused) as connection:
        found = versions.history(connection, facility)
    for one, before in zip(found, [*found[1:], None], strict=True):
        typer.echo(f"version {one.version} {one.applied_at:%Y-%m-%dT%H:%MZ} {one.author} {one.hash[:12]}")
        _show(versions.differences(before.document, one.document) if before else [])


def _show(changes: list[Change]) -> None:
    for change in changes:
        typer.echo(f"  {change}")
