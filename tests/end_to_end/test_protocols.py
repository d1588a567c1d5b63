"""Releases that speak different protocols on one chain: nothing of a later one is lost, and both sides say why."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codec import batch
from codec.batch import Batch, BatchObservation
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.buffer.store import BUFFER_FILE
from edge_agent.config import approvals, site
from edge_agent.config.settings import load
from edge_agent.report.status_report import read_sheet
from edge_agent.report.status_report_text import sheet_text
from ingest import database as centre_database
from ingest.alarms import plans
from runtime.release import release
from tailings import tarp
from tests.edge_agent.world import FACILITY_FILE, PASSWORD, Client, World, pack_bytes, wait_until
from tests.end_to_end.later_ingest import LABEL, PROTOCOL
from tests.ingest.batches import message, pack, reading
from tests.ingest.site import Site
from tests.servers import Database, TestDatabase
from tests.tailings.tarp.plans import OVERTOPPING
from wire import topics

ROOT = Path(__file__).parents[2]
RELEASE_0_1 = "6da4b04d31f03bbb790656606f1b0adf96382757"
CODE_0_1 = ("wire", "codec", "runtime", "tailings", "edge_agent")
PACKS = 20
ROLE = "Engineer of Record"
UNAPPROVED = OVERTOPPING.replace(f'approved_by = "{ROLE}"\napproved_on = 2024-07-01\n', "")
T0_S = 1_764_000_000
BATCHES, VALUES = 12, 51
FREQUENCY = "n02:vw1.frequency"
STORED = """
SELECT extract(epoch FROM phenomenon_time)::bigint, result FROM observation
JOIN datastream ON id = datastream_id WHERE name = %s ORDER BY phenomenon_time"""
SPOKEN = "SELECT agent_id, document->>'protocol', document->>'release' FROM agent_state ORDER BY agent_id"
LEDGER = "SELECT sent, stored, quarantined, lost, pending FROM ledger_epoch WHERE sender = %s"
SETTINGS = """
facility_file = "{facility}"
agent = "{agent}"
state_dir = "state"
resend_after_s = {resend_after_s}
wait_for_time_s = 0
[site_broker]
host = "127.0.0.1"
port = {port}
user = "vale/_edge/{agent}"
password_file = "password"
[uplink]
host = "127.0.0.1"
port = {port}
user = "vale/_edge/{agent}"
password_file = "password"
"""


class Chain:
    """A broker, a database, and a centre that a test starts; two gateways may be there, gw2 with node n07."""

    def __init__(self, folder: Path, cluster: Database, name: str, more: str = "") -> None:
        self.folder = folder
        self.text = (
            FACILITY_FILE.read_text()
            .replace(', "n07"', "")
            .replace("# --- n01:", '[agents.gw2]\nnodes = ["n07"]\n\n# --- n01:', 1)
            + more
        )
        self.file = folder / "vale.toml"
        self.file.write_text(self.text)
        self.world = World(folder / "world", self.file)
        (folder / "centre").mkdir()
        self.centre = Site(folder / "centre", cluster, name, self.world.broker, self.file)

    def close(self) -> None:
        self.centre.close()

    def waiting(self, state: Path) -> int:
        """How many batches a gateway holds."""
        with closing(sqlite3.connect(state / BUFFER_FILE)) as buffer:
            return int(buffer.execute("SELECT next_seq - kept FROM agent").fetchone()[0])

    @contextmanager
    def gateway(self, agent: str, code: Path = ROOT, resend_after_s: float = 1.0) -> Iterator[Path]:
        """An agent in a process of its own, with the code of `code`; gives its state folder."""
        folder = self.folder / agent
        folder.mkdir(exist_ok=True)
        (folder / "password").write_text(PASSWORD)
        os.chmod(folder / "password", 0o600)
        settings = folder / "settings.toml"
        text = SETTINGS.format(
            facility=self.file, agent=agent, port=self.world.broker.port, resend_after_s=resend_after_s
        )
        settings.write_text(text)
        with (folder / "agent.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "edge_agent", str(settings)],
                stderr=log,
                cwd=code,
                env={**os.environ, "PYTHONPATH": str(code)},
            )
        try:
            wait_until(lambda: (folder / "agent.log").read_text().count(" connected ") >= 2, "both links")
            yield folder / "state"
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def chain(cluster: Database, database: TestDatabase, reachable_folder: Path) -> Iterator[Chain]:
    opened = Chain(reachable_folder, cluster, database.name)
    yield opened
    opened.close()


def later_batches(first: int) -> list[bytes]:
    """Bodies of a later release: each observation has one more label."""
    bodies = []
    for number in range(BATCHES):
        rows = [
            BatchObservation(
                FREQUENCY,
                (T0_S + 60 * (number * VALUES + place)) * 1000,
                2800.0 + place,
                2,
                tests=None,
                cfg=None,
                unit=None,
                missing=None,
            )
            for place in range(VALUES)
        ]
        body = batch.encode(Batch("vale", "gw1", "00000000", 0, 0, observations=rows))
        bodies.append(body.replace(b'"q":2}', b'"q":2' + LABEL + b"}"))
    return bodies


def fill(state: Path, bodies: list[bytes]) -> str:
    """Put batches into a gateway's buffer; gives its epoch."""
    state.mkdir(parents=True, exist_ok=True)
    with closing(Buffer(state / BUFFER_FILE, 1_000_000)) as buffer:
        buffer.commit(GroupCommit(batches=tuple(bodies), at_ms=T0_S * 1000))
        return buffer.epoch


