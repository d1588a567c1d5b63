"""Channels that the facility file does not declare, at the terminal: what waits of each, and lines that declare it."""

from collections.abc import Iterable, Iterator

from api.quarantine.models import UndeclaredChannel


def lines(undeclared: Iterable[UndeclaredChannel]) -> Iterator[str]:
    """Give what stands below the ledger and the list of the quarantine; nothing where all is declared."""
    for one in undeclared:
        yield f"{one.channel} of {one.sender} is not declared: it waits in {one.messages} messages{_newest(one)}"
        yield from (f"    {line}" for line in one.lines.splitlines())


def _newest(one: UndeclaredChannel) -> str:
    if one.time is None:
        return ""
    value = "missing" if one.value is None else f"{one.value:.15g} {one.unit or ''}".rstrip()
    return f", newest {value} at {one.time:%Y-%m-%dT%H:%M:%SZ}"


def documents(undeclared: Iterable[UndeclaredChannel]) -> list[dict[str, object]]:
    """The same for a program, as the api answers it."""
    return [one.model_dump(mode="json") for one in undeclared]
