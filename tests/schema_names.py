"""The names of the database, read from the migrations: tables, columns, views, functions, indexes, channels.

The parse knows the form of the files and no more; tests/ingest/test_migrations.py compares it with the catalog that
PostgreSQL makes of them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

MIGRATIONS: Final = Path(__file__).resolve().parents[1] / "ingest" / "migrations"
CREATE: Final = re.compile(r"^CREATE (?:UNIQUE )?(TABLE|VIEW|FUNCTION|INDEX|TRIGGER) (\w+)", re.MULTILINE)
DROPPED: Final = re.compile(r"^DROP FUNCTION (\w+)", re.MULTILINE)
TABLE: Final = re.compile(r"^CREATE TABLE (\w+) \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
COLUMN: Final = re.compile(r"^    ([a-z]\w*) ", re.MULTILINE)
ADDED: Final = re.compile(r"^ALTER TABLE (\w+) ADD (?:COLUMN )?(?!CONSTRAINT)(\w+) ", re.MULTILINE)
CONSTRAINT: Final = re.compile(r"CONSTRAINT (\w+)")
CHANNEL: Final = re.compile(r"pg_notify\('(\w+)'")


class Name(NamedTuple):
    """A name of the schema: `kind` as PostgreSQL calls it, `table` where it is a column's."""

    kind: str
    name: str
    table: str = ""


def names(text: str) -> Iterator[Name]:
    """Every name that the text of migrations creates and leaves, but for columns of views and `LIKE`."""
    dropped = {("FUNCTION", name) for name in DROPPED.findall(text)}
    for kind, name in CREATE.findall(text):
        if (kind, name) not in dropped:
            yield Name(kind.lower(), name)
    for table, body in TABLE.findall(text):
        for column in COLUMN.findall(body):
            yield Name("column", column, table)
        for constraint in CONSTRAINT.findall(body):
            yield Name("constraint", constraint, table)
    for table, column in ADDED.findall(text):
        yield Name("column", column, table)
    for channel in CHANNEL.findall(text):
        yield Name("channel", channel)


def migrations() -> str:
    """The text of all migrations."""
    return "\n".join(file.read_text() for file in sorted(MIGRATIONS.glob("*.sql")))
