"""What `--json` prints: one JSON document a line on standard output and nothing else there; errors stay beside it."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, for a program.")]


def print_json(document: object) -> None:
    """Print one document: structs, mappings, sequences and plain values; instants are ISO 8601."""
    typer.echo(msgspec.json.encode(document).decode())


def tables(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[dict[str, Any]]:
    """Return rows of a table as documents, by the names of its columns."""
    columns = tuple(names)
    return [dict(zip(columns, row, strict=True)) for row in rows]
