"""A site around real ingest processes: a broker with its access list, a line to it that can be cut, and an agent."""

import queue
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from psycopg.types.json import Jsonb

from ingest.database import connect
from ingest.migrate import migrate, migrations
from tailwatch import ports
from tailwatch.secrets import write_private
from tests import programs
from tests.bad_line import BadLine
from tests.ingest.batches import AGENT, FACILITY
from tests.ingest.waiting import until
from tests.servers import Broker, Database
from wire import acks, topics

PASSWORD = "only for tests"
SETTINGS = """\
database_url_file = "ingest.url"
owner_url_file = "owner.url"
facility_files = ["{facility}"]
client_id = "{client_id}"
gather_ms = 50
{more}[broker]
host = "127.0.0.1"
port = {port}
user = "_ingest"
password_file = "password"
"""


class Agent:
    """An edge agent as far as ingest sees it: publishes batches at QoS 1 and listens for its acks."""

    def __init__(
        self, port: int, agent: str = AGENT, protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    ) -> None:
        self.agent = agent
        self._acks: queue.Queue[tuple[str, int]] = queue.Queue()
        user, client_id = topics.user_of_agent(FACILITY, agent), topics.client_ids_of_agent(FACILITY, agent)[0]
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=protocol)
        self._client.username_pw_set(user, PASSWORD)
        self._client.on_connect = lambda client, *_: client.subscribe(topics.agent_ack(FACILITY, agent), qos=0)
        self._client.on_message = lambda _, __, message: self._acks.put(acks.decode(bytes(message.payload)))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def send(self, *payloads: bytes) -> None:
        """Publish and wait until the broker has all of them."""
        sent = [self._client.publish(topics.batch(FACILITY, self.agent), payload, qos=1) for payload in payloads]
        for one in sent:
            one.wait_for_publish(60)

    def tell_state(self, payload: bytes) -> None:
        """Publish a state document, retained, and wait until the broker has it."""
        self._client.publish(topics.agent_state(FACILITY, self.agent), payload, 1, retain=True).wait_for_publish(60)

    def wait_for_ack(self, through: int, within_s: float = 60) -> None:
        """Wait until the centre says that everything up to `through` is stored."""
        until(lambda: self._acks.get(timeout=within_s)[1] >= through, within_s)

    def has_no_ack(self) -> bool:
        """Say whether no ack came that nobody waited for."""
        return self._acks.empty()

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()


class Site:
    """Settings in a folder, a broker, a proxy in front of it, and the processes that were started."""

    def __init__(self, folder: Path, database: Database, name: str, broker: Broker, facility: Path) -> None:
        self.folder, self.database, self.broker, self.facility = folder, database, broker, facility
        self.name = name
        self.more = ""
        """Further settings of the processes that are started next, as lines of TOML."""
        self.line = BadLine(broker.port)
        self._processes: list[programs.Program] = []
        self._agents: dict[str, Agent] = {}
        for role in ("owner", "ingest"):
            write_private(folder / f"{role}.url", database.conninfo(f"tailwatch_{role}", name))
        write_private(folder / "password", PASSWORD)

    @classmethod
    @contextmanager
    def open(cls, folder: Path, database: Database, name: str, facility: Path) -> Iterator[Self]:
        """Start the broker and bring the schema up to date; end everything afterwards."""
        agents = [AGENT, "gw2"]
        users = {"_ingest": PASSWORD, **{topics.user_of_agent(FACILITY, agent): PASSWORD for agent in agents}}
        rights = [
            topics.centre_rights(),
            *(one for agent in agents for one in topics.agent_rights(FACILITY, agent, [])),
        ]
        broker = Broker.start(folder / "broker", users, rights, ports.free_port())
        site = cls(folder, database, name, broker, facility)
        try:
            with connect(database.conninfo("tailwatch_owner", name)) as owner:
                migrate(owner, migrations())
            yield site
        finally:
            site.close()

    def launch(
        self, client_id: str, environment: Mapping[str, str] | None = None, module: str = "ingest"
    ) -> programs.Program:
        """Start an ingest process, with something added to its environment; `module` is one of another release."""
        words, log = [str(self._settings(client_id))], self.folder / f"{client_id}.log"
        if environment or module != "ingest":
            process = programs.start_alone([sys.executable, "-m", module, *words], log, environment)
        else:
            process = programs.start("ingest.__main__", words, log)
        self._processes.append(process)
        return process

    def start(
        self,
        client_id: str = "ingest-1",
        environment: Mapping[str, str] | None = None,
        module: str = "ingest",
    ) -> programs.Program:
        """Start an ingest process and wait until it holds its subscription."""
        lines_before = self.log(client_id).count("connected link=broker")
        process = self.launch(client_id, environment, module)
        until(lambda: self.log(client_id).count("connected link=broker") > lines_before or process.poll() is not None)
        assert process.poll() is None, self.log(client_id)
        return process

    def end(self) -> None:
        """End every ingest process in order."""
        for process in self._processes:
            process.terminate()
            process.wait(60)
        self._processes.clear()

    def log(self, client_id: str) -> str:
        """Return what the processes of this name wrote so far."""
        file = self.folder / f"{client_id}.log"
        return file.read_text() if file.exists() else ""

    def agent(self, name: str = AGENT, protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5) -> Agent:
        """Connect an agent, past the proxy, in place of one of its name: that would take the session back."""
        if (before := self._agents.pop(name, None)) is not None:
            before.close()
        self._agents[name] = Agent(self.broker.port, name, protocol)
        return self._agents[name]

    def ask(self, kind: str, body: dict[str, Any]) -> int:
        """Write a command, as `issue_command` does for who shows a secret; return its number."""
        with psycopg.connect(self.database.conninfo("tailwatch_owner", self.name)) as owner:
            row = owner.execute(
                "INSERT INTO command (kind, facility_id, body, author) VALUES (%s, %s, %s, 'user:3') RETURNING id",
                (kind, FACILITY, Jsonb(body)),
            ).fetchone()
        assert row is not None
        return int(row[0])

    def outcome(self, number: int, within_s: float = 60) -> tuple[str, dict[str, Any]]:
        """Wait until a command is over; return its state and outcome."""
        question = "SELECT state, outcome FROM command WHERE id = %s AND state NOT IN ('issued', 'running')"
        until(lambda: bool(self.query(question, number)), within_s)
        ((state, outcome),) = self.query(question, number)
        return str(state), outcome

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database as the api would."""
        with psycopg.connect(self.database.conninfo("tailwatch_api", self.name)) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def stored(self) -> list[tuple[Any, ...]]:
        """Return all observations as (name, Unix time, result), in order."""
        return self.query(
            "SELECT name, extract(epoch FROM phenomenon_time)::float8, result FROM observation"
            " JOIN datastream ON id = datastream_id ORDER BY name, phenomenon_time"
        )

    def close(self) -> None:
        """End every agent and process, the proxy and the broker."""
        for agent in self._agents.values():
            agent.close()
        for process in self._processes:
            process.kill()
            process.wait(60)
        self.line.close()
        self.broker.stop()

    def _settings(self, client_id: str) -> Path:
        file = self.folder / f"{client_id}.toml"
        told = {"facility": self.facility, "client_id": client_id, "port": self.line.port, "more": self.more}
        file.write_text(SETTINGS.format(**told))
        return file
