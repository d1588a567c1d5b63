"""A site as `tailwatch up` runs it, for tests: the same parts and supervisor, with a hand on each process."""

import math
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg

from tailwatch import ports
from tailwatch.process import Process
from tailwatch.servers.database import ADMIN
from tailwatch.site import Site, read_facilities
from tailwatch.state import StateFolder
from tailwatch.supervise import FIRST_WAIT_S, SitePart, Supervisor, WatchedPart
from tests import plain_http
from tests.servers import server_folder
from wire import topics

VALE = Path(__file__).parents[1] / "data" / "vale.toml"
POLL_S = 0.02
WITHIN_S = 120.0
LAST_LINES, LAST_CHARACTERS = 40, 1000
AGENT = "vale-gw1"
AGENT_SETTINGS = {"resend_after_s": "5.0", "wait_for_time_s": "2.0"}
"""A gateway that is in less of a hurry waits a minute for an ack, and half a minute for the centre's time."""
OWN_CONFIGURATION = ("n02", "n03", "n04", "n05", "n06", "n08")
"""Nodes that keep the configuration their test starts them with: another interval, fewer instruments."""


@contextmanager
def running_site(more: str = "") -> Iterator["RunningSite"]:
    """A site in a folder of its own, ended afterwards; `more` is put behind its facility file."""
    with server_folder(is_durable=False) as folder:
        file = folder / VALE.name
        file.write_text(VALE.read_text() + more)
        running = RunningSite(folder, file if more else VALE)
        try:
            running.start()
            yield running
        finally:
            running.end()


