"""The room of the commands: each file is a command, and only the file of the one that is asked for is read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tailwatch.commands
from tailwatch.__main__ import app
from tailwatch.commands import CommandFiles

FOLDER = Path(tailwatch.commands.__file__).parent
FILES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
PROBE = """
import json, sys
from typer.testing import CliRunner
from tailwatch.__main__ import app
assert CliRunner().invoke(app, ["doctor", "--help"]).exit_code == 0
room = "tailwatch.commands."
print(json.dumps([name for name in sys.modules if name.startswith(room) and not name.startswith(room + "_")]))
"""


def test_each_file_is_a_command() -> None:
    """The help of `tailwatch` lists the command of each file, the word of Python without its underscore."""
    told = CliRunner().invoke(app, ["--help"]).output

    assert list(CommandFiles()) == [file.rstrip("_") for file in FILES]
    assert [file for file in FILES if f" {file.rstrip('_')} " not in told] == []


@pytest.mark.parametrize("file", FILES)
def test_each_command_has_help(file: str) -> None:
    """Each says what it is for, under its own name."""
    done = CliRunner().invoke(app, [file.rstrip("_"), "--help"], prog_name="tailwatch")

    assert done.exit_code == 0, done.output
    assert f"Usage: tailwatch {file.rstrip('_')} " in done.output


def test_only_the_file_of_the_command_is_read() -> None:
    """`tailwatch doctor` imports no other command."""
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == ["tailwatch.commands.doctor"]


def test_a_file_with_an_underscore_is_no_command() -> None:
    """What several commands share cannot be typed."""
    assert list(FOLDER.glob("_[a-z]*.py"))
    assert CliRunner().invoke(app, ["_refusals"]).exit_code == 2
