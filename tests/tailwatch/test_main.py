"""The command line: what an operator types, and what is answered when it cannot be done."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tailings.facilities import line_of
from tests.tailings.tarp.plans import OVERTOPPING

VALE = Path(__file__).parents[1] / "data" / "vale.toml"


def tailwatch(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tailwatch", *words], capture_output=True, text=True, timeout=60)


def test_help_says_how_to_start_and_how_to_end() -> None:
    """An operator who knows nothing reads what Ctrl-C does."""
    shown = tailwatch("up", "--help").stdout

    assert "Ctrl-C" in shown
    assert "--state" in shown


def test_a_wrong_facility_file_is_told_with_its_line(tmp_path: Path) -> None:
    """Nothing is started, and the sentence names the file and the line."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(VALE.read_text().replace('timezone = "Europe/Lisbon"', 'timezon = "Europe/Lisbon"'))

    done = tailwatch("up", str(wrong), "--state", str(tmp_path / "state"))

    assert done.returncode == 2
    assert "wrong.toml" in done.stderr
    assert "timezone" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.case(
    "4", "a new site with a level that no reading can reach is refused at the terminal, before anything starts"
)
def test_a_level_that_no_reading_can_reach_is_told(tmp_path: Path) -> None:
    """With file, line and number; nothing is started."""
    text = VALE.read_text() + OVERTOPPING.replace("value = 340.5", "value = 341.5")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text)

    done = tailwatch("up", str(wrong), "--state", str(tmp_path / "state"))

    line = line_of(text, 'when = { datastream = "n01:pond.level", test = "above", value = 341.5')
    assert done.returncode == 2
    assert f"wrong.toml: line {line}: tarp.overtopping.levels[2].when: red needs n01:pond.level above" in done.stderr
    assert not (tmp_path / "state" / "database").exists()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The answer is one sentence with the name of the file."""
    done = tailwatch("up", str(tmp_path / "none.toml"), "--state", str(tmp_path / "state"))

    assert done.returncode == 2
    assert "none.toml" in done.stderr
    assert "Traceback" not in done.stderr
