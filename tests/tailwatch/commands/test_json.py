"""`--json`: whatever shows a list or a state says it to a program too, on standard output alone."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.buffer.buffer import Buffer
from edge_agent.config.settings import load
from tailwatch.__main__ import app
from tests.edge_agent.report.test_settings_check import settings_file
from tests.tailwatch.commands.tree import commands, options

SHOWING = {
    "backtest",
    "bring-up",
    "capacity",
    "check",
    "compare",
    "diff",
    "doctor",
    "energy",
    "history",
    "list",
    "plan",
    "preview",
    "prove",
    "record",
    "show",
    "status",
    "verify",
    "volume",
    "volume-below",
}
"""Verbs that change nothing and print a list or a state; `export` and `schema` print documents that are one already."""
DOING = {
    "assays withdraw",
    "layers import",
    "observations add",
    "observations import",
    "observations rederive",
    "register import",
    "screening run",
}
"""Commands that change something and say how it goes on."""


def test_whatever_shows_something_has_it() -> None:
    """And nothing else but seven that tell what they do, so that no one finds an option without a use."""
    has = {words for words, command in commands().items() if "--json" in options(command)}

    assert has - DOING == {words for words in commands() if words.split()[-1] in SHOWING}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a facility file, an authority, an agent that has a buffer, and a curve."""
    settings = load(settings_file(tmp_path))
    settings.state_dir.mkdir()
    Buffer(settings.state_dir / "buffer.sqlite", 1_000_000).close()
    (tmp_path / "curve.txt").write_text("330 0\n335 100000\n340 400000\n")
    CliRunner().invoke(app, ["pki", "init", "--state", str(tmp_path)])
    return tmp_path


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("facility check {place}/vale.toml", {"file", "errors", "warnings", "findings"}),
        ("capacity {place}/vale.toml --times 10", {"rows_s", "cores", "disk_a_year", "first", "fits_times"}),
        ("energy {place}/vale.toml", {"facility", "nodes", "days_without_sun", "assumed"}),
        ("gateway check {place}/settings.toml", {"rows", "problems", "notes"}),
        ("gateway status {place}/settings.toml", {"agent", "facility", "is_running", "backlog", "datastreams"}),
        ("study volume-below {place}/curve.txt 336", {"p90", "p50", "p10"}),
        ("pki status --state {place}", {"name", "hosts", "ends_at", "is_due"}),
    ],
)
def test_standard_output_is_one_document(words: str, names: set[str], place: Path) -> None:
    """With these names, and nothing beside it; the exit code is the one without --json."""
    typed = words.format(place=place).split()
    said, plain = CliRunner().invoke(app, [*typed, "--json"]), CliRunner().invoke(app, typed)
    found = json.loads(said.stdout)

    assert names <= set(found[0] if isinstance(found, list) else found)
    assert said.exit_code == plain.exit_code == 0
    assert said.stderr == ""


def test_a_refusal_leaves_standard_output_empty(tmp_path: Path) -> None:
    """A program that reads it gets no sentence; the sentence is on standard error."""
    for words in ("user list --state", "revision list --facility vale --state", "gateway status --state"):
        said = CliRunner().invoke(app, [*words.split(), str(tmp_path), "--json"])

        assert (said.exit_code, said.stdout) == (2, "") and said.stderr
