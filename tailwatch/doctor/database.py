"""Of the database as it runs: what each role may do, against the least that the programs need (least_rights.toml).

What a role may do is what is granted to it, to everybody (PUBLIC), by roles it is a member of, and what it owns. A
function that runs with the rights of its caller gives nobody more, so EXECUTE is a right only to those that run with
the rights of their owner (SECURITY DEFINER).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from ingest import migrate
from tailwatch import owner
from tailwatch.doctor.checkup import Checkup, Verdict
from tailwatch.doctor.database_queries import ATTRIBUTES, GRANTED, MEMBERSHIPS, OWNED
from tailwatch.owner import NoDatabase
from tailwatch.servers.database import API, INGEST, OWNER, ROLES

Connection = psycopg.Connection[tuple[Any, ...]]
FILE: Final = Path(__file__).parent / "least_rights.toml"
PROGRAMS: Final = (INGEST, API)
EVERYBODY: Final = "PUBLIC"
RIGHT: Final = re.compile(r"([A-Z]+)(?: \((.+)\))?")
FUNCTION: Final = "FUNCTION"
RESTORE: Final = """
SELECT standing, good_at, (SELECT fault FROM log_archive),
       (SELECT differences FROM restore_trial ORDER BY ended_at DESC LIMIT 1) FROM restore_standing"""
VERDICTS: Final[Mapping[str, Verdict]] = {"waiting": "warning"}
"""Of a standing that is not good; all others are faults."""


class Right(NamedTuple):
    """One right of one role: `kind` and `place` as they stand in a GRANT, `column` where it is of one alone."""

    role: str
    kind: str
    place: str
    privilege: str
    column: str | None = None

    def statement(self, verb: str, preposition: str) -> str:
        column = "" if self.column is None else f" ({self.column})"
        return f"{verb} {self.privilege}{column} ON {self.kind} {self.place} {preposition} {self.role};"

    @property
    def says(self) -> str:
        column = "" if self.column is None else f" ({self.column})"
        return f"{self.privilege}{column} on {self.kind.lower()} {self.place}"


def look(state: Path, file: Path | None = None) -> Iterator[Checkup]:
    """Look at the database of a state folder, or that of a file with its owner's connection string.

    No word where there is neither.
    """
    if file is None and not (state / owner.CONNINFO).exists():
        return
    try:
        with owner.connected(owner.conninfo(state, file)) as connection:
            migrate.check(connection, migrate.migrations())
            yield from roles(connection)
            yield from rights(connection)
            yield from restore(connection)
    except (NoDatabase, migrate.SchemaMismatch) as error:
        fix = "tailwatch up, or systemctl start postgresql; then tailwatch doctor"
        yield Checkup("database-rights", "database", "warning", f"its rights are not known: {error}", fix)


def roles(connection: Connection) -> Iterator[Checkup]:
    """Find roles of ours that may do more than be granted something, or are members of another or own what they use."""
    faults = [
        Checkup("database-roles", "database", "fault", f"{role} is {word}", f"ALTER ROLE {role} NO{word};")
        for role, word in connection.execute(ATTRIBUTES, {"roles": list(ROLES)})
    ]
    faults += [
        Checkup("database-roles", "database", "fault", f"{role} is a member of {of}", f"REVOKE {of} FROM {role};")
        for of, role in connection.execute(MEMBERSHIPS, {"roles": list(ROLES)})
    ]
    for role, kind, place in connection.execute(OWNED, {"roles": list(PROGRAMS)}):
        fix = f"ALTER {kind} {place} OWNER TO {OWNER};"
        faults.append(Checkup("database-roles", "database", "fault", f"{role} owns the {kind.lower()} {place}", fix))
    yield from faults or [Checkup("database-roles", "database", "good", "no role is more than its rights")]


def rights(connection: Connection) -> Iterator[Checkup]:
    """Find rights that a program has and does not need, and those that it needs and has not."""
    needed = set(least(FILE.read_text("utf-8"), _name(connection)))
    has, parts = granted(connection)
    faults = []
    for one in sorted(has - needed, key=str):
        says = f"{one.role} has a right that it does not need: {one.says}"
        faults.append(Checkup("database-rights", "database", "fault", says, one.statement("REVOKE", "FROM")))
    for place, one in sorted(parts, key=str):
        if one not in needed and one not in has:
            says = f"{one.role} has a right that it does not need: {one.says}, in its part {place}"
            fix = one._replace(place=place).statement("REVOKE", "FROM")
            faults.append(Checkup("database-rights", "database", "fault", says, fix))
    for one in sorted(needed - has, key=str):
        says = f"{one.role} has not a right that it needs: {one.says}"
        faults.append(Checkup("database-rights", "database", "fault", says, one.statement("GRANT", "TO")))
    yield from faults or [
        Checkup("database-rights", "database", "good", f"{len(needed)} rights, the least that the programs need")
    ]


def restore(connection: Connection) -> Iterator[Checkup]:
    """Say how the newest trial of a restore went; no word where no archive of the log is kept."""
    found = connection.execute(RESTORE).fetchone()
    if found is None:
        return
    standing, good_at, fault, differences = found
    good = "none was good yet" if good_at is None else f"the last good one ended {good_at:%Y-%m-%d %H:%M}Z"
    if standing == "good":
        yield Checkup("restore-trial", "restore, tried", "good", good)
        return
    why = "; ".join(one for one in (fault, *(differences or ())) if one)
    says = f"{standing}, {good}" + (f": {why}" if why else "")
    yield Checkup("restore-trial", "restore, tried", VERDICTS.get(standing, "fault"), says, "tailwatch backup --try")


def least(text: str, database: str) -> Iterator[Right]:
    """Read the table of least rights, for a database of this name."""
    for role, kinds in tomllib.loads(text).items():
        for kind, places in kinds.items():
            for place, words in places.items():
                for word in words:
                    yield from _rights(role, kind, database if kind == "DATABASE" else place, word)


def granted(connection: Connection) -> tuple[set[Right], list[tuple[str, Right]]]:
    """Return the rights of the programs' roles and of everybody; and, with one such part, those to parts of a table.

    TimescaleDB keeps a table in parts of its own, each with the rights of the table when it was made.
    """
    has, parts = set(), []
    for role, kind, place, privilege, column, part in connection.execute(GRANTED, {"roles": list(PROGRAMS)}):
        one = Right(role or EVERYBODY, kind, place, privilege, column)
        if part is None:
            has.add(one)
        else:
            parts.append((part, one))
    return has, parts


def _rights(role: str, kind: str, place: str, word: str) -> Iterator[Right]:
    found = RIGHT.fullmatch(word)
    if found is None:
        raise ValueError(f"{FILE}: {word!r} is no right")
    columns = [None] if found[2] is None else [one.strip() for one in found[2].split(",")]
    yield from (Right(role, kind, place, found[1], column) for column in columns)


def _name(connection: Connection) -> str:
    row = connection.execute("SELECT quote_ident(current_database())").fetchone()
    assert row is not None
    return str(row[0])