def test_what_a_later_release_sends_waits_until_the_centre_is_upgraded(chain: Chain) -> None:
    """612 values with a label of protocol 3: none is acknowledged, freed or stored in any way, both sides say why, and
    another gateway goes on; the centre of the later release then gets each of them, once."""
    centre, world = chain.centre, chain.world
    fill(world.settings.state_dir, later_batches(0))
    first = centre.start()
    other = centre.agent("gw2")
    with world.agent(protocol=PROTOCOL):
        wait_until(lambda: world.said("WARNING resending") >= 2, "it is sent again and again")
        wait_until(lambda: world.said("ERROR centre-does-not-understand"), "the gateway knows why")
        other.send(message(0, [reading(T0_S)], agent="gw2"))
        other.wait_for_ack(0)
        wait_until(
            lambda: b'"understands":[1,2]' in (world.settings.state_dir / "state.json").read_bytes(), "its state"
        )
        sheet = sheet_text(read_sheet(world.settings, time.time_ns() // 1_000_000, world.log))

        assert centre.query(STORED, f"vale:{FREQUENCY}") == []
        assert centre.query("SELECT count(*) FROM quarantine") == [(0,)]
        assert centre.query(LEDGER, "_edge/gw1") == []
        assert chain.waiting(world.settings.state_dir) == BATCHES
        said = "agent vale/gw1 speaks protocol 3, this release understands 1 to 2: upgrade the centre"
        assert centre.log("ingest-1").count(said) == 1
        assert (
            "the centre understands protocol 1 to 2, this agent speaks 3: nothing is freed until the centre is upgraded"
        ) in sheet

        first.terminate()
        first.wait(60)
        centre.start(module="tests.end_to_end.later_ingest")
        wait_until(lambda: chain.waiting(world.settings.state_dir) == 0, "all is acknowledged")
    other.close()

    wanted = [(T0_S + 60 * at, 2800.0 + at % VALUES) for at in range(BATCHES * VALUES)]
    assert centre.query(STORED, f"vale:{FREQUENCY}") == wanted
    assert centre.query(LEDGER, "_edge/gw1") == [(BATCHES, BATCHES, 0, 0, 0)]
    assert centre.query("SELECT count(*) FROM quarantine") == [(0,)]


@pytest.fixture
def release_0_1(tmp_path: Path) -> Path | None:
    """The programs of release 0.1, whose heads state no protocol, from the project's history; None where it is cut."""
    made = subprocess.run(["git", "archive", RELEASE_0_1, *CODE_0_1], cwd=ROOT, capture_output=True)
    if made.returncode:
        return None
    subprocess.run(["tar", "x", "-C", str(tmp_path)], input=made.stdout, check=True)
    assert not (tmp_path / "wire" / "protocol.py").exists()
    return tmp_path


@contextmanager
def older_gateway(chain: Chain, code: Path | None, start_s: int) -> Iterator[None]:
    """gw2 as release 0.1: its own programs, or, where there are none, batches and a state as it wrote them."""
    if code is not None:
        with chain.gateway("gw2", code):
            yield
        return
    agent = chain.centre.agent("gw2")
    agent.tell_state(b'{"state":"online","at_ms":%d}' % (start_s * 1000))
    for seq in range(PACKS):
        rows = [reading(start_s + seq, 2800.0 + seq, "n07:vw1.frequency")]
        sent = message(seq, rows, [pack(seq, at_s=start_s + seq)], agent="gw2")
        agent.send(sent.replace(b',"p":2}', b"}", 1))
    yield
    agent.close()


def test_a_gateway_of_release_0_1_stands_beside_one_of_this_release(chain: Chain, release_0_1: Path | None) -> None:
    """Each brings the packs of its node to one centre: nothing is lost or refused, and each says what it speaks."""
    centre, start_s = chain.centre, int(time.time()) - 600
    centre.start()
    with chain.gateway("gw1"), older_gateway(chain, release_0_1, start_s):
        nodes = [(name, chain.world.node(name)) for name in ("n02", "n07")]
        for seq in range(PACKS):
            for name, client in nodes:
                readings: dict[str, float | str] = {"vw1.frequency": 2800.0 + seq}
                packed = pack_bytes(seq, readings, name, time_s=start_s + seq)
                client.publish(topics.obs("vale", name), packed)
        for name, client in nodes:
            wait_until(lambda: len(centre.query(STORED, f"vale:{name}:vw1.frequency")) == PACKS, name)  # noqa: B023
            client.close()
        wait_until(lambda: len(centre.query(SPOKEN)) == 2, "both told their state")

    assert centre.query(LEDGER, "n02") == centre.query(LEDGER, "n07") == [(PACKS, PACKS, 0, 0, 0)]
    assert centre.query("SELECT count(*) FROM quarantine") == [(0,)]
    assert centre.query(SPOKEN) == [("gw1", "2", release()), ("gw2", None, None)]
    assert "agent=gw1 protocol=2" in centre.log("ingest-1")


def test_nothing_rests_on_what_the_broker_retains(chain: Chain) -> None:
    """The broker comes back empty, and what the centre then retains is taken away too: a gateway that connects gets
    its ack, the newer facility file and the approvals all the same."""
    centre, broker, state = chain.centre, chain.world.broker, chain.folder / "gw1" / "state"
    rows = [reading(T0_S + at, name=FREQUENCY) for at in range(9)]
    body = batch.encode(Batch("vale", "gw1", "00000000", 0, 0, observations=rows))
    epoch = fill(state, [body])
    centre.facility = chain.folder / "newer.toml"
    centre.facility.write_text(chain.text.replace("version = 1\n", "version = 2\n", 1) + UNAPPROVED)
    centre.start()
    sender = centre.agent("gw1")
    sender.send(batch.put_head(body, "vale", "gw1", epoch, 0, oldest_unacked=0))
    sender.wait_for_ack(0)
    sender.close()
    with centre_database.connect(centre.database.conninfo("tailwatch_ingest", centre.name)) as connection:
        _, plan = plans.stored(connection, "vale", "overtopping")
        approval = plans.Approval("overtopping", tarp.digest(plan), ROLE, "user:1", "reviewed", valid_to=None)
        plans.approve(connection, "vale", approval, datetime.now(UTC))
    broker.stop()
    shutil.rmtree(broker.folder / "data")
    broker.prepare(broker.users, chain.world.rights)
    broker.run()
    retained = [topic("vale", "gw1") for topic in (topics.agent_ack, topics.agent_config, topics.agent_approvals)]
    listener, eraser = Client(broker.port, "vale/_edge/gw1"), Client(broker.port, topics.CENTRE_USER)
    listener.subscribe(*retained)
    wait_until(lambda: all(map(listener.on, retained)), "ingest is back and has retained all anew")
    for topic in retained:
        eraser.publish(topic, b"", retain=True)
    listener.close()
    eraser.close()

    with chain.gateway("gw1", resend_after_s=600):
        wait_until(lambda: chain.waiting(state) == 0, "the buffer is free")
        kept = state / site.KEPT_FILE, state / approvals.KEPT_FILE
        wait_until(lambda: all(file.exists() for file in kept), "file and approvals")

    settings = load(chain.folder / "gw1" / "settings.toml")
    in_force = site.facility_in_force(settings, chain.world.log)
    assert in_force.version == 2 and kept[0].read_text() == centre.facility.read_text()
    assert tarp.state_of(in_force.tarp["overtopping"], datetime.now(UTC).date()) == "in-force"
