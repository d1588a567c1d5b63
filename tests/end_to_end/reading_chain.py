"""A facility file and readings go in; what people see comes out: alarms by mail, answers of the api.

The rooms are the real ones, on a real database and a real mail server: the agent's store on disk, ingest's store, its
plans, its assessor and its notifier, the api with its pages as a process. Batches are handed from one to the next, so
that a test says when.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from codec import batch
from edge_agent.buffer.store import AgentStore as AgentStore
from edge_agent.config.settings import Settings
from edge_agent.values import Reading, ReadingsDelivery
from ingest import database, rederive, revisions
from ingest.alarms import Files, Levels
from ingest.assessment import Assessor
from ingest.commands import Task, kinds
from ingest.notifications import Notifier, by_apprise
from ingest.notifications.links import Pages
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from runtime.settings import Endpoint
from tailings.assess.model import Assessment
from tailings.facility import Facility, parse
from tests.api import people
from tests.api.server import ApiServer
from tests.edge_agent.world import clock_at
from tests.ingest.batches import arrival
from tests.ingest.notifications.desk import Sink
from tests.servers import TestDatabase

START_MS = 1_764_079_200_000  # 2025-11-25T14:00:00Z


class ReadingChain:
    """One facility behind one agent; `at` is the minute since `start_ms` that everybody's clock shows."""

    def __init__(
        self, folder: Path, conninfo: str, connection: Connection, text: str, sink: Sink, *, start_ms: int
    ) -> None:
        self.facility: Facility = parse(text)
        self.at, self._connection, self._sent, self._start_ms = 0.0, connection, 0, start_ms
        (agent,) = self.facility.agents
        file = folder / "facility.toml"
        file.write_text(text)
        end = Endpoint("127.0.0.1", 1883, f"{self.facility.id}/_edge/{agent}", folder / "password")
        self._settings = Settings(file, agent, folder / "state", end, end)
        self._agent = self._open()
        with connection.transaction():
            facility.register(connection, self.facility, text)
        self._store = Store(3600, revisions.take_verdicts)
        self._store.greet(connection)
        files = Files()
        self._levels, self._assessor = Levels(lambda: self.now, timedelta(0), files), Assessor(files, lambda: self.now)
        self._notifier = Notifier(
            conninfo, by_apprise(["127.0.0.1"]), lambda: self.now, Pages("https://tw.example.org")
        )
        self._sink = sink
        self._tell_somebody()

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._start_ms / 1000 + 60 * self.at, UTC)

    def restart(self) -> None:
        """End the agent and start it again on its buffer."""
        self._agent.close()
        self._agent = self._open()

    def measure(self, readings: Mapping[str, float | None]) -> None:
        """Take readings of this minute at the gateway, bring them to the centre, follow the plans, tell people."""
        self.read(self.at, readings)
        self._follow()

    def assess(self) -> Assessment:
        """Everything that ingest does after a commit, and what it stored."""
        self._follow()
        with self._connection.transaction():
            self._assessor.work(self._connection)
        ((document,),) = self._connection.execute(
            "SELECT document FROM assessment WHERE facility_id = %s", (self.facility.id,)
        ).fetchall()
        return msgspec.convert(document, Assessment)

    def read(self, at: float, readings: Mapping[str, float | None]) -> None:
        """Take readings of a minute at the gateway, and bring them to the centre."""
        self.at = at
        by_node: dict[str, list[Reading]] = {}
        for name, value in readings.items():
            missing = "timeout" if value is None else None
            by_node.setdefault(name.partition(":")[0], []).append(Reading(name, self._now_ms(), value, missing))
        group = [ReadingsDelivery(node, tuple(some), self._now_ms(), lambda: None) for node, some in by_node.items()]
        self._agent.take_in(group, lambda: False)
        self._forward()

    def _follow(self) -> None:
        while True:
            with self._connection.transaction():
                if not self._levels.follow(self._connection):
                    break
        self._notifier.round()

    @property
    def mails(self) -> list[str]:
        """The subjects of what arrived, in order."""
        return [subject for subject, _ in self._sink.mails]

    @property
    def bodies(self) -> list[str]:
        """What the mails say, in order."""
        return [body for _, body in self._sink.mails]

    def levels(self) -> dict[str, int]:
        """The level of each alarm of the dam that is open, by its plan."""
        found: dict[str, int] = dict(
            self._connection.execute(
                "SELECT rule, level FROM alarm_event WHERE facility_id = %s AND family = 'dam' AND type = 'level'"
                " AND closed_at IS NULL",
                (self.facility.id,),
            ).fetchall()
        )
        return found

    def close(self) -> None:
        self._agent.close()
        self._notifier.close()

    def _open(self) -> AgentStore:
        return AgentStore(self._settings, clock_at(self._now_ms), lambda *_, **__: None)

    def _now_ms(self) -> int:
        return self._start_ms + round(60_000 * self.at)

    def _forward(self) -> None:
        buffer = self._agent.buffer
        bodies = [(seq, buffer.batch(seq)) for seq in range(self._sent, buffer.next_seq)]
        self._sent = buffer.next_seq
        name, agent = self.facility.id, self._settings.agent
        messages = [
            batch.put_head(body, name, agent, buffer.epoch, seq, oldest_unacked=0)
            for seq, body in bodies
            if body is not None
        ]
        with self._connection.transaction():
            stored = self._store.write(self._connection, [arrival(one, agent, name) for one in messages])
        self._store.committed(stored)

    def _tell_somebody(self) -> None:
        address = f"mailto://127.0.0.1:{self._sink.port}?from=tw@example.org&to=shift@example.org&mode=insecure"
        task = Task(1, "set-recipient", self.facility.id, "user:1", {"name": "shift", "address": address}, attempts=1)
        with self._connection.transaction():
            kinds()["set-recipient"].do(self._connection, task, lambda share: None)


