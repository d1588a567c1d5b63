"""`tailwatch verify`: whether a package says what its raw readings say, without a server and without trust in it.

The room is imported where it is used: it is large, and the other commands do without it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import progress
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals
from tailwatch.exit_codes import ExitCode

if TYPE_CHECKING:
    from ingest.packages import Difference, Verification

PANEL: Final = _panels.READINGS
SENTENCES: Final = {
    "hash": "{file}: its SHA-256 is {recomputed}, {place} says {stored}",
    "missing": "{file}: is missing, {place} names it",
    "undeclared": "{file}: {place} does not name it",
    "description": "{file}: {place} {stored} does not follow from the rest of the package, which gives {recomputed}",
    "value": "{file}: {place} is {stored}, its raw readings give {recomputed}",
    "flag": "{file}: {place} has the flag {stored}, the filters give {recomputed}",
    "absent": "{file}: {place} is missing, the raw readings give {recomputed}",
    "extra": "{file}: {place} is {stored}, no raw reading gives it",
    "calibration": "{file}: {place} is {stored}, the facility file says {recomputed}",
    "plan": "{file}: {place} is {stored}, the facility file says {recomputed}",
    "formula": "{file}: is not the text that this program computes by",
    "figure": "{file}: {place} is {stored}, the samples and the study file give {recomputed}",
}
REASONS: Final = {
    "imported": "imported as they are, without a raw reading",
    "no-version": "name no version of the facility file",
    "unknown-version": "name a version of the facility file that the package lacks",
    "not-in-file": "of a datastream that the facility file does not have",
    "readings-released": "near readings that had left the database for the archive",
    "flags-by-persons": "flags that a person set: they stand as they are",
    "other-program": "not compared: another release made the package",
}
SHOWN: Final = 10


def verify(
    package: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="ZIP as `package make` writes it.")],
    is_json: JsonOption = False,
) -> None:
    """Check a package of readings, without a server and without trust in it.

    Every derived value, every flag and every figure of the study is made again
    from the raw readings, calibrations, formulas and samples in it, and the first
    that differs is named: exit code 1. What cannot be made again is counted.
    """
    from ingest import packages

    with refusals(packages.BadPackage), progress(package.name) as tell:
        found = packages.verify(package, tell)
    if is_json:
        print_json(found)
    else:
        _tell(found)
    if found.count:
        raise typer.Exit(ExitCode.FOUND)


def _tell(found: "Verification") -> None:
    typer.echo(f"{found.facility}, {found.start} to {found.stop}, as known at {found.known_at}")
    typer.echo(f"version {found.version}, content hash {found.content_sha256}: is it the one that was cited?")
    if not found.is_same_functions:
        typer.echo(f"made by release {found.release}, whose formulas are not all those of this program")
    made = ", ".join(f"{count} {what}" for what, count in found.compared.items())
    typer.echo(f"{found.files} files; made again: {made}")
    for reason, count in found.given.items():
        what, _, name = reason.partition(" ")
        typer.echo(f"not made again: {count} {REASONS[what]}{f': {name}' if name else ''}")
    for one in found.differences[:SHOWN]:
        typer.echo(_sentence(one))
    typer.echo(f"{found.count} differ" if found.count else "all as its raw readings say")


def _sentence(one: "Difference") -> str:
    stored, recomputed = ("missing" if value is None else value for value in (one.stored, one.recomputed))
    return SENTENCES[one.kind].format(file=one.file, place=one.place, stored=stored, recomputed=recomputed)
