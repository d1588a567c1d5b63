"""The queues of a cluster: how workers share them, and a broker that is too slow for its line."""

import socket
import time
from pathlib import Path

import pytest

from ingest.receive import queues
from ingest.receive.queues import BatchQueues, priority
from ingest.settings import Queues
from ingest.values import queue_of
from runtime.settings import Endpoint


def order(number: int, workers: int, count: int) -> list[int]:
    """The workers in the order in which they get a queue."""
    wishes = {worker: priority(number, Queues(5671, count, worker, workers)) for worker in range(workers)}
    assert len(set(wishes.values())) == workers
    return sorted(wishes, key=lambda worker: -wishes[worker])


def test_each_worker_has_its_share() -> None:
    """Of eight queues two workers have four each, and each stands in for the other."""
    assert [order(number, 2, 8) for number in range(8)] == [[0, 1], [1, 0]] * 4


def test_the_share_of_one_that_is_away_is_spread() -> None:
    """Of three workers the second is away: its queues go to the two others in the order of their numbers."""
    left = [next(worker for worker in order(number, 3, 6) if worker != 1) for number in range(6)]

    assert left == [0, 0, 2, 0, 0, 2]


def test_a_broker_that_takes_the_line_and_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said and left, and the next one is tried: what pika raises then is none of its AMQPErrors."""
    monkeypatch.setattr(queues, "FRAMES_WITHIN_S", 0.3)
    secret = tmp_path / "password"
    secret.write_text("secret")
    secret.chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        line = BatchQueues(Endpoint("127.0.0.1", port, "centre", secret), Queues(port, 4), 100, queue_of(1 << 20))
        line.start()
        until_s = time.monotonic() + 60
        while not line._told and line._thread.is_alive():
            assert time.monotonic() < until_s
            time.sleep(0.05)
        is_alive = line._thread.is_alive()
        line.stop()

    assert (is_alive, "StackTimeout" in line._told) == (True, True)
