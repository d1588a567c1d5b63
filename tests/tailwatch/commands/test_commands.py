"""The room of the commands: each file is a command, and only the file of the one that is asked for is read."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tailwatch.commands
from tailwatch.__main__ import app
from tailwatch.commands import CommandFiles, _panels

ROOT = Path(__file__).parents[3]
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

SHELL = """
tailwatch --install-completion && . ~/.bashrc
COMP_WORDS=(tailwatch gateway st) COMP_CWORD=2
_tailwatch_completion tailwatch
echo "${COMPREPLY[*]}"
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


def test_what_is_no_noun_acts_on_the_whole_site() -> None:
    """A verb alone stands for what is done with a site, or without any; docs/operating/commands.md says why."""
    alone = [name for name, command in CommandFiles().items() if not hasattr(command, "commands")]

    assert alone == ["backup", "capacity", "demo", "doctor", "energy", "restore", "up", "upgrade", "verify"]


@pytest.mark.parametrize(
    ("typed", "now"),
    [
        ("provision n07 --facility vale.toml --to n07", "device provision"),
        ("revoke n07 --facility vale.toml", "device revoke"),
        ("edge status", "gateway"),
        ("edge clock-is-right edge_agent.toml", "gateway trust-clock"),
        ("rederive --facility vale --from 2026-01-01", "observations rederive"),
        ("ledger --facility vale", "ledger show"),
        ("sight vale --json", "sight prove"),
        ("lab import water.csv --facility vale", "samples import"),
        ("assay import assays.csv --facility vale", "assays import"),
        ("import history.csv --facility vale", "observations import"),
        ("systemd --root image", "systemd write"),
        ("api api.toml", "api run"),
    ],
)
def test_the_name_of_an_earlier_release_is_answered_with_the_one_of_now(typed: str, now: str) -> None:
    """As release 0.2.0 and the documents of its time have them: nothing is done, and the new name is a command."""
    told = CliRunner().invoke(app, typed.split(), prog_name="tailwatch")
    shown = CliRunner().invoke(app, [*now.split(), "--help"], prog_name="tailwatch")

    said = " ".join(told.output.replace("│", " ").split())
    assert told.exit_code == 2 and f"is `tailwatch {now}` now" in said
    assert shown.exit_code == 0 and f"Usage: tailwatch {now} " in shown.output


def test_the_help_groups_the_commands() -> None:
    """Each file says in which group it stands; they come in the order of a first day; none is for the rest."""
    told = CliRunner().invoke(app, ["-h"], prog_name="tailwatch").output

    assert [name for name, command in CommandFiles().items() if command.rich_help_panel not in _panels.PANELS] == []
    places = [told.find(f"─ {panel} ─") for panel in _panels.PANELS]
    assert -1 not in places and places == sorted(places)
    assert "─ Commands ─" not in told


def test_the_release_is_printed() -> None:
    """The one of pyproject.toml, by which the package was built."""
    release = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert CliRunner().invoke(app, ["--version"]).output == f"tailwatch {release}\n"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ga", ["gateway"]),
        ("re", ["restore", "region", "register", "retention", "revision"]),
        ("gateway st", ["status"]),
        ("device ", ["provision", "bring-up", "revoke"]),
        ("backup --da", ["--database"]),
    ],
)
def test_the_shell_completes_nouns_verbs_and_options(typed: str, names: list[str]) -> None:
    """By the variables that the script of bash sets."""
    words = ["tailwatch", *typed.split(" ")]
    told = {
        "_TAILWATCH_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }

    done = CliRunner().invoke(app, [], prog_name="tailwatch", env=told)

    assert (done.exit_code, done.output.split()) == (0, names)


def test_completion_installs_itself(tmp_path: Path) -> None:
    """In a real bash: what `--install-completion` puts into the home completes a verb in the next shell."""
    environment = {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    done = subprocess.run(["bash", "-c", SHELL], capture_output=True, text=True, env=environment)

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "status"), done.stderr


def test_a_noun_is_no_old_name() -> None:
    """What a noun has no verb for is told as that, with the names that there are."""
    for noun, verb, meant in (
        ("device", "provisio", "provision"),
        ("import", "lst", "list"),
        ("sight", "prov", "prove"),
    ):
        told = CliRunner().invoke(app, [noun, verb]).output

        assert f"Did you mean '{meant}'?" in told


def test_a_file_with_an_underscore_is_no_command() -> None:
    """What several commands share cannot be typed."""
    assert list(FOLDER.glob("_[a-z]*.py"))
    assert CliRunner().invoke(app, ["_refusals"]).exit_code == 2
