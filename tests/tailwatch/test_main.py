"""The command line: what an operator types, and what is answered when it cannot be done."""

import subprocess
import sys
from pathlib import Path

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


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The answer is one sentence with the name of the file."""
    done = tailwatch("up", str(tmp_path / "none.toml"), "--state", str(tmp_path / "state"))

    assert done.returncode == 2
    assert "none.toml" in done.stderr
    assert "Traceback" not in done.stderr
