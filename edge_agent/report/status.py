"""What the agent says of itself, to the centre and to a technician beside it: online or offline, links, backlog,
configuration with its version and what was refused, alarms, quarantine, what flows through, and the data budget."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from edge_agent.alarm import memory
from edge_agent.alarm.memory import AlarmRow
from edge_agent.buffer.buffer import Buffer
from edge_agent.buffer.refusal import Refusal
from edge_agent.clock.gateway_clock import ClockVerdict
from edge_agent.config.configuration import RefusedFile
from edge_agent.config.node_status import NodeStatus
from edge_agent.forward.budget import Spent
from edge_agent.forward.held_batch import HeldBatch
from edge_agent.report import metrics
from edge_agent.report.throughput import DeliveryTotals
from runtime.held_back import Note
from runtime.link_state import LinkState
from runtime.release import release
from tailings import tarp
from tailings.facility import Facility, Plan
from wire.protocol import PROTOCOL

STATE_FILE: Final = "state.json"
OWN_STATUS: Final = Path("/proc/self/status")
METRICS_FILE: Final = "metrics.prom"
BYTES_PER_KIB: Final = 1024
WRITE_EVERY_S: Final = 5.0


class CentreSaid(msgspec.Struct, frozen=True):
    """Whether the centre has been silent for longer than `after_s`; when it answered last [Unix ms; None: never].

    `understands`: its oldest and newest protocol, as it answered to the hello; None: it has not. `holds`: the batch
    that it does not take, because what it refuses of it finds no room in its quarantine.
    """

    is_silent: bool = False
    answered_ms: int | None = None
    after_s: float | None = None
    understands: tuple[int, int] | None = None
    release: str = ""
    holds: HeldBatch | None = None


class Now(msgspec.Struct, frozen=True):
    """What only the running agent knows: its links, the budget (None: there is none), what flows through, the nodes
    that are not well, how its clock and the centre are, the protocol it speaks, and whose messages it holds back."""

    links: Mapping[str, LinkState]
    flow: DeliveryTotals
    refused: RefusedFile | None = None
    budget: Spent | None = None
    nodes: Mapping[str, NodeStatus] = {}
    clock: ClockVerdict = ClockVerdict()
    centre: CentreSaid = CentreSaid()
    protocol: int = PROTOCOL
    held_back: Mapping[str, Note] = {}
    refusal: Refusal | None = None
    """Why the buffer takes nothing in."""


def document(facility: Facility, buffer: Buffer, now_ms: int, now: Now) -> bytes:
    """The state document, JSON, retained at the broker; `at_ms` is the gateway's own clock, right or wrong.

    All other times in it, but those of links, are by the time that the agent goes by.
    """
    alarms = [row for row in buffer.alarms() if row.plan in facility.tarp]
    counts: dict[str, dict[str, int]] = {}
    for (node, reason), items in buffer.quarantine_counts().items():
        counts.setdefault(node, {})[reason] = items
    return msgspec.json.encode(
        {
            "state": "online",
            "at_ms": now_ms,
            "protocol": now.protocol,
            "release": release(),
            "configuration": {"version": facility.version, "hash": facility.version_hash, "refused": now.refused},
            "clock": now.clock,
            "centre": now.centre,
            "links": now.links,
            "flow": now.flow,
            "budget": now.budget,
            "peak_memory_bytes": _peak_memory_bytes(),
            "alarms": {row.plan: _alarm(row, facility.tarp[row.plan], facility, now_ms) for row in alarms},
            "epoch": buffer.epoch,
            "backlog": {
                "batches": buffer.next_seq - buffer.oldest_unacked,
                "bytes": buffer.bytes,
                "limit": buffer.limit_bytes,
                "oldest_ms": buffer.oldest_ms(),
            },
            "takes_nothing": now.refusal,
            "restored_ms": buffer.restored_ms or None,
            "nodes": now.nodes,
            "held_back": now.held_back,
            "quarantine": counts,
            "not_received": buffer.not_received(),
            "forgotten_files": buffer.forgotten_files(),
        }
    )


def _alarm(row: AlarmRow, plan: Plan, facility: Facility, now_ms: int) -> dict[str, Any]:
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    known = memory.decode(row.memory, plan)
    standing = tarp.standing(plan, known.memory, facility, now_ms)
    return {
        "level": row.level,
        "since_ms": row.since_ms,
        "approval": tarp.state_of(plan, day),
        "approval_ended_on": tarp.ended_on(plan, day),
        "approved_by": plan.approved_by,
        "signal": known.level,
        "believed": standing.believed,
        "sight": standing.sight,
        "doubt": known.doubt,
        "released": known.released,
        "learned": known.learned,
    }


def _peak_memory_bytes() -> int:
    """The peak of resident memory since the start. (`getrusage` would tell that of the program that started this one.)

    Source: Linux, proc(5), VmHWM in /proc/self/status, in KiB.
    """
    line = next(line for line in OWN_STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * BYTES_PER_KIB


class StateFiles:
    """The state document and the metrics beside the buffer, for whoever is at the gateway while the link is down."""

    def __init__(self, folder: Path, describe: Callable[[], bytes], facility: str, agent: str) -> None:
        self._folder, self._describe = folder, describe
        self._facility, self._agent = facility, agent
        self._next_s = 0.0

    def refresh(self) -> None:
        """Write them anew every few seconds; a disk that refuses is told by the store, and this is no data."""
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + WRITE_EVERY_S
            said = self._describe()
            _replace(self._folder / STATE_FILE, said)
            shown = metrics.text(msgspec.json.decode(said), self._facility, self._agent)
            _replace(self._folder / METRICS_FILE, shown.encode())


def _replace(file: Path, content: bytes) -> None:
    draft = file.with_suffix(".new")
    with suppress(OSError):
        draft.write_bytes(content)
        os.replace(draft, file)
