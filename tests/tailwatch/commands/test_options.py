"""The options of all commands: one name means one thing."""

from collections import defaultdict
from typing import Any, Final

import pytest

from tests.tailwatch.commands.tree import commands, options

EXCEPTIONS: Final = {
    "--at": "of a reading when it was measured; of a restore the moment that is brought back",
    "--all": "what a list leaves out without it is its own",
    "--datastream": "of a reading it is what was read; of a note it narrows the facility",
    "--database": "a connection of ingest or of the owner, as the rights of the command are",
    "--facility": "one, but of a key as many as wanted, and * where every one may be meant",
    "--host": "a device knows one broker; a certificate holds for each name of a program",
    "--name": "of what is made: facility, authority, user",
    "--out": "a folder for a device, a file for a key",
    "--plan": "of a trial it has to be named; of a drill it is by default the one with the most levels",
    "--port": "of the pages where they run, of the broker where a device is told of it",
    "--replace": "what would be lost is said by each command that throws something away",
    "--role": "one of the four of the pages, and a named role of the facility file",
}
"""Options with more than one type or help sentence, and why."""


def _meaning(option: Any) -> tuple[str, str]:
    return ("flag" if option.is_flag else option.bare_type()), option.help


def _meanings() -> dict[str, dict[tuple[str, str], list[str]]]:
    found: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for words, command in commands().items():
        for name, option in options(command).items():
            found[name][_meaning(option)].append(words)
    return found


def test_an_option_has_one_type_and_one_sentence() -> None:
    """In whichever command it stands; what differs is named above, and differs."""
    several = {name for name, meanings in _meanings().items() if len(meanings) > 1}

    assert several == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("--state", "Path", 50),
        ("--file", "Path", 4),
        ("--from", "datetime", 8),
        ("--to", "datetime", 8),
        ("--reason", "str", 10),
        ("--count", "int", 5),
        ("--map", "Path", 4),
        ("--time-zone", "str", 2),
    ],
)
def test_the_shared_options_are_the_same_everywhere(name: str, kind: str, least: int) -> None:
    """So many commands have each of them."""
    ((meaning, words),) = _meanings()[name].items()

    assert meaning[0] == kind and len(words) >= least


def test_no_two_names_differ_by_a_hyphen() -> None:
    """`--timezone` beside `--time-zone` would be one of each command's own."""
    names = list(_meanings())

    assert len({name.replace("-", "") for name in names}) == len(names)
