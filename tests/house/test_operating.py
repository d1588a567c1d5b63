"""The operator's documents name only commands and options that exist, and files that are there."""

import pathlib
import re
from typing import Any

import pytest
import typer

from tailwatch.__main__ import app

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted((ROOT / "docs" / "operating").glob("*.md"))
OPTION = re.compile(r"--[a-z][a-z-]*")
UNIT_FILE = re.compile(r"tailwatch/units/[\w@.-]+[\w]")


def spans(text: str) -> list[str]:
    """What is written as something to type: between backticks, and indented blocks."""
    blocks = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)] + blocks


def faults(written: str) -> list[str]:
    """What of one written command the program does not have."""
    command: Any = typer.main.get_command(app)
    words = written.split()[1:]
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        following = command.commands.get(words[0])
        if following is None:
            return [f"{written}: no command {words[0]}"]
        command, words = following, words[1:]
    known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
    return [f"{written}: no option {option}" for option in OPTION.findall(" ".join(words)) if option not in known]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_command_exists(document: pathlib.Path) -> None:
    """Each `tailwatch ...` that a document tells to type is a command, and has the options that are named."""
    written = [span for span in spans(document.read_text()) if span.startswith("tailwatch ")]

    assert written, f"{document.name} names no command"
    assert [fault for span in written for fault in faults(span)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_unit_file_exists(document: pathlib.Path) -> None:
    """Each file of `tailwatch/units/` that a document names is there."""
    named = UNIT_FILE.findall(document.read_text())

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_command_that_is_none_is_found() -> None:
    """The test itself sees a wrong command, a wrong group member and a wrong option."""
    assert [len(faults(f"tailwatch {words}")) for words in ("bakup x", "user ad ana", "backup x --fast")] == [1, 1, 1]
    assert faults("tailwatch user add ana --role approve --facility vale") == []
