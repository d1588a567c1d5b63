"""`tailwatch audit`: what people and commands changed, and the proof that the record is whole."""

from typing import Annotated, Final

import typer

from tailwatch import chain
from tailwatch.commands import _panels
from tailwatch.commands._refusals import DatabaseOption, StateOption, as_owner, refusals

PANEL: Final = _panels.ACCESS
app = typer.Typer(help="The record of what people and commands changed.", no_args_is_help=True)


@app.command()
def show(
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many at the most.")] = 50,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show the newest rows: number, time (UTC), who, what, to what, details."""
    with as_owner(state, database) as connection:
        for row in chain.newest(connection, count):
            typer.echo(f"{row.number} {row.at:%Y-%m-%dT%H:%M:%SZ} {row.actor} {row.action} {row.subject} {row.detail}")


@app.command()
def verify(
    known: Annotated[
        str | None, typer.Option(help="A head that was printed before and kept elsewhere: NUMBER:DIGEST.")
    ] = None,
    proof: Annotated[
        str | None, typer.Option(help="A proof of sight that a record of a year names: NUMBER:DIGEST.")
    ] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Check every row, and every proof of sight, against the one before it; print the head to keep elsewhere."""
    with refusals(chain.ChainBroken, ValueError), as_owner(state, database) as connection:
        head = chain.verify(connection, chain.ChainHead.parse(known) if known else None)
        proofs = chain.verify_proofs(connection, chain.ChainHead.parse(proof) if proof else None)
        typer.echo(f"{head.number} rows, whole. Head: {head}")
        typer.echo(f"{proofs} proofs of sight, whole")
