"""`tailwatch facility`: the file that describes a facility, and how one version follows another."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from ingest import rederive, versions
from ingest.alarms import NotPossible
from ingest.notifications import recipients, rotas
from ingest.revisions import RevisionRefused
from ingest.versions import ValueChange
from ingest.versions.facility import FacilityRefused
from tailings import hydrostatic_season_time, units
from tailings.facility import BadFacility, lint, parse, parse_bytes, schema
from tailings.facility.lint import Finding
from tailings.formulas import hst_residual
from tailings.hydrostatic_season_time import MAX_DEGREE
from tailings.rota import Rota
from tailwatch import facility_file, provisioning, small_boards
from tailwatch.commands import _facility_new, _hst_lines, _panels
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FromOption,
    StateOption,
    ToOption,
    announce,
    as_ingest,
    author,
)
from tailwatch.commands._json import JsonOption, print_json, tables
from tailwatch.commands._refusals import refusals
from tailwatch.exit_codes import ExitCode

PANEL: Final = _panels.FACILITIES
app = typer.Typer(help="The file that describes a facility: the database is the authority.", no_args_is_help=True)
app.command()(_facility_new.new)
DAM = "dam"
DROPPED = (
    "warning: {name} is named no more, and its password still counts: tailwatch device revoke {name} --file {file}"
)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Facility file.")]
Facility = Annotated[str, typer.Argument(help="Id of the facility.")]


@app.command()
def check(
    file: File,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Say what is wrong with a file, and what is thin, before anything runs by it.

    Errors: what does not fit together, and levels that no reading can reach.
    Warnings and notes: what a person should weigh. No database is needed; with
    --state or --database recipients and rota are looked at too. Exit code 2 when
    there are errors: such a file is not taken in.
    """
    try:
        with refusals(OSError):
            parsed, text = facility_file.read(file)
    except BadFacility as error:
        found = [FindingRow(one.line, "error", "file", one.key, one.message) for one in error.problems]
    else:
        from_levels, rota = _on_call(parsed.id, state, database) if state or database else (None, None)
        of_people = (*lint.find_untold(parsed, from_levels), *lint.find_rota_gaps(rota, datetime.now(UTC)))
        found = [_row(one) for one in (*lint.find(parsed, text), *of_people)]
    counts = {severity: sum(one.severity == severity for one in found) for severity in ("error", "warning", "note")}
    if is_json:
        print_json({"file": str(file), "errors": counts["error"], "warnings": counts["warning"], "findings": found})
    else:
        for one in found:
            typer.echo(f"{file}: {one}")
        typer.echo(f"{file}: {counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes")
    if counts["error"]:
        raise typer.Exit(ExitCode.REFUSED)


@app.command(name="schema")
def print_schema() -> None:
    """Print the JSON Schema of facility files, for an editor.

    `tailwatch facility schema > facility.schema.json`, and
    `#:schema ./facility.schema.json` as the first line of the file.
    """
    typer.echo(json.dumps(schema.schema(), indent=2, ensure_ascii=False))


