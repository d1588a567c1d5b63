"""Channels that the facility file does not declare, at the terminal: what waits of each, and lines that declare it."""

from collections.abc import Iterator

from api.quarantine import undeclared
from api.quarantine.models import UndeclaredChannel
from ingest.values import Connection


def lines(connection: Connection, facility: str) -> Iterator[str]:
    """Give what stands below the ledger and the list of the quarantine; nothing where all is declared."""
    for one in undeclared.by_connection(connection, facility):
        yield f"{one.channel} of {one.sender} is not declared: it waits in {one.messages} messages{_newest(one)}"
        yield from (f"    {line}" for line in one.lines.splitlines())


def _newest(one: UndeclaredChannel) -> str:
    if one.time is None:
        return ""
    value = "missing" if one.value is None else f"{one.value:.15g} {one.unit or ''}".rstrip()
    return f", newest {value} at {one.time:%Y-%m-%dT%H:%M:%SZ}"
