"""`tailwatch audit`: what people and commands changed, and the proof that the record is whole."""

from typing import Annotated, Final

import msgspec
import typer

from tailwatch import chain
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import DatabaseOption, StateOption, as_owner, refusals

PANEL: Final = _panels.ACCESS
app = typer.Typer(help="The record of what people and commands changed.", no_args_is_help=True)


@app.command()
def show(
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many at the most.")] = 50,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show the newest rows: number, time (UTC), who, what, to what, details."""
    with as_owner(state, database) as connection:
        rows = list(chain.newest(connection, count))
    if is_json:
        shown = ("number", "at", "actor", "action", "subject")
        print_json([{name: getattr(row, name) for name in shown} | {"detail": msgspec.Raw(row.detail)} for row in rows])
    else:
        for row in rows:
            typer.echo(f"{row.number} {row.at:%Y-%m-%dT%H:%M:%SZ} {row.actor} {row.action} {row.subject} {row.detail}")


@app.command()
def verify(
    known: Annotated[
        str | None, typer.Option(help="A head that was printed before and kept elsewhere: NUMBER:DIGEST.")
    ] = None,
    proof: Annotated[
        str | None, typer.Option(help="A proof of sight that a record of a year names: NUMBER:DIGEST.")
    ] = None,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Check every row, and every proof of sight, against the one before it; print the head to keep elsewhere."""
    with refusals(chain.ChainBroken, ValueError), as_owner(state, database) as connection:
        head = chain.verify(connection, chain.ChainHead.parse(known) if known else None)
        proofs = chain.verify_proofs(connection, chain.ChainHead.parse(proof) if proof else None)
    if is_json:
        print_json({"rows": head.number, "head": str(head), "proofs": proofs})
    else:
        typer.echo(f"{head.number} rows, whole. Head: {head}")
        typer.echo(f"{proofs} proofs of sight, whole")
