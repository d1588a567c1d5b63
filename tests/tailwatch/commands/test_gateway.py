"""`tailwatch gateway`: exit codes and sentences at the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tailwatch import system_users
from tailwatch.commands import gateway
from tailwatch.system_users import EDGE
from tests.edge_agent.report.test_settings_check import settings_file
from tests.edge_agent.world import FACILITY_FILE
from tests.tailings.tarp.plans import OVERTOPPING


def test_check_shows_the_table(tmp_path: Path) -> None:
    """Exit code 0 when the agent would start."""
    done = CliRunner().invoke(gateway.app, ["check", str(settings_file(tmp_path))])

    assert done.exit_code == 0
    assert "n02:vw1.temperature" in done.output


def test_check_leaves_with_2_when_something_is_wrong(tmp_path: Path) -> None:
    """Every error is printed."""
    wrong = FACILITY_FILE.read_text().replace("commissioned", "comissioned", 1)

    done = CliRunner().invoke(gateway.app, ["check", str(settings_file(tmp_path, wrong))])

    assert done.exit_code == 2
    assert "did you mean 'commissioned'" in done.output


def test_run_leaves_the_process_to_the_agent(tmp_path: Path) -> None:
    """A gateway holds the agent alone, as its unit starts it, not the command line around it."""
    words = [sys.executable, "-m", "tailwatch", "gateway", "run", str(settings_file(tmp_path, receivers=""))]
    running = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    said = running.stderr.readline()
    words_now = Path(f"/proc/{running.pid}/cmdline").read_text().split("\0")

    running.terminate()
    running.communicate(timeout=60)

    assert "started" in said
    assert words_now[1:4] == ["-P", "-m", "edge_agent"]
    assert running.returncode == 0


@pytest.mark.parametrize("has_settings", [True, False])
def test_status_of_an_agent_that_never_ran_is_told(tmp_path: Path, has_settings: bool) -> None:
    """By its settings, or by the state folder of `tailwatch up`."""
    words = [str(settings_file(tmp_path))] if has_settings else ["--state", str(tmp_path)]

    done = CliRunner().invoke(gateway.app, ["status", *words])

    assert done.exit_code == 2
    assert "tailwatch: " in done.output


def test_replay_asks_for_what_it_needs(tmp_path: Path) -> None:
    """Without a drop folder it must be told how a file is read; without a file there must be an agent."""
    file = settings_file(tmp_path)
    (tmp_path / "history.csv").write_text("Time,P\n")

    unread = CliRunner().invoke(gateway.app, ["replay", str(file), str(tmp_path / "history.csv")])
    idle = CliRunner().invoke(gateway.app, ["replay", str(file)])

    assert (unread.exit_code, idle.exit_code) == (2, 2)
    assert "--map" in unread.output
    assert "no agent has worked here" in idle.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root works for another user")
@pytest.mark.parametrize("words", [["release", "overtopping"], ["trust-clock"], ["replay"]])
def test_what_root_asks_of_an_agent_is_left_as_the_agents_own(reachable_folder: Path, words: list[str]) -> None:
    """The agent removes a request when it is done, which it may only where it owns file and folder."""
    system_users.of_programs()
    file = settings_file(reachable_folder, FACILITY_FILE.read_text() + OVERTOPPING)
    state = reachable_folder / "state"
    state.mkdir(mode=0o700)
    system_users.give(state, EDGE)

    done = CliRunner().invoke(gateway.app, [*words, str(file)])
    made = list(state.rglob("*"))
    assert done.exit_code == 0, done.output
    assert made and {one.owner() for one in made} == {EDGE}
