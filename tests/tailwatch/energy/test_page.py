"""docs/operating/energy.md is true: what it tells to type is typed, and what it shows must come."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hardware.tools.pins import ROOT
from tailwatch.__main__ import app
from tests.tutorials import FENCE, missing

PAGE = (ROOT / "docs" / "operating" / "energy.md").read_text()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader sits: the example facility, and figures with a mistake."""
    (tmp_path / "pond.toml").write_text((ROOT / "tailwatch" / "examples" / "pond.toml").read_text())
    figures = (ROOT / "hardware" / "energy.toml").read_text()
    (tmp_path / "wrong.toml").write_text(figures.replace("typical = 0.007", "typical = 7.0", 1))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_command_prints_what_the_page_shows(folder: Path) -> None:
    """And the refusal is one, with exit code 2."""
    found = list(FENCE.finditer(PAGE))
    typed = 0
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block[1] != "sh":
            continue
        said = CliRunner().invoke(app, shlex.split(block[3])[1:])
        shown = after[3] if after is not None and after[1] == "text" else ""
        typed += 1

        assert said.exit_code == (2 if block[2] == "refused" else 0), block[3]
        assert missing(shown, said.output) == []

    assert typed == 4
    assert (folder / "year.svg").read_text().startswith("<svg")


def test_the_states_of_the_page_are_those_of_the_command() -> None:
    """Each once, in its order."""
    from tailwatch.energy import STATES

    assert tuple(re.findall(r"^\| (\w+) \| ", PAGE, re.MULTILINE)[1:]) == STATES
