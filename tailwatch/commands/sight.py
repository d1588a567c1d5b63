"""`tailwatch sight`: which failures of a dam would be seen, by what, and what to mend first where none is."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from ingest import rederive
from ingest import sight as stored_sight
from ingest.revisions import RevisionRefused
from tailings.facility import BadFacility, parse_bytes
from tailings.sight.calm import calm
from tailings.sight.model import SightProof
from tailings.sight.proving import SightInputs, prove
from tailwatch.commands import _panels, _sight_lines, _sight_year
from tailwatch.commands._ingest_rights import DatabaseOption, StateOption, as_ingest
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals
from tailwatch.exit_codes import ExitCode

PANEL: Final = _panels.SAFETY
app = typer.Typer(help="Which failures of a dam would be seen, by what, and how fast.", no_args_is_help=True)


@app.command("prove")
def prove_now(
    facility: Annotated[str, typer.Argument(help="Id of a facility, or a facility file that proposes other plans.")],
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Inject the failure of each plan into a shadow, and say what would be seen.

    The failure begins now, on the readings that are stored, and is carried
    through formulas, filters, plan, approval, shelf and recipients. Nothing is
    changed and nobody is called. A file is tried on calm readings made from it
    alone; with --state or --database on those that are stored. Exit code 1
    when a plan that calls people is blind.
    """
    file = Path(facility) if facility.endswith(".toml") else None
    found = _by_file(file) if file and not (state or database) else _stored(facility, file, state, database)
    if is_json:
        print_json(found)
    else:
        _sight_lines.show(found)
    if any(one.state == "blind" for one in found):
        raise typer.Exit(ExitCode.FOUND)


@app.command()
def record(
    facility: Annotated[str, typer.Argument(help="Id of the facility.")],
    year: Annotated[int, typer.Argument(min=2000, max=2999, help="Such as 2026.")],
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Print the record of a year, from the stored proofs.

    It says for how much of the year each failure mode was proven seen, was
    blind, or was not proved.
    """
    _sight_year.tell(facility, year, state, database, is_json=is_json)


def _by_file(file: Path) -> list[SightProof]:
    """The proofs by a file alone."""
    with refusals(BadFacility, OSError):
        parsed = parse_bytes(file.read_bytes(), str(file))
    now_ms = round(time.time() * 1000)
    known, raw = calm(parsed, now_ms)
    return list(prove(SightInputs(known, now_ms, raw)))


def _stored(facility: str, file: Path | None, state: Path | None, database: Path | None) -> list[SightProof]:
    """The proofs on stored readings, by the stored plans or by those of a file."""
    with as_ingest(state, database, RevisionRefused, BadFacility, OSError) as connection:
        known = parse_bytes(file.read_bytes(), str(file)) if file else rederive.stored_facility(connection, facility)
        return list(prove(stored_sight.gather(connection, known, datetime.now(UTC))))
