"""The sheet for a technician at the gateway: what the agent has of each instrument, and how it stands itself.

Read from the state folder alone, without a word to the running agent: its database opened read-only, and the state
document that it writes beside it. So it also works while the agent is down.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from edge_agent.alarm.alarm import LEVEL
from edge_agent.alarm.memory import AlarmRow
from edge_agent.buffer.buffer import LatestRow
from edge_agent.buffer.refusal import Refusal
from edge_agent.buffer.sqlite_file import SCHEMA_VERSION
from edge_agent.buffer.store import BUFFER_FILE
from edge_agent.clock.gateway_clock import ClockVerdict
from edge_agent.config import site
from edge_agent.config.configuration import RefusedFile
from edge_agent.config.settings import Settings
from edge_agent.forward.budget import Spent
from edge_agent.report.status import STATE_FILE, CentreSaid
from edge_agent.report.throughput import DeliveryTotals
from runtime.held_back import Note
from runtime.link_state import LinkState
from runtime.log import Log
from runtime.settings import BadSettings
from tailings.assess import freshness
from tailings.facility import Datastream, Facility
from wire.protocol import PROTOCOL

RUNNING_MS: Final = 20_000  # the document is written every 5 s
MS_PER_S: Final = 1000


class Backlog(msgspec.Struct, frozen=True):
    """What the centre has not acknowledged, against what the buffer may hold, in bytes."""

    batches: int
    bytes: int
    limit_bytes: int
    oldest_ms: int | None


class DatastreamReport(msgspec.Struct, frozen=True):
    """One datastream with its newest value, None when there was never one."""

    datastream: Datastream
    latest: LatestRow | None


class Silent(msgspec.Struct, frozen=True):
    """A node that has said nothing for too long; `last_ms` None: never."""

    node: str
    name: str
    expected_s: float
    last_ms: int | None


class ReportedState(msgspec.Struct, frozen=True):
    """What is read of the state document."""

    at_ms: int = 0
    links: dict[str, LinkState] = {}
    refused: RefusedFile | None = None
    flow: DeliveryTotals | None = None
    budget: Spent | None = None
    clock: ClockVerdict = ClockVerdict()
    centre: CentreSaid = CentreSaid()
    protocol: int = PROTOCOL
    held_back: dict[str, Note] = {}
    takes_nothing: Refusal | None = None
    restored_ms: int | None = None


class StatusReport(msgspec.Struct, frozen=True):
    """All of it; times are Unix ms, `alarms` as they are stored, of the plans of this facility."""

    agent: str
    facility: Facility
    is_from_centre: bool
    at_ms: int
    said: ReportedState
    backlog: Backlog
    rows: tuple[DatastreamReport, ...]
    silent: tuple[Silent, ...]
    alarms: tuple[AlarmRow, ...]

    @property
    def true_ms(self) -> int:
        """The time that the agent goes by, Unix ms."""
        return self.said.clock.true_ms(self.at_ms)

    @property
    def is_running(self) -> bool:
        """Whether the agent has given a sign of life within the last seconds."""
        return self.at_ms - self.said.at_ms < RUNNING_MS


def read_sheet(settings: Settings, now_ms: int, log: Log) -> StatusReport:
    """The sheet of one agent; raises BadSettings when there is nothing to read, or BadFacility."""
    facility = site.facility_in_force(settings, log)
    with closing(_open(settings.state_dir / BUFFER_FILE)) as db:
        latest = {row[0]: LatestRow(*row) for row in db.execute("SELECT * FROM latest")}
        backlog = _backlog(db, settings)
        alarms = [AlarmRow(*row) for row in db.execute("SELECT plan, level, since_ms, memory FROM alarm ORDER BY plan")]
    nodes, said = facility.agents[settings.agent].nodes, _said(settings.state_dir / STATE_FILE)
    rows = tuple(
        DatastreamReport(one, latest.get(name)) for name, one in facility.datastreams.items() if one.node in nodes
    )
    return StatusReport(
        settings.agent,
        facility,
        site.kept_file(settings).exists(),
        now_ms,
        said,
        backlog=backlog,
        rows=rows,
        silent=tuple(_silent(facility, nodes, rows, said.clock.true_ms(now_ms))),
        alarms=tuple(row for row in alarms if row.plan in facility.tarp),
    )


def _open(file: Path) -> sqlite3.Connection:
    """Without -wal nobody writes, and SQLite cannot make the files that it wants beside a database in WAL mode."""
    if not file.exists():
        raise BadSettings(file, "no agent has worked here yet; start it, or look whether this is its state_dir")
    mode = "mode=ro" if file.with_name(file.name + "-wal").exists() else "mode=ro&immutable=1"
    db = sqlite3.connect(f"file:{quote(str(file))}?{mode}", uri=True)
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        db.close()
        raise BadSettings(file, f"the agent that wrote it is another version ({version}, here {SCHEMA_VERSION})")
    return db


def _backlog(db: sqlite3.Connection, settings: Settings) -> Backlog:
    batches, size = db.execute("SELECT count(*), coalesce(sum(bytes), 0) FROM outbox").fetchone()
    oldest = db.execute("SELECT min(at_ms) FROM outbox WHERE at_ms > 0").fetchone()[0]
    return Backlog(batches, size, settings.max_buffer_mb * 1_000_000, oldest)


def _said(file: Path) -> ReportedState:
    try:
        plain: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    except FileNotFoundError:
        return ReportedState()
    refused = plain.get("configuration", {}).get("refused")
    return msgspec.convert({**plain, "refused": refused}, ReportedState)


def _silent(
    facility: Facility, nodes: tuple[str, ...], rows: tuple[DatastreamReport, ...], now_ms: int
) -> Iterator[Silent]:
    for node in nodes:
        times = [
            row.latest.time_ms
            for row in rows
            if row.latest and row.datastream.node == node and row.datastream.quantity != LEVEL
        ]
        expected_s, last_ms = facility.nodes[node].expected_interval_s, max(times, default=None)
        if last_ms is None or freshness.is_stale((now_ms - last_ms) / MS_PER_S, expected_s):
            yield Silent(node, facility.nodes[node].name or "", expected_s, last_ms)
