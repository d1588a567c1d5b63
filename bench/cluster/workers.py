"""`python -m bench.cluster.workers [--turns N]`, as root, writes docs/bench/workers.*: what further workers bring.

Batches of four agents are published while the workers stand still (SIGSTOP); they go on, and it is counted until the
database has the last row. In turns with it, as many rows go into the same table of the same server by COPY.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from bench.cluster import agents, workers_report
from bench.cluster.agents import CHANNELS, FACILITY
from bench.cluster.network import NoNamespaces
from bench.cluster.trial import Trial, running
from bench.cluster.workers_report import Turn
from bench.figures import WrongResult
from bench.kept import FOLDER
from bench.storage_ways import copied_per_s
from bench.stretch import MS_PER_S, Numbers, Stretch, linked, observation, record
from codec.batch import Batch
from runtime.log import Level
from runtime.mqtt import Link, Message
from runtime.settings import Endpoint
from tailwatch.servers.database import ADMIN
from wire import topics

AGENTS: Final = 4
WORKERS: Final = (1, 2)
TIMES_A_BATCH: Final = 300
"""3,000 readings: what an agent sends at once when a backlog drains."""
BATCHES: Final = 80
"""Of each agent in a turn."""
FIRST_DAYS_AGO: Final = 10
DAY_S: Final = 86_400
WITHIN_S: Final = 300.0
TOLD: Final = "SELECT coalesce(sum(rows), 0)::bigint FROM commit_log"
IDS: Final = "SELECT id FROM datastream ORDER BY id"


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster.workers", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="of ingest and COPY, with each number of workers")
    parser.add_argument("--batches", type=int, default=BATCHES, help="of 3,000 readings, of each agent, a turn")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder of results")
    asked = parser.parse_args(words)
    found: list[Turn] = []
    try:
        for workers in WORKERS:
            found += run(workers, asked.turns, asked.batches)
            workers_report.write(asked.out, found)
    except NoNamespaces as error:
        print(f"bench: {error}; run it as root", file=sys.stderr)
        return 2
    return 0


def run(workers: int, turns: int, batches: int) -> list[Turn]:
    """Measure so many turns with so many workers, on a cluster of their own."""
    with (
        running(count=AGENTS, workers=workers, sends=False) as cluster,
        cluster.connect(ADMIN) as connection,
    ):
        connection.autocommit = True
        return Measuring(cluster, connection).turns(turns, batches)


class Measuring:
    """Turns on one cluster, each of readings that are newer than those before."""

    def __init__(self, cluster: Trial, connection: psycopg.Connection) -> None:
        self._cluster, self._connection, self._numbers = cluster, connection, Numbers()
        self._next_s = int(time.time()) // DAY_S * DAY_S - FIRST_DAYS_AGO * DAY_S

    def turns(self, count: int, batches: int) -> list[Turn]:
        """Ingest and COPY in turns; the first of both warms up and is left out."""
        found = []
        for number in range(count + 1):
            ours, copied = self._ingested(batches), self._copied(batches)
            if number:
                found.append(Turn(self._cluster.file.ingest.workers, ours, copied, os.cpu_count() or 1))
                print(f"{found[-1].workers} workers: {ours:,.0f} rows/s, COPY {copied:,.0f}", flush=True)
        return found

    def _ingested(self, batches: int) -> float:
        """Rows/s from the moment that the workers go on until the last row is committed."""
        stretch = self._stretch(batches)
        processes = self._cluster.worker_processes()
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        try:
            for agent in agents.names(AGENTS):
                self._publish(agent, _payloads(agent, stretch, self._numbers))
            before = self._told()
        finally:
            for pid in processes:
                os.kill(pid, signal.SIGCONT)
        start_s = time.monotonic()
        self._cluster.until(lambda: self._told() - before >= stretch.rows, "all rows are stored", WITHIN_S)
        seconds = time.monotonic() - start_s
        if (told := self._told() - before) != stretch.rows:
            raise WrongResult(f"{told} of {stretch.rows} rows were stored")
        return stretch.rows / seconds

    def _copied(self, batches: int) -> float:
        """Rows/s by COPY, 20,000 a transaction."""
        stretch = self._stretch(batches)
        ids = np.array([id for (id,) in self._connection.execute(IDS)], np.int32)
        return copied_per_s(self._connection, stretch, ids)

    def _stretch(self, batches: int) -> Stretch:
        made = Stretch(self._next_s, TIMES_A_BATCH * batches, AGENTS * CHANNELS, 1)
        self._next_s = made.end_s
        return made

    def _told(self) -> int:
        ((rows,),) = self._connection.execute(TOLD).fetchall()
        return int(rows)

    def _publish(self, agent: str, payloads: Sequence[bytes]) -> None:
        """Publish with the user of an agent, and wait until the brokers have all."""
        endpoint: Endpoint = next(one.line for one in self._cluster.agents if one.agent == agent)
        client_id, *_ = topics.client_ids_of_agent(FACILITY, agent)
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5, manual_ack=True)
        link = Link("bench", endpoint, client, _say_nothing)
        link.subscribe(topics.agent_ack(FACILITY, agent), 1, _take)
        link.start()
        try:
            self._cluster.until(lambda: link.is_ready, "a broker lets the agent in", WITHIN_S)
            told = [client.publish(topics.batch(FACILITY, agent), payload, 1) for payload in payloads]
            self._cluster.until(lambda: all(one.is_published() for one in told), "the brokers have all", WITHIN_S)
        finally:
            link.close()


def _payloads(agent: str, stretch: Stretch, numbers: Numbers) -> list[bytes]:
    """The readings of an agent's node as its batches, in CBOR."""
    node, found = agents.node_of(agent), []
    epoch = f"{int(agent.removeprefix('gw')):08x}"
    names = [f"{node}:vw{at:02d}.frequency" for at in range(CHANNELS)]
    values = np.random.default_rng(1).uniform(2800, 2900, (stretch.times, CHANNELS)).round(2).tolist()
    for first in range(0, stretch.times, TIMES_A_BATCH):
        at_s = stretch.start_s + first * stretch.step_s
        observations = [
            observation(name, (at_s + place) * MS_PER_S, value)
            for place, row in enumerate(values[first : first + TIMES_A_BATCH])
            for name, value in zip(names, row, strict=True)
        ]
        packs = [record(node, at_s + TIMES_A_BATCH - 1, numbers)]
        whole = Batch(FACILITY, agent, epoch, numbers.next(epoch), 0, observations=observations, packs=packs)
        found.append(linked(whole, numbers, is_cbor=True))
    return found


def _take(message: Message) -> None:
    message.acknowledge()


def _say_nothing(level: Level, event: str, **fields: object) -> None:
    """What a link tells of itself is nothing that is measured."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
