"""A cluster on trial: machines with a broker each, one with database and ingest workers, and agents that send."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg
from msgspec.structs import replace

from bench.cluster import agents
from bench.cluster.agents import FACILITY, SendingAgent
from bench.cluster.network import Network, network
from ingest.versions import facility as stored_facility
from runtime.database_line import reach
from runtime.settings import Endpoint
from tailings.facility import parse
from tailwatch.cluster import control, shared
from tailwatch.cluster import file as cluster_file
from tailwatch.cluster.control import BrokerRefuses
from tailwatch.cluster.file import ClusterFile
from tailwatch.cluster.rabbitmq import Peer, RabbitMQ
from tailwatch.cluster.site import ClusterSite
from tailwatch.ports import is_listening
from tailwatch.process import Command, Process, completed, descendants
from tailwatch.servers.database import ADMIN, OWNER
from tailwatch.site import read_facilities
from tailwatch.state import StateFolder
from tailwatch.supervise import FIRST_WAIT_S, Supervisor
from wire import topics

BROKERS: Final = ("a", "b", "c")
CENTRE: Final = "m"
BEAM: Final = "beam.smp"
WITHIN_S: Final = 300.0
POLL_S: Final = 0.05
ASK_EVERY_S: Final = 2.0
STEADY_S: Final = 5.0
"""A broker that was frozen or cut off listens for a moment before it sees that the others went on without it."""
LAST_LINES: Final = 30
FILE: Final = """\
[[machines]]
name = "{name}"
address = "{address}"
roles = [{roles}]
"""
TABLES: Final = """\
[broker]
queues = 4
[ingest]
workers = {workers}
"""
STORED: Final = """
SELECT datastream.name, (extract(epoch FROM phenomenon_time) * 1000)::bigint, result
FROM observation JOIN datastream ON datastream.id = datastream_id"""
WHOLE: Final = """
SELECT to_regclass('public.facility_version') IS NOT NULL,
    (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'),
    current_setting('synchronous_standby_names')"""
HOLD: Final = "LOCK TABLE observation IN EXCLUSIVE MODE"
"""When that is granted, all is committed that began before."""
END_WAITING: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
QUARANTINED: Final = "SELECT count(*) FROM quarantine"


class NotWithin(Exception):
    """What was waited for did not come about; the text has the last lines of the programs."""


class CommandFailed(Exception):
    """A command of a page did not do what the page says; the text has what it printed."""


class Trial:
    """The cluster on `network`, in `folder`; call everything from the thread that made it."""

    def __init__(self, network: Network, folder: Path, count: int, workers: int, has_databases: bool) -> None:
        self.network, self.folder = network, folder
        self.lines: list[str] = []
        self._names, self._version, self._asks_s = agents.names(count), 1, 0.0
        self._ingest = "ingest"
        self._listens_s: float | None = None
        self.facility_file = folder / "facility.toml"
        self.facility_file.write_text(agents.facility(self._names, 1))
        self.cluster_file = folder / "cluster.toml"
        self.cluster_file.write_text(_text(network, workers, has_databases))
        self.file: ClusterFile = cluster_file.read(self.cluster_file)
        self.state = StateFolder(folder / CENTRE)
        facilities = read_facilities([self.facility_file])
        made = shared.prepare(self.state.folder, self.file, facilities.values())
        self._logs = {name: (folder / f"{name}.log").open("wb") for name in network.machines}
        self.machines: dict[str, Process] = {}
        self._shared = made.folder
        for name in network.machines:
            self.copy_shared(name)
        self.site = ClusterSite(self.state, facilities, self.file)
        self.site.prepare()
        self.supervisor = Supervisor(self.site.parts(), self._tell)
        self.agents = [self._agent(name) for name in self._names]

    def _tell(self, part: str, line: str) -> None:
        self.lines.append(f"{time.time():.1f} {part} {line}")

    def _agent(self, name: str) -> SendingAgent:
        user = topics.user_of_agent(FACILITY, name)
        first, *others = self.network.machines.values()
        secret, authority = self.state.secret_file(f"mqtt/{user}"), self.site.shared.authority
        line = Endpoint(first, self.file.broker.mqtt_port, user, secret, authority, further_hosts=tuple(others))
        return SendingAgent(name, line, self.folder / f"agent-{name}", self.facility_file)

    def start(self) -> None:
        """Start machines and centre, and wait until all of it works."""
        for name in self.network.machines:
            self.switch_on(name)
        self.until(self.has_tables, "the database takes writes and has its tables")
        self.supervisor.start()
        self.until(self.is_whole, "the brokers hold every queue")

    def send(self) -> None:
        """Start the agents, and wait until each gets acks."""
        for one in self.agents:
            one.start()
        self.until(lambda: all(one.sent and one.unacked < 5 for one in self.agents), "each agent gets acks")

    def copy_shared(self, name: str) -> None:
        """Give a machine that is empty the folder that all share."""
        (self.folder / name).mkdir(mode=0o711)
        shutil.copytree(self._shared, self.folder / name / shared.FOLDER)

    def switch_on(self, name: str) -> None:
        """Start what belongs to a machine."""
        self.machines[name] = Process(self._up(name), self._logs[name])

    def switch_off(self, name: str) -> None:
        """kill -9 of all that runs on a machine at once, as a power cut does."""
        self.machines[name].kill()

    def command(self, machine: str, line: str, instead: Mapping[str, str]) -> Command:
        """Return a command of a page for a machine; `instead`: words of the page, and what stands for them here."""
        here = {
            "tailwatch": f"{sys.executable} -m tailwatch",
            "cluster.toml": str(self.cluster_file),
            "vale.toml": str(self.facility_file),
            **instead,
        }
        words = " ".join(here.get(word, word) for word in line.split("#")[0].split()).split()
        inside = () if machine == CENTRE else tuple(self.network.inside(machine))
        return Command(line, (*inside, *words, "--state", str(self.folder / machine)), stop_within_s=60.0)

    def do(self, machine: str, line: str, instead: Mapping[str, str]) -> None:
        """Do a command of a page on a machine; raise CommandFailed."""
        done = completed(self.command(machine, line, instead), WITHIN_S)
        if done.returncode != 0:
            raise CommandFailed(f"{line} on {machine}: {done.stdout}{done.stderr}")

    def _up(self, name: str) -> Command:
        words = ["up", str(self.facility_file), "--cluster", str(self.cluster_file), "--state", str(self.folder / name)]
        argv = (*self.network.inside(name), sys.executable, "-m", "tailwatch", *words)
        return Command(f"machine-{name}", argv, stop_within_s=60.0)

    def end(self) -> None:
        """End everything."""
        for agent in self.agents:
            agent.stop()
        self.end_cluster()
        for log in self._logs.values():
            log.close()

    def end_cluster(self) -> None:
        """End all but the agents, which hold what they have."""
        self.supervisor.end()
        self.supervisor = Supervisor((), self._tell)
        for name, process in self.machines.items():
            self.network.join(name)
            self.thaw(name)
            process.ask_to_stop()
        for process in self.machines.values():
            process.stop()
        self.state.close()

    def until(self, condition: Callable[[], object], what: str, within_s: float = WITHIN_S) -> None:
        """Wait until `condition`, restarting parts that died meanwhile; raise NotWithin."""
        deadline_s = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline_s:
                agents_said = [f"{one.agent}: {line}" for one in self.agents for line in one.lines[-4:]]
                said = "\n".join([*self.lines[-LAST_LINES:], *agents_said])
                raise NotWithin(f"not within {within_s:.0f} s: {what}\n{said}")
            self.supervisor.poll()
            time.sleep(POLL_S)

    def broker_process(self, name: str) -> int | None:
        """The process of a machine's broker; None while there is none."""
        found = (pid for pid in descendants(self.machines[name].pid) if _name_of(pid) == BEAM)
        return next(found, None)

    def kill(self, name: str) -> None:
        """kill -9 of a broker; its machine starts it again."""
        if (pid := self.broker_process(name)) is not None:
            os.kill(pid, signal.SIGKILL)

    def freeze(self, name: str) -> None:
        """Stop a broker in the middle of whatever it does; the system goes on answering for it."""
        if (pid := self.broker_process(name)) is not None:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        if (pid := self.broker_process(name)) is not None:
            os.kill(pid, signal.SIGCONT)

    def worker_processes(self) -> list[int]:
        """The processes of all ingest workers."""
        numbers = range(1, self.file.ingest.workers + 1)
        watched = (self.supervisor.watched[f"ingest-{CENTRE}-{number}"] for number in numbers)
        first = [one.process.pid for one in watched if one.process is not None]
        return [*first, *(pid for one in first for pid in descendants(one))]

    def kill_worker(self, number: int) -> None:
        """kill -9 of an ingest worker; the centre starts it again."""
        watched = self.supervisor.watched[f"ingest-{CENTRE}-{number + 1}"]
        if watched.process is not None:
            watched.process.kill()
        self.supervisor.poll()
        watched.wait_s, watched.due_s = FIRST_WAIT_S, 0.0

    def run_ingest(self, module: str) -> None:
        """Have this module run as ingest from now on: each worker is killed and comes back as that."""
        before, self._ingest = self._ingest, module
        for watched in self.supervisor.watched.values():
            if watched.part.name.startswith("ingest-"):
                part, command = watched.part, watched.part.command
                argv = tuple(module if word == before else word for word in command.argv)
                watched.part = replace(part, command=replace(command, argv=argv))
        self.kill_workers()

    def kill_workers(self) -> None:
        """kill -9 of every ingest worker; the centre starts them again."""
        for number in range(self.file.ingest.workers):
            self.kill_worker(number)

    @contextmanager
    def stores_nothing(self) -> Iterator[None]:
        """A database that takes no reading for the block, and never those of who waited for it meanwhile."""
        with self.connect(ADMIN) as connection:
            connection.execute(HOLD)
            yield
            connection.execute(END_WAITING)

    def is_whole(self) -> bool:
        """Whether every queue is held by all brokers, and taken from by all workers; asked again after a while only."""
        if time.monotonic() < self._asks_s:
            return False
        machine = self.file.of_role("broker")[0]
        peers = [Peer(one.address) for one in self.file.of_role("broker")]
        broker = RabbitMQ(self.folder / machine.name / f"rabbitmq-{machine.name}", machine, peers, self.file.broker)
        if not (broker.is_ready() and self.has_tables()):
            return False
        try:
            found = control.standing_of(broker, self.file)
        except BrokerRefuses:
            return False
        finally:
            self._asks_s = time.monotonic() + ASK_EVERY_S
        workers = self.file.ingest.workers
        return found.is_well and all(one.consumers == workers for one in found.queues)

    def is_back(self) -> bool:
        """Whether every broker has joined the others again, and listens, for STEADY_S in a row."""
        doors = (self.file.broker.mqtt_port, self.file.broker.amqp_port)
        brokers = self.file.of_role("broker")
        now_s = time.monotonic()
        if not all(is_listening(door, one.address) for one in brokers for door in doors):
            self._listens_s = None
        elif self._listens_s is None:
            self._listens_s = now_s
        return self._listens_s is not None and now_s - self._listens_s > STEADY_S

    def has_tables(self) -> bool:
        """Whether three databases have tables, two followers and a named standby; one has all of it from its start."""
        if self.site.databases is None:
            return True
        try:
            with self.connect(ADMIN) as connection:
                ((is_filled, followers, standby),) = connection.execute(WHOLE).fetchall()
        except psycopg.Error:
            return False
        return bool(is_filled) and followers == len(self.network.machines) - 1 and standby not in ("", "*")

    def connect(self, role: str) -> psycopg.Connection:
        """Connect to the database, to the primary of three."""
        if self.site.databases is None:
            return psycopg.connect(self.site.database.conninfo(role))
        return psycopg.connect(reach(self.site.databases.conninfo(role, self.site.shared.authority), "bench"))

    def configure(self) -> str:
        """Give the centre another facility file; return its hash."""
        self._version += 1
        text = agents.facility(self._names, self._version)
        parsed = parse(text)
        with self.connect(OWNER) as connection:
            stored_facility.register(connection, parsed, text)
        return parsed.version_hash

    def settle(self) -> None:
        """Send nothing more, and wait until the centre has acknowledged all.

        An agent that takes in readings just now does not count them as unacked yet: each goes a turn without any first.
        """
        for one in self.agents:
            one.sends = one.is_quiet = False
        self.until(lambda: all(one.is_quiet for one in self.agents), "everything is acknowledged")

    def resume(self) -> None:
        """Send again."""
        for one in self.agents:
            one.sends = True

    def count(self) -> tuple[int, int, int]:
        """Return how many readings were sent, how many of them are not stored as sent, and how many are there twice.

        Twice is also what was not sent, and what is in quarantine.
        """
        sent = {(f"{FACILITY}:{one.name}", one.time_ms): one.value for agent in self.agents for one in agent.sent}
        with self.connect(ADMIN) as connection:
            rows: list[Any] = connection.execute(STORED).fetchall()
            ((quarantined,),) = connection.execute(QUARANTINED).fetchall()
        stored = {(name, time_ms): value for name, time_ms, value in rows}
        lost = sum(stored.get(key) != value for key, value in sent.items())
        return len(sent), lost, len(rows) - len(stored) + len(stored.keys() - sent.keys()) + quarantined


@contextmanager
def trial(
    network: Network, folder: Path, *, count: int = 4, workers: int = 2, has_databases: bool = False, sends: bool = True
) -> Iterator[Trial]:
    """A running cluster for the block; `has_databases`: each machine with a broker has a database, too.

    sends: whether its agents do, from the start.
    """
    made = Trial(network, folder, count, workers, has_databases)
    try:
        made.start()
        if sends:
            made.send()
        yield made
    finally:
        made.end()


@contextmanager
def running(brokers: Sequence[str] = BROKERS, **how: Any) -> Iterator[Trial]:
    """A running cluster on a network and in a folder of its own, which the user of its brokers reaches.

    how: as `trial` has it. Raises NoNamespaces.
    """
    with tempfile.TemporaryDirectory(prefix="tailwatch-cluster-") as name:
        Path(name).chmod(0o711)
        with network(brokers) as made, trial(made, Path(name), **how) as cluster:
            yield cluster


def _text(network: Network, workers: int, has_databases: bool) -> str:
    there, here = ('"broker", "database"', '"ingest"') if has_databases else ('"broker"', '"database", "ingest"')
    machines = [FILE.format(name=name, address=address, roles=there) for name, address in network.machines.items()]
    machines.append(FILE.format(name=CENTRE, address=network.address, roles=here))
    return "".join(machines) + TABLES.format(workers=workers)


def _name_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""
