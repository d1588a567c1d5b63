"""Of the programs: ports that are taken, and users that are shared; by real processes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tailwatch import system_users
from tailwatch.doctor import programs
from tailwatch.process import descendants
from tailwatch.system_users import API, EDGE
from tests.tailwatch.doctor.findings import told, verdicts

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)", "-m"]
HOLDER = "import subprocess, sys; [one.wait() for one in [subprocess.Popen(eval(words)) for words in sys.argv[1:]]]"
WITHIN_S = 60.0


@contextmanager
def holding(state: Path, *started: list[str]) -> Iterator[None]:
    """A process that holds the state folder as `tailwatch up` does, with others below it."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, *map(repr, started)])
    try:
        (state / "lock").write_text(f"{holder.pid}\n")
        deadline_s = time.monotonic() + WITHIN_S
        while sum(map(is_sleeper, descendants(holder.pid))) < len(started):
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        yield
    finally:
        for pid in (*descendants(holder.pid), holder.pid):
            os.kill(pid, 9)
        holder.wait()


def is_sleeper(pid: int) -> bool:
    """Whether a process has become what it is to be: before, it has the command line of who started it."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().startswith("\0".join(SLEEPER[:3]).encode())


def as_user(user: str, module: str, state: Path) -> list[str]:
    return ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--", *as_root(module, state)]


def as_root(module: str, state: Path) -> list[str]:
    return [*SLEEPER, module, f"{state}/settings/{module}.toml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs programs as others")
def test_programs_that_run_as_root_or_as_one_user_are_told(tmp_path: Path) -> None:
    """Whoever takes one over reads the passwords of the other; each as a user of its own is good.

    A program of another state folder, which root runs below the same process, is none of this one.
    """
    system_users.of_programs()
    other = as_root("tailwatch.api", tmp_path / "other" / "state")
    state = tmp_path / "own"
    state.mkdir()
    api = as_user(API, "tailwatch.api", state)
    with holding(state, as_root("ingest", state), api):
        rooted = list(programs.users(state))
    with holding(state, as_root("ingest.sight", state), api):
        sighted = list(programs.users(state))
    with holding(state, api, as_user(API, "edge_agent", state)):
        as_one = list(programs.users(state))
    with holding(state, api, as_user(EDGE, "edge_agent", state), other):
        apart = list(programs.users(state))

    assert verdicts(sighted) == ["fault"]
    assert [(one.code, one.says.split(" run ")[0]) for one in rooted] == [("program-users", "ingest")]
    assert [(one.verdict, one.says.split(" run ")[0]) for one in as_one] == [("fault", "api and edge agent")]
    assert "/opt/tailwatch" in rooted[0].fix and verdicts(apart) == ["good"]


def test_nothing_is_said_of_users_while_nothing_runs(tmp_path: Path) -> None:
    """Nobody holds the state folder."""
    assert list(programs.users(tmp_path)) == []


def test_a_port_that_another_program_took_is_told(tmp_path: Path) -> None:
    """Nothing of ours runs, and yet somebody answers."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (tmp_path / "ports.json").write_bytes(msgspec.json.encode({"api": port}))
        ((code, fix),) = told(programs.open_ports(tmp_path))

    assert code == "ports" and f"sport = :{port}" in fix
    assert verdicts(programs.open_ports(tmp_path)) == ["good"]
