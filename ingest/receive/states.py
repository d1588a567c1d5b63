"""States: what each edge agent says of itself (online, backlog, configuration in force or refused), its newest word.

The document is retained at the broker and said again each minute, so nothing is lost with one that cannot be read:
it is told once and the next one counts.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final, Literal

import msgspec
from psycopg.types.json import Jsonb

from codec import json_document
from ingest.values import Connection
from runtime.log import log_of
from wire import BadPack, limits, topics

tell = log_of(__name__)

MAX_BYTES: Final = 262_144
MAX_DEPTH: Final = 16
"""Of lists and objects within each other: an agent's document has five, PostgreSQL's stack ends at some thousand."""
MAX_AGENTS: Final = 10_000
MS_PER_S: Final = 1000
WRITE: Final = """
INSERT INTO agent_state AS known (facility_id, agent_id, is_online, reported_at, batches, bytes, limit_bytes, oldest_at,
    cfg, cfg_hash, refused_hash, refused_reason, clock_ahead_s, document)
VALUES (%s, %s, true, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (facility_id, agent_id) DO UPDATE SET is_online = true, received_at = clock_timestamp(),
    reported_at = excluded.reported_at, batches = excluded.batches, bytes = excluded.bytes,
    limit_bytes = excluded.limit_bytes, oldest_at = excluded.oldest_at, cfg = excluded.cfg,
    cfg_hash = excluded.cfg_hash,
    refused_hash = excluded.refused_hash, refused_reason = excluded.refused_reason, document = excluded.document,
    clock_ahead_s = coalesce(excluded.clock_ahead_s, known.clock_ahead_s)
WHERE NOT known.is_online OR known.reported_at IS DISTINCT FROM excluded.reported_at"""
WRITE_OFFLINE: Final = """
INSERT INTO agent_state AS known (facility_id, agent_id, is_online) VALUES (%s, %s, false)
ON CONFLICT (facility_id, agent_id) DO UPDATE SET is_online = false, received_at = clock_timestamp()
WHERE known.is_online"""

Count = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_COUNT)]
TimeMs = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_ABSOLUTE_TIME_S * MS_PER_S)]
Text = Annotated[str, msgspec.Meta(max_length=2000, pattern="^[^\\x00]*$")]


class Backlog(msgspec.Struct, frozen=True):
    """What an agent holds that is not acknowledged."""

    batches: Count
    bytes: Count
    limit: Count
    oldest_ms: TimeMs | None = None


class NotTaken(msgspec.Struct, frozen=True):
    """A facility file that an agent did not take."""

    hash: Text
    why: Text


class FacilityFile(msgspec.Struct, frozen=True):
    """The facility file that an agent works by."""

    version: Count
    hash: Text
    refused: NotTaken | None = None


class AgentState(msgspec.Struct, frozen=True):
    """The part of an agent's document that the centre judges; the rest is kept as it came."""

    state: Literal["online", "offline"]
    at_ms: TimeMs | None = None
    backlog: Backlog | None = None
    configuration: FacilityFile | None = None


Key = tuple[str, str]
"""Facility and agent."""


class AgentStatement(msgspec.Struct, frozen=True):
    """What the centre judges, the whole document, and when it was said, by the centre's clock [Unix s], if known."""

    state: AgentState
    said: dict[str, Any]
    heard_s: float | None

    @property
    def clock_ahead_s(self) -> float | None:
        """How far the gateway's clock is ahead of the centre's."""
        if self.heard_s is None or self.state.at_ms is None:
            return None
        return self.state.at_ms / MS_PER_S - self.heard_s


class States:
    """The newest unwritten word of each agent. `heard` is called by the network thread, `write` by the scheduler."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Key, AgentStatement] = {}
        self._told: set[str] = set()

    def heard(self, topic: str, payload: bytes, heard_s: float | None = None) -> None:
        """Take a document; one that cannot be one is told, once an agent, and not kept.

        heard_s: when it was said, by the centre's clock; None for one that the broker had kept, of whatever age.
        """
        try:
            key, state, said = _read(topic, payload)
        except (BadPack, msgspec.ValidationError) as error:
            if topic not in self._told and len(self._told) < MAX_AGENTS:
                self._told.add(topic)
                tell("WARNING", "agent-state-unreadable", topic=topic, error=error, next="its next one counts")
            return
        with self._lock:
            if key in self._waiting or len(self._waiting) < MAX_AGENTS:
                self._waiting[key] = AgentStatement(state, said, heard_s)

    def write(self, connection: Connection) -> Callable[[], None]:
        """Write what was heard since, inside the open transaction; return what is to be called once it is committed."""
        with self._lock:
            written = dict(self._waiting)
        for facility, agent in sorted(written):
            word = written[facility, agent]
            if word.state.state == "offline":
                connection.execute(WRITE_OFFLINE, (facility, agent))
            else:
                row = (*_row(word.state), word.clock_ahead_s, Jsonb(word.said))
                connection.execute(WRITE, (facility, agent, *row))
        return partial(self._forget, written)

    def _forget(self, written: dict[Key, AgentStatement]) -> None:
        """Let go of what is committed, where nothing newer was heard meanwhile."""
        with self._lock:
            for key, word in written.items():
                if self._waiting.get(key) is word:
                    del self._waiting[key]


def _read(topic: str, payload: bytes) -> tuple[Key, AgentState, dict[str, Any]]:
    parsed = topics.parse(topic)
    if parsed.agent is None:
        raise BadPack("topic", "topic", topic)
    said = json_document.decode(payload, dict[str, Any], MAX_BYTES)  # whole: the database skips nothing
    if b"\\u0000" in payload:
        raise BadPack("payload", "text")
    if _is_deeper(said, MAX_DEPTH):
        raise BadPack("payload", "depth")
    return (parsed.facility, parsed.agent), msgspec.convert(said, AgentState), said


def _is_deeper(value: object, depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is not None and (depth == 0 or any(_is_deeper(one, depth - 1) for one in inner))


def _row(state: AgentState) -> tuple[datetime | int | str | None, ...]:
    backlog, in_force = state.backlog, state.configuration
    refused = in_force.refused if in_force else None
    return (
        _time(state.at_ms),
        backlog.batches if backlog else None,
        backlog.bytes if backlog else None,
        backlog.limit if backlog else None,
        _time(backlog.oldest_ms if backlog else None),
        in_force.version if in_force else None,
        in_force.hash if in_force else None,
        refused.hash if refused else None,
        refused.why if refused else None,
    )


def _time(time_ms: int | None) -> datetime | None:
    return None if time_ms is None else datetime.fromtimestamp(time_ms / MS_PER_S, UTC)