class RunningSite:
    """A facility, that of tests/data/vale.toml, in `folder`, which the servers' users must be able to reach."""

    agent_settings: Mapping[str, str] = AGENT_SETTINGS

    def __init__(self, folder: Path, facility_file: Path = VALE) -> None:
        self.folder, self._facility_file = folder, facility_file
        self.lines: list[tuple[str, str]] = []
        self.database: psycopg.Connection[tuple[object, ...]] | None = None
        self._open()

    def _open(self) -> None:
        self.state = StateFolder(self.folder / "state")
        self.site = Site(self.state, read_facilities([self._facility_file]), ports.free_port())
        self.site.prepare()
        self.site.broker.set_users(self.site.broker.users, _keep_configurations(self.site.rights()))
        self.supervisor = Supervisor(
            [self._changed(one) for one in self.site.parts()], lambda part, line: self.lines.append((part, line))
        )

    def _changed(self, part: SitePart) -> SitePart:
        if part.name == AGENT:
            put_settings(part, self.agent_settings)
        return part

    def start(self) -> None:
        """Start all parts; fail unless the api answers in time and the agent hears the nodes."""
        since = len(self.lines)
        self.supervisor.start()
        self.until(lambda: self.has_told(since, AGENT, "connected link=site"), "the agent hears the nodes")
        self.until(self.is_answering, "the api answers")

    def end(self) -> None:
        """End all in order, as Ctrl-C does."""
        self.leave_database()
        self.supervisor.end()
        self.state.close()

    def come_back(self) -> None:
        """After `end`: start again on the same folder, as the next `tailwatch up` does."""
        self._open()
        self.start()

    def leave_database(self) -> None:
        """Close the connection of `rows`; the next call opens another."""
        if self.database is not None:
            self.database.close()
            self.database = None

    def until(self, condition: Callable[[], object], what: str, within_s: float = WITHIN_S) -> None:
        """Wait until `condition`, restarting parts that died meanwhile; fail with the last lines of the parts."""
        deadline_s = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not within {within_s:.0f} s: {what}\n{self.last_lines()}")
            self.supervisor.poll()
            time.sleep(POLL_S)

    def last_lines(self) -> str:
        """What the parts said last."""
        parts = "\n".join(f"{part}: {line}" for part, line in self.lines[-LAST_LINES:])
        nodes = sorted(self.folder.glob("node-*/node.log"), key=lambda file: file.stat().st_mtime)
        return parts + "".join(f"\n{file.parent.name}: {file.read_text()[-LAST_CHARACTERS:]}" for file in nodes[-2:])

    def has_told(self, since: int, part: str, words: str) -> bool:
        """Whether a part has said `words` after the first `since` lines."""
        return any(who == part and words in line for who, line in self.lines[since:])

    def configurations(self) -> set[tuple[str, str]]:
        """Nodes and what they answered to a configuration, as the agent told it."""
        told = [line.split() for part, line in self.lines if part == AGENT and " node-configuration " in line]
        return {(words[-2].removeprefix("node="), words[-1].removeprefix("what=")) for words in told}

    def part(self, name: str) -> WatchedPart:
        """One part as the supervisor sees it."""
        return self.supervisor.watched[name]

    def process(self, name: str) -> Process:
        """The part's running process; waits until there is one."""
        self.until(lambda: self._is_running(name), f"{name} runs")
        process = self.part(name).process
        assert process is not None
        return process

    def _is_running(self, name: str) -> bool:
        process = self.part(name).process
        return process is not None and process.is_alive

    def kill(self, name: str) -> None:
        """kill -9; the supervisor starts it again at its next poll, without its back-off."""
        self.process(name).kill()
        self.supervisor.poll()
        self.part(name).wait_s, self.part(name).due_s = FIRST_WAIT_S, 0.0

    @contextmanager
    def down(self, name: str) -> Iterator[None]:
        """Kill a part with -9 and keep it down for the block."""
        self.process(name).kill()
        self.supervisor.poll()
        watched = self.part(name)
        watched.due_s = math.inf
        try:
            yield
        finally:
            watched.wait_s, watched.due_s = FIRST_WAIT_S, 0.0

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """Freeze a part (SIGSTOP) for the block: it is alive and does nothing."""
        process = self.process(name)
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            if process.is_alive:
                os.kill(process.pid, signal.SIGCONT)

    def is_answering(self) -> bool:
        """Whether the api says it is ready."""
        try:
            return plain_http.get(f"{self.site.api_url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def get(self, path: str, **parameters: str | int) -> dict[str, object]:
        """A JSON answer of the api."""
        answer = plain_http.get(f"{self.site.api_url}/api/v1/{path}", params=parameters, timeout=60)
        assert answer.status_code == 200, answer.text
        body: dict[str, object] = answer.json()
        return body

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the database, as superuser; connects again when a test has killed it."""
        if self.database is None:
            self.until(self.site.database.is_ready, "the database answers")
            self.database = psycopg.connect(self.site.database.conninfo(ADMIN), autocommit=True)
        try:
            return self.database.execute(query.encode(), values).fetchall()
        except psycopg.OperationalError:
            self.database.close()
            self.database = None
            return self.rows(query, *values)


def put_settings(part: SitePart, settings: Mapping[str, str], tail: str = "") -> None:
    """Put these lines before those of the part's settings file, and `tail` behind them."""
    file = Path(part.command.argv[-1])
    file.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()) + file.read_text() + tail)


def agent_batches(site: RunningSite) -> tuple[int, int]:
    """Of the agent's buffer: the lowest number that the centre has not acknowledged, and the next one."""
    with closing(sqlite3.connect(site.folder / "state" / "agents" / AGENT / "buffer.sqlite")) as buffer:
        oldest_unacked, next_seq = buffer.execute("SELECT kept, next_seq FROM agent").fetchone()
    return int(oldest_unacked), int(next_seq)


def agent_backlog(site: RunningSite) -> int:
    """Batches in the agent's buffer that the centre has not acknowledged."""
    oldest_unacked, next_seq = agent_batches(site)
    return next_seq - oldest_unacked


def _keep_configurations(rights: list[topics.Rights]) -> list[topics.Rights]:
    """Take from the agent that it configures some nodes."""
    denied = {topics.config("vale", node) for node in OWN_CONFIGURATION}
    return [one._replace(writes=tuple(topic for topic in one.writes if topic not in denied)) for one in rights]