@app.command()
def apply(
    file: File,
    is_sure: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show what a file changes, ask, and store it as the next version.

    The file must be made from the stored version (`tailwatch facility
    export`) and say the next number; else it is refused and you are told
    what changed meanwhile. Edge agents get the new version at once. History
    stays as it is: look at `tailwatch observations rederive`. Nodes and agents
    that the file names no more keep their password until `tailwatch device
    revoke`.
    """
    with as_ingest(state, database, BadFacility, FacilityRefused, RevisionRefused, OSError) as connection:
        parsed, text = facility_file.read(file)
        found = lint.find(parsed, text)
        lint.refuse(found, str(file))
        with connection.transaction():
            before = versions.newest(connection, parsed.id)
            done = versions.apply(connection, parsed, text, author())
            _show(done.changes)
            warnings = sum(one.severity == "warning" for one in found)
            if warnings and done.outcome != "same":
                typer.echo(f"{warnings} warnings: `tailwatch facility check {file}` lists them", err=True)
            for _, sentence in small_boards.too_large(parsed):
                typer.echo(f"warning: {sentence}", err=True)
            if done.outcome == "new" and not is_sure:
                typer.confirm(f"Store this as version {parsed.version} of {parsed.id}?", abort=True)
            if done.outcome != "same":
                announce(connection, parsed.id)
        said = {"first": "stored as the first version", "same": "is stored already", "new": "stored"}[done.outcome]
        typer.echo(f"{parsed.id} version {parsed.version} {said}")
        for name in provisioning.dropped(parse(before.file), parsed) if before else []:
            typer.echo(DROPPED.format(name=name, file=file), err=True)


@app.command()
def diff(file: File, is_json: JsonOption = False, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Show what a file says otherwise than the stored version."""
    with as_ingest(state, database, BadFacility, OSError) as connection:
        parsed = parse_bytes(file.read_bytes(), str(file))
        stored = versions.newest(connection, parsed.id)
        document = parsed.document()
        found = versions.changes(connection, stored, parsed) if stored else versions.differences({}, document)
    if is_json:
        print_json(found)
    else:
        _show(found)


@app.command()
def fit(
    facility: Facility,
    level: Annotated[str, typer.Option(help="Datastream of the piezometer: a level or a head.")],
    pond: Annotated[str, typer.Option(help="Datastream of the pond level.")],
    start: FromOption,
    stop: ToOption,
    rain: Annotated[str | None, typer.Option(help="Datastream of remembered rain (antecedent_rain).")] = None,
    degree: Annotated[int, typer.Option(min=1, max=MAX_DEGREE, help="Powers of the pond level.")] = MAX_DEGREE,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Fit what pond, season, time and rain explain of a piezometer, as lines of the file.

    A hydrostatic-season-time model of daily means, with what is known of it
    in comments. The datastream that the lines describe is the residual, which
    a plan can watch. Nothing is stored: put the lines into the file, look at
    them, apply it.
    """
    inputs = {"level": level, "pond": pond} | ({} if rain is None else {"rain": rain})
    with as_ingest(state, database, NotPossible, RevisionRefused, facility=facility) as connection:
        stored = rederive.stored_facility(connection, facility)
        if unknown := [name for name in inputs.values() if name not in stored.datastreams]:
            raise NotPossible(f"there is no datastream {unknown[0]!r} in {facility}")
        day_ms, means = rederive.daily_means(connection, facility, list(inputs.values()), start, stop)
        mean_of = {
            kind.name: units.convert(mean, stored.datastreams[inputs[kind.name]].unit, kind.unit)
            for mean, kind in zip(means, hst_residual.INPUTS, strict=False)
        }
        try:
            found = hydrostatic_season_time.fit(day_ms, mean_of["level"], mean_of["pond"], mean_of.get("rain"), degree)
        except hydrostatic_season_time.CannotFit as error:
            raise NotPossible(_hst_lines.refusal(error)) from error
    typer.echo("\n".join(_hst_lines.lines(stored, f"{level.rpartition('.')[0]}.residual", inputs, found)))


@app.command()
def export(facility: Facility, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Print the stored file, to be changed and applied again."""
    with as_ingest(state, database, RevisionRefused) as connection:
        typer.echo(versions.export(versions.history(connection, facility)[0]), nl=False)


@app.command()
def history(
    facility: Facility, is_json: JsonOption = False, state: StateOption = None, database: DatabaseOption = None
) -> None:
    """List the versions, newest first, with what each one changed."""
    with as_ingest(state, database, RevisionRefused) as connection:
        found = versions.history(connection, facility)
    pairs = zip(found, [*found[1:], None], strict=True)
    changed = [(one, versions.differences(before.document, one.document) if before else []) for one, before in pairs]
    if is_json:
        columns = ("version", "applied_at", "author", "hash", "changes")
        print_json(tables(columns, ((one.version, one.applied_at, one.author, one.hash, new) for one, new in changed)))
        return
    for one, changes in changed:
        typer.echo(f"version {one.version} {one.applied_at:%Y-%m-%dT%H:%MZ} {one.author} {one.hash[:12]}")
        _show(changes)


class FindingRow(msgspec.Struct, frozen=True):
    """A finding as the command prints it."""

    line: int
    severity: str
    code: str
    key: str
    what: str
    fix: str = ""
    values: dict[str, Any] = {}

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        place = f"{self.key}: " if self.key else ""
        fix = f"\n    {self.fix}" if self.fix else ""
        return f"{where}{self.severity}: {place}{self.what} [{self.code}]{fix}"


def _row(one: Finding) -> FindingRow:
    what, fix = lint.describe(one)
    return FindingRow(one.line, one.severity, one.code, one.key, what, fix=fix, values=dict(one.values))


def _on_call(facility: str, state: Path | None, database: Path | None) -> tuple[list[int], Rota | None]:
    """From which level on each recipient of a facility's alarms of the dam is told, and its rota."""
    with as_ingest(state, database) as connection:
        known, rota = recipients.known(connection), rotas.of_facility(connection, facility)
    return [one.from_level for one in known if (one.facility, one.family) == (facility, DAM)], rota


def _show(changes: list[ValueChange]) -> None:
    for change in changes:
        typer.echo(f"  {change}")
