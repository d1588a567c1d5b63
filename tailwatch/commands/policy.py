"""`tailwatch policy`: dossiers of policy instruments, checked without a server.

The room is imported where it is used: it is large, and the other commands do without it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals
from tailwatch.exit_codes import ExitCode

if TYPE_CHECKING:
    from api.policy.dossier import DossierCheck
    from tailings.policy import DossierFault

PANEL: Final = _panels.READINGS
SENTENCES: Final = {
    "file": "{place}: its SHA-256 is {recomputed}, the manifest says {stored}",
    "signature": "{place}: is not the seal's signature under the manifest",
    "unreadable": "{place}: cannot be read: {stored}",
    "query": "{place}: {stored}",
    "hash": "{place}: its hash is {recomputed}, stored is {stored}",
    "method": "{place}: made by method {stored}, this program has method {recomputed}: not computed again",
    "value": "{place}: stored is {stored}, its rows give {recomputed}",
    "difference": "{place}: stored is {stored}, its rows give {recomputed}",
}
SHOWN: Final = 10

app = typer.Typer(help="Evidence for policy instruments.", no_args_is_help=True)


@app.callback()
def policy() -> None:
    """Evidence for policy instruments."""


@app.command()
def verify(
    dossier: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="ZIP from the page of an instrument.")],
    is_json: JsonOption = False,
    certificate: Annotated[str, typer.Option(help="SHA-256 that the seal's certificate has to have.")] = "",
) -> None:
    """Check a dossier of a policy instrument, without a server.

    Every byte is checked by the manifest, the manifest by the signature of the
    seal, and every value and cause is computed again from the rows in it. What
    differs is named: exit code 1.
    """
    from api.policy import dossier as dossiers

    with refusals(dossiers.BadDossier):
        found = dossiers.check(dossier.read_bytes())
    is_other = bool(certificate) and found.certificate != certificate.lower().replace(":", "")
    if is_json:
        print_json(found)
    else:
        _tell(found, is_other)
    if found.faults or is_other:
        raise typer.Exit(ExitCode.FOUND)


def _tell(found: "DossierCheck", is_other: bool) -> None:
    typer.echo(f"{found.instrument or 'no instrument'}: {found.files} files, {found.indicators} indicators")
    if found.is_signed:
        typer.echo(f"signed by the seal {found.certificate}: is it that of who gave it to you?")
    else:
        typer.echo("not signed: nothing proves who made it")
    if is_other:
        typer.echo("the seal is another one than you asked for")
    for one in found.faults[:SHOWN]:
        typer.echo(_sentence(one))
    typer.echo(f"{len(found.faults)} differ" if found.faults else "all as its rows say")


def _sentence(one: "DossierFault") -> str:
    stored, recomputed = one.stored or "nothing", one.recomputed or "nothing"
    return SENTENCES[one.kind].format(place=one.place, stored=stored, recomputed=recomputed)