class Centre:
    """One database and one api for all tests of a module; each has facilities of its own in it."""

    def __init__(self, of: TestDatabase, folder: Path) -> None:
        self.conninfo, self._folder, self._facilities = of.conninfo("tailwatch_ingest"), folder, 0
        self._key = people.add_key(of.conninfo(), "read", facilities=("*",))
        self._server = ApiServer(folder, of.conninfo("tailwatch_api"))

    @contextmanager
    def chain(self, text: str, ends_at: float | None = None) -> Iterator[ReadingChain]:
        """A chain for this facility, under an id that no other test has.

        ends_at: its minute that is now by the clock of the api (None: it plays in 2025, long ago for that).
        """
        start_ms = START_MS if ends_at is None else round(1000 * (time.time() - 60 * ends_at))
        self._facilities += 1
        known = parse(text).id
        sink = Sink()
        sink.start()
        folder = self._folder / str(self._facilities)
        folder.mkdir()
        named = text.replace(f'id = "{known}"', f'id = "{known}-{self._facilities}"', 1)
        try:
            with database.connect(self.conninfo) as connection:
                chain = ReadingChain(folder, self.conninfo, connection, named, sink, start_ms=start_ms)
                try:
                    yield chain
                finally:
                    chain.close()
        finally:
            sink.stop()

    def get(self, path: str, **params: object) -> Any:
        """What the api answers."""
        with httpx.Client(base_url=self._server.url, timeout=60, headers=people.bearer(self._key)) as client:
            return client.get(f"/api/v1{path}", params=params).raise_for_status().json()  # type: ignore[arg-type]

    def page(self, path: str) -> str:
        """What a page says to the public."""
        with httpx.Client(base_url=self._server.url, timeout=60) as client:
            return client.get(path).raise_for_status().text

    def verdict(self, dam: ReadingChain) -> tuple[str, str, str]:
        """What people see of a facility: the verdict in the api, and the shapes of its safety page and the list."""
        told = str(self.get(f"/facilities/{dam.facility.id}/assessment")["verdict"])
        pages = [self.page(path) for path in (f"/f/{dam.facility.id}/safety", "/")]
        row = pages[1].partition(f'<tr data-facility="{dam.facility.id}">')
        shapes = [re.search(r'class="verdict ([a-z-]+)', pages[0]), re.search(r'class="tag ([a-z-]+)', row[2])]
        return told, *(found[1] if found else "" for found in shapes)

    def alarms(self, dam: ReadingChain) -> list[tuple[str, str, int, bool]]:
        """Rule, type, level and whether it only simulates of each alarm of the dam that is open, in the api."""
        found = self.get("/alarms", facility=dam.facility.id, family="dam")["alarms"]
        return sorted((one["rule"], one["type"], one["level"], one["is_simulated"]) for one in found)

    def flags(self, dam: ReadingChain, name: str) -> list[tuple[float | None, int, str | None]]:
        """Result, quality and tests of every row of a datastream, oldest first."""
        found = self.get(f"/datastreams/{dam.facility.id}:{name}/observations", limit=1000)
        return list(zip(found["results"], found["qualities"], found["tests"], strict=True))

    def changes(self, dam: ReadingChain) -> int:
        """How many values and flags would change if everything were derived anew at the centre."""
        with database.connect(self.conninfo) as connection:
            facility = rederive.stored_facility(connection, dam.facility.id)
            start, stop = (datetime.fromtimestamp(START_MS / 1000 + 86_400 * day, UTC) for day in (-1, 2))
            found = rederive.preview(
                connection, rederive.stretch(connection, facility, start, stop), lambda share: None
            )
        return found.values + found.flags + found.added

    def start(self) -> "Centre":
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()
