"""`tailwatch up` in a terminal: it starts all parts, one Ctrl-C ends all of them, and the next start goes on."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import httpx
import psycopg
import pytest

from tailwatch import owner
from tailwatch.ports import free_port
from tailwatch.process import descendants
from tests import plain_http
from tests.end_to_end.running_site import VALE
from tests.servers import server_folder

WITHIN_S = 120.0
END_WITHIN_S = 20.0


class Up:
    """One run of `tailwatch up`, its output in a file."""

    def __init__(self, folder: Path, port: int, *more: str) -> None:
        self.log = folder / "terminal.txt"
        self.port = port
        words = [sys.executable, "-m", "tailwatch", "up", str(VALE), "--state", str(folder / "state")]
        words += ["--port", str(port), *more]
        with self.log.open("wb") as out:
            self.popen = subprocess.Popen(words, stdout=out, stderr=out, start_new_session=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """A test that failed leaves nothing running."""
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()

    def until(self, condition: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < deadline_s and self.popen.poll() is None, self.log.read_text()
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            return plain_http.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def ctrl_c(self) -> int:
        """As the terminal does it: SIGINT to the foreground group, which the parts are not in."""
        os.killpg(self.popen.pid, signal.SIGINT)
        return self.popen.wait(END_WITHIN_S)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One state folder for all: making the cluster takes longer than the rest, and each start goes on in it."""
    with server_folder(is_durable=False) as made:
        yield made


def first_administrator(up: Up) -> None:
    """Do what `up` says in its terminal to a newcomer."""
    (line,) = re.findall(r"nobody can log in yet\. In another terminal: tailwatch (.*) \(it asks", up.log.read_text())
    words = [sys.executable, "-m", "tailwatch", *shlex.split(line.replace("NAME", "ana"))]
    done = subprocess.run(words, input="a long word for ana\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def bring_undeclared(folder: Path) -> None:
    """As ingest keeps what a node sends of a channel that nobody declared."""
    with psycopg.connect((folder / "state" / owner.CONNINFO).read_text()) as connection:
        connection.execute(
            "INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, readings, channels, stage)"
            " VALUES ('vale', 'n07', now(), 'unknown-datastream', 'x', 1, 1, '{n07:odd.thing}', 'edge')"
        )


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")")[-1].split()[0] != "Z"


def test_one_ctrl_c_ends_all_parts_in_order(folder: Path) -> None:
    """A part that died is told and started again; within 20 s of Ctrl-C no process is left. Until somebody may log in,
    `up` says the one command for that."""
    with Up(folder, free_port()) as up:
        up.until(up.is_ready)
        started = next(line for line in up.log.read_text().splitlines() if line.split()[:2] == ["api", "started"])
        os.kill(int(started.split()[-1].rstrip(")")), signal.SIGKILL)
        up.until(lambda: "api died (signal 9)" in up.log.read_text())
        up.until(up.is_ready)
        first_administrator(up)
        parts = descendants(up.popen.pid)

        assert up.ctrl_c() == 0
        assert not any(map(is_running, parts))

        ended = [line.split()[0] for line in up.log.read_text().splitlines() if " ended (" in line]
        assert ended == ["vale-gw1", "ingest", "api", "sight", "broker", "database"]


def test_nothing_is_left_when_the_supervisor_itself_is_killed(folder: Path) -> None:
    """All parts end with it, servers of other system users too, and the next start on the folder goes on. What came
    undeclared is told there."""
    port = free_port()
    with Up(folder, port) as killed:
        killed.until(killed.is_ready)
        parts = descendants(killed.popen.pid)
        bring_undeclared(folder)
        killed.popen.kill()
        killed.popen.wait()

    with Up(folder, port) as up:
        up.until(up.is_ready)
        assert not any(map(is_running, parts))
        up.until(lambda: "vale does not declare n07:odd.thing (waits in 1 message)" in up.log.read_text())
        assert up.ctrl_c() == 0
        assert "nobody can log in" not in up.log.read_text()
