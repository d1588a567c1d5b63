"""What an api weighs: before anybody asks, and with two hundred live clients and four transactions a second.

Its process is a fresh one: what the questions of other cases left behind is told with those. It loads numpy with the
first chart, so the live clients are told of commits twice, before that and after it.
"""

import selectors
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.figures import Figure, Rounds, WrongResult, figure
from bench.http_client import Asking
from bench.plant import FACILITY
from bench.programs import Program
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, BATCH_TOPIC
from bench.stretch import EPOCH, messages, names
from bench.testbed import Testbed
from tailwatch.ports import LOOPBACK, free_port
from tailwatch.process import Command
from tailwatch.servers.database import API

ROOT: Final = Path(__file__).parents[2]
CLIENTS: Final = 200
EVERY_S: Final = 0.25
MESSAGES: Final = 20
PER_PACK: Final = 50
LISTENING_WITHIN_S: Final = 30.0
ASK: Final = f"GET /api/v1/live?facility={FACILITY} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()
HELLO: Final = b"event: hello"
COMMIT: Final = b"event: commit"
READ_BYTES: Final = 1 << 16
PROBE: Final = "/readyz"
FIRST_PAGE: Final = "/"
CHART: Final = f"/api/v1/facilities/{FACILITY}/series?datastream={FACILITY}:{names()[0]}&time_format=unix"


class Clients:
    """Bare sockets that listen to the live stream, and all that each of them heard."""

    def __init__(self, ground: Testbed) -> None:
        self._lines = selectors.DefaultSelector()
        self._heard: dict[socket.socket, bytearray] = {}
        for _ in range(CLIENTS):
            line = socket.create_connection((LOOPBACK, ground.site.api_port))
            line.sendall(ASK)
            self._lines.register(line, selectors.EVENT_READ)
            self._heard[line] = bytearray()

    def listen(self, seconds: float) -> None:
        """Take what comes within so many seconds."""
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0:
            for key, _ in self._lines.select(left_s):
                line = key.fileobj
                if isinstance(line, socket.socket):
                    self._heard[line] += line.recv(READ_BYTES)

    def fewest(self, event: bytes) -> int:
        """How often the client that heard it least heard this event."""
        return min(heard.count(event) for heard in self._heard.values())

    def close(self) -> None:
        """Leave."""
        for line in self._heard:
            line.close()


@contextmanager
def _listening(ground: Testbed) -> Iterator[Clients]:
    clients = Clients(ground)
    with ExitStack() as ending:
        ending.callback(clients.close)
        until_s = time.monotonic() + LISTENING_WITHIN_S
        while not clients.fewest(HELLO):
            if time.monotonic() > until_s:
                raise WrongResult("not every live client was let in")
            clients.listen(EVERY_S)
        yield clients


def _answers(address: str) -> bool:
    """Whether it serves there, with its connection to the database."""
    try:
        with urllib.request.urlopen(address):
            return True
    except OSError:
        return False


def _libraries_mb(ground: Testbed) -> float:
    """Memory of the api's libraries alone, serving and connected [MB]."""
    port, conninfo = free_port(), ground.folder / "libraries.conninfo"
    conninfo.write_text(ground.site.database.conninfo(API))
    argv = (sys.executable, "-m", "bench.libraries", str(port), str(conninfo))
    program = Program(Command("libraries", argv, cwd=ROOT), ground.folder / "libraries.log")
    try:
        program.wait_until(lambda: _answers(f"http://{LOOPBACK}:{port}{FIRST_PAGE}"))
        return program.memory_mb()
    finally:
        program.stop()


def _idle(run: Run, asking: Asking) -> Figure:
    """Memory before the first question, that of the libraries in the same run, and after the first page [MB]."""
    run.meter.begin("api: memory when nobody asks", 1)
    asking.program.wait_until(lambda: _answers(run.ground.site.api_url + PROBE))
    idle_mb, libraries_mb = asking.program.memory_mb(), _libraries_mb(run.ground)
    asking.get(FIRST_PAGE)
    run.meter.tick()
    rounds = {"ours": Rounds.of([idle_mb]), "its libraries alone": Rounds.of([libraries_mb])}
    facts = {"after_the_first_page_mb": round(asking.program.memory_mb(), 1)}
    return figure("api, nobody asks, memory", "MB", rounds, limit="its libraries alone", goal="< 79", facts=facts)


def _while_told(run: Run, asking: Asking, sender: Sender, clients: Clients) -> float:
    """Store a transaction every EVERY_S while all listen; return the highest memory of the api meanwhile [MB]."""
    payloads = messages(run.ground.stretch(MESSAGES, PER_PACK), run.ground.numbers)
    asking.program.forget_peak()
    for payload in payloads:
        sender.publish(BATCH_TOPIC, payload)
        clients.listen(EVERY_S)
    sender.wait_for_acks({ACK_TOPIC: (EPOCH, run.ground.numbers.last(EPOCH))})
    clients.listen(4 * EVERY_S)
    return asking.program.peak_mb()


def run(run: Run) -> list[Figure]:
    """Memory of the api [MB], idle and while all listen; WrongResult when a commit did not reach every client."""
    run.ground.stop("api")
    with Asking.api(run.ground) as asking, Sender(run.ground, [ACK_TOPIC]) as sender:
        idle = _idle(run, asking)
        run.ground.ingest()
        run.meter.begin("api: 200 live clients", 2)
        with _listening(run.ground) as clients:
            before_mb = _while_told(run, asking, sender, clients)
            run.meter.tick()
            commits = clients.fewest(COMMIT)
            asking.get(CHART)
            after_mb = _while_told(run, asking, sender, clients)
        run.meter.tick()
    if not commits:
        raise WrongResult("a live client heard of no commit")
    name = f"{CLIENTS} live clients at 4 commits a second, memory of the api before its first chart"
    facts = {"after_a_chart_mb": round(after_mb, 1), "commits_heard_by_each": float(commits)}
    return [idle, figure(name, "MB", {"ours": Rounds.of([before_mb])}, goal="< 100", facts=facts)]
