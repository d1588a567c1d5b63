"""A database on three machines (network namespaces) with real etcd and Patroni: what a fault of the primary costs.

`make bench-failover` does a hundred rounds of the same into docs/bench/failover.md.
"""

import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx
import psycopg
import pytest

from bench.failover import rounds
from bench.failover.load import FACILITY, RAW, START_S, Load, lost_and_twice
from bench.failover.testbed import NAMES, WHOLE_WITHIN_S, FailoverTestbed, failover_testbed, until
from ingest.database import DatabaseLink
from ingest.values import Connection
from runtime.database_line import reach
from tailwatch.servers.database import ADMIN, API
from tests.api import people
from tests.api.server import ApiServer
from tests.servers import server_folder

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(900)]
T = TypeVar("T")
LOG_CHARACTERS = 3000
"""Of each server, where a test fails."""
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = 'tailwatch'"
ANSWERS_WITHIN_S = 10.0
LAG_S = 5.0
AFTER_PROMOTION_S = 600
"""A standby that was made anew from the new primary says at once that it follows it."""


class Careless(DatabaseLink):
    """The control: a line that believes each COMMIT, as one without our rule does."""

    def _once(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._make()
        with self._connection.transaction():
            return work(self._connection)


class Answer(NamedTuple):
    """How the api answered once."""

    status: int
    seconds: float


class HistoryAnswer(NamedTuple):
    """How a question of history was answered; acked: what was acknowledged before the moment that it must show."""

    status: int
    place: str
    lag_s: float
    newest: int
    acked: int


@pytest.fixture(scope="module")
def filled() -> Iterator[FailoverTestbed]:
    """Three machines with a filled database."""
    with server_folder(is_durable=False) as folder, failover_testbed(folder) as made:
        made.fill()
        yield made


@pytest.fixture
def testbed(filled: FailoverTestbed, request: pytest.FixtureRequest) -> Iterator[FailoverTestbed]:
    """The same machines, whole again whatever the test before has left, and their logs where this one fails."""
    filled.mend()
    before = request.session.testsfailed
    yield filled
    if request.session.testsfailed > before:
        print(filled.logs(LOG_CHARACTERS))


def test_killed_frozen_and_cut_off(testbed: FailoverTestbed) -> None:
    """The load goes on by itself; each acknowledged reading is there once, and none waits in the ledger.

    Each hits the primary whose store leads all others. Without its watchdog timer such a one takes its place back
    when it goes on after SIGSTOP, and what the next primary has acknowledged is gone (seen: 18 batches of 334).
    """
    found = rounds.run(testbed, 3)

    assert [(one.fault, one.role) for one in found] == [(fault, "primary") for fault in ("killed", "frozen", "cut off")]
    assert [(one.lost, one.twice, one.pending) for one in found] == [(0, 0, 0)] * 3


def test_the_api_says_that_the_primary_vanished(testbed: FailoverTestbed, tmp_path: Path) -> None:
    """Each question is answered or refused within ten seconds, then all as before, and the live feed follows again."""
    server = ApiServer(tmp_path, testbed.conninfo(API))
    testbed.folder.joinpath("pki").chmod(0o755)
    server.start()
    answers: list[Answer] = []
    stop = threading.Event()
    asking = threading.Thread(target=_ask, args=(server.url, answers, stop))
    try:
        with Load(testbed.conninfo()) as load:
            until(lambda: load.acked > 3, rounds.GOES_ON_WITHIN_S)
            asking.start()
            primary = testbed.primary()
            testbed.machines.cut_off(primary)
            until(lambda: any(one.status == 503 for one in answers), 60)
            until(lambda: len(answers) > 3 and [one.status for one in answers[-3:]] == [200] * 3, 180)
            before = load.acked
            until(lambda: load.acked > before + 3, rounds.GOES_ON_WITHIN_S)
            testbed.machines.connect(primary)
        with httpx.Client(base_url=server.url, timeout=20) as client:
            newest = _newest_commit(testbed)
            until(lambda: _live_is_at(client, newest), 60)
    finally:
        stop.set()
        asking.join(30)
        server.stop()

    assert {one.status for one in answers} == {200, 503}
    assert max(one.seconds for one in answers) < ANSWERS_WITHIN_S


def test_history_is_read_at_a_standby_also_after_a_promotion(testbed: FailoverTestbed, tmp_path: Path) -> None:
    """No answer lacks what was acknowledged before its age, none goes back, and none fails but by 503."""
    server = ApiServer(tmp_path, testbed.conninfo(API), max_standby_lag_s=LAG_S)
    testbed.folder.joinpath("pki").chmod(0o755)
    _empty(testbed)
    key = people.add_key(reach(testbed.conninfo("tailwatch_owner"), "test"), "read", facilities=(FACILITY,))
    server.start()
    found: list[HistoryAnswer] = []
    stop = threading.Event()
    with Load(testbed.conninfo()) as load:
        asking = threading.Thread(target=_read_history, args=(server.url, key, load, found, stop))
        try:
            until(lambda: load.acked > 3, rounds.GOES_ON_WITHIN_S)
            asking.start()
            until(lambda: len(found) > 3 and {one.place for one in found[-3:]} == {"standby"}, 60)
            primary = testbed.primary()
            testbed.machines.kill(primary)
            until(lambda: testbed.primary() not in ("", primary), rounds.GOES_ON_WITHIN_S)
            until(lambda: found[-1].place == "primary", 60)
            testbed.start(primary)
            until(testbed.is_whole, WHOLE_WITHIN_S)
            until(lambda: found[-1].place == "standby", AFTER_PROMOTION_S)
        finally:
            stop.set()
            asking.join(60)
            server.stop()

    assert {one.status for one in found} <= {200, 503}
    answered = [one for one in found if one.status == 200]
    assert max(one.lag_s for one in answered) <= LAG_S
    assert [one for one in answered if one.newest < one.acked] == []
    assert [late for early, late in itertools.pairwise(answered) if late.newest < early.newest] == []


@pytest.mark.parametrize("line", [DatabaseLink, Careless])
def test_a_commit_is_cancelled_and_a_standby_promoted(testbed: FailoverTestbed, line: type[DatabaseLink]) -> None:
    """No ack without data; a line that believes the COMMIT tells one, and the readings are on no server any more."""
    _empty(testbed)
    primary = testbed.primary()
    others = [name for name in NAMES if name != primary]
    alone = testbed.one_conninfo(primary, ADMIN, "tailwatch")
    with psycopg.connect(alone, autocommit=True) as admin, Load(testbed.conninfo(), line) as load:
        until(lambda: load.acked > 1, rounds.GOES_ON_WITHIN_S)
        for name in others:
            testbed.machines.cut_off(name)
        until(lambda: bool(admin.execute(WAITING).fetchall()), 15)
        before = load.acked
        for (pid,) in admin.execute(WAITING).fetchall():
            admin.execute("SELECT pg_cancel_backend(%s)", (pid,))
        until(lambda: load.acked > before or load.line.retries > 0, 15, 0.05)
        told = load.acked > before
        testbed.machines.kill(primary)
        testbed.machines.cut_off(primary)
        acked_then = load.acked
        for name in others:
            testbed.machines.connect(name)
        until(lambda: testbed.primary() in others, rounds.GOES_ON_WITHIN_S)
        with psycopg.connect(reach(testbed.conninfo(), "test")) as connection:
            lost, _ = lost_and_twice(connection, acked_then)
        if line is DatabaseLink:
            until(lambda: load.acked > before + 3, rounds.GOES_ON_WITHIN_S)
        testbed.machines.connect(primary)
        testbed.start(primary)
        until(testbed.is_whole, WHOLE_WITHIN_S)
        with psycopg.connect(reach(testbed.conninfo(), "test")) as connection:
            lost_now, twice = lost_and_twice(connection, load.acked)

    if line is Careless:
        assert told
        assert lost > 0
    else:
        assert (told, lost, lost_now, twice) == (False, 0, 0, 0)


def test_an_empty_machine_takes_the_place_of_a_dead_one(testbed: FailoverTestbed) -> None:
    """The stores let it in, it copies the database by itself, and a commit waits for it if it must."""
    dead = next(name for name in NAMES if name != testbed.primary())
    alive = next(name for name in NAMES if name != dead)
    testbed.machines.kill(dead)
    for server in (testbed.stores[dead], testbed.databases[dead]):
        shutil.rmtree(server.folder)
    testbed.stores[alive].replace(testbed.file.machine(dead))
    testbed.start(dead)

    until(testbed.is_whole, WHOLE_WITHIN_S)


def _ask(url: str, answers: list[Answer], stop: threading.Event) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        while not stop.wait(0.2):
            began_s = time.monotonic()
            status = client.get("/api/v1/facilities").status_code
            answers.append(Answer(status, time.monotonic() - began_s))


def _read_history(url: str, key: str, load: Load, found: list[HistoryAnswer], stop: threading.Event) -> None:
    acks: list[tuple[float, int]] = []
    with httpx.Client(base_url=url, timeout=60, headers=people.bearer(key)) as client:
        while not stop.wait(0.1):
            acks.append((time.monotonic(), load.acked))
            start = datetime.fromtimestamp(START_S + 60 * max(0, load.acked - 1000), UTC)
            address = f"/api/v1/datastreams/{FACILITY}:{RAW}/observations"
            answer = client.get(address, params={"from": f"{start:%Y-%m-%dT%H:%M:%SZ}", "time_format": "unix"})
            if answer.status_code != 200:
                found.append(HistoryAnswer(answer.status_code, "", 0, 0, 0))
                continue
            times, lag_s = answer.json()["times"], float(answer.headers.get("tailwatch-lag-s", 0))
            newest = int(times[-1] - START_S) // 60 if times else -1
            acked = max((number for at_s, number in acks if at_s <= acks[-1][0] - lag_s), default=-1)
            found.append(HistoryAnswer(200, answer.headers["tailwatch-read-from"], lag_s, newest, acked))


def _newest_commit(testbed: FailoverTestbed) -> int:
    with psycopg.connect(reach(testbed.conninfo(), "test")) as connection:
        (newest,) = connection.execute("SELECT max(id) FROM commit_log").fetchone()
    return newest


def _live_is_at(client: httpx.Client, commit: int) -> bool:
    found = client.get("/readyz")
    return found.status_code == 200 and found.json()["last_commit"] >= commit and found.json()["live_behind"] == 0


def _empty(testbed: FailoverTestbed) -> None:
    """Forget what the tests before stored: the agent begins its epoch anew."""
    with psycopg.connect(reach(testbed.conninfo(ADMIN), "test")) as admin:
        admin.execute("SET session_replication_role = replica")
        for table in ("observation", "sequence_state", "batch_chain", "latest"):
            admin.execute(f"DELETE FROM {table}")
