"""The exit codes of the command line, against the table that docs/operating/commands.md has of them."""

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import edge_agent
from tailwatch import __main__, doctor
from tailwatch.exit_codes import ExitCode
from tailwatch.pki import Authority

ROOT = Path(__file__).parents[2]
VALE = ROOT / "tests" / "data" / "vale.toml"
TABLE = dict(re.findall(r"^\| `(\d+)` \| (.*) \|$", (ROOT / "docs/operating/commands.md").read_text(), re.MULTILINE))


def code_of(*words: object, typed: str = "") -> int:
    return CliRunner().invoke(__main__.app, [str(word) for word in words], input=typed).exit_code


def test_the_table_has_each_code_once() -> None:
    """Those of the programs, and of what the systems of the world use: EX_SOFTWARE, 128 and a signal."""
    assert [*map(int, TABLE)] == [*ExitCode]
    assert edge_agent.EXIT_ANOTHER_RUNS == ExitCode.ANOTHER_RUNS
    assert (os.EX_SOFTWARE, 128 + signal.SIGINT) == (ExitCode.CRASHED, ExitCode.INTERRUPTED)


def test_what_is_done_ends_with_0(tmp_path: Path) -> None:
    """A file without an error, a question for help, a new authority."""
    codes = [code_of("facility", "check", VALE), code_of("-h"), code_of("pki", "init", "--state", tmp_path)]

    assert TABLE["0"].startswith("Done, and nothing asks for a person")
    assert codes == [0, 0, 0]


def test_what_asks_for_a_person_ends_with_1(tmp_path: Path) -> None:
    """The certificates are shown, and one has ended."""
    code_of("pki", "init", "--state", tmp_path)
    Authority(tmp_path / "pki").issue("gw1", ("localhost",), datetime.now(UTC) - timedelta(days=400))

    assert "`pki status`" in TABLE["1"]
    assert code_of("pki", "status", "--state", tmp_path) == 1


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("facility check {folder}/wrong.toml", ""),
        ("facility check {folder}/none.toml", ""),
        ("up {folder}/none.toml", ""),
        ("backup --fast", ""),
        ("provision n07", ""),
        ("revision list --facility vale --state {folder}", ""),
        ("user list --state {folder}", ""),
        ("pki status --state {folder}", ""),
        ("sight prove {folder}/none.toml", ""),
        ("gateway status --state {folder}", ""),
        ("systemd write --root {folder}/wrong.toml", ""),
        ("grafana write {folder}/wrong.toml", ""),
        ("grafana write {folder}/new --facility a,b", ""),
        ("facility new {folder}/my.toml", "my-dam\n"),
        ("facility new {folder}/wrong.toml --example pond", ""),
    ],
)
def test_what_is_refused_ends_with_2(words: str, typed: str, tmp_path: Path) -> None:
    """With a sentence on standard error, whichever the command: files, options, old names, questions without answer."""
    (tmp_path / "wrong.toml").write_text("[facility]\n")
    done = CliRunner().invoke(__main__.app, words.format(folder=tmp_path).split(), input=typed)

    assert TABLE["2"].startswith("Refused")
    assert done.exit_code == 2
    assert done.stderr or "facility check" in words


def test_a_fault_of_ours_ends_with_70(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its trace is on standard error; neither a finding nor a refusal has this code."""
    monkeypatch.setattr(doctor, "examine", None)
    monkeypatch.setattr(sys, "argv", ["tailwatch", "doctor"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()

    assert TABLE["70"].startswith("A fault of Tailwatch")
    assert (ended.value.code, "Traceback" in capsys.readouterr().err) == (70, True)


def test_ctrl_c_in_the_middle_ends_with_130(tmp_path: Path) -> None:
    """While a file is read that does not end."""
    endless = tmp_path / "endless.toml"
    os.mkfifo(endless)
    running = subprocess.Popen([sys.executable, "-m", "tailwatch", "facility", "check", str(endless)])
    with endless.open("wb"):  # opens when the command reads
        running.send_signal(signal.SIGINT)

        assert running.wait(timeout=60) == 130
