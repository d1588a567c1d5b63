"""/metrics: the figures that a monitoring system watches, in the text format of Prometheus (version 0.0.4).

Only with a key that may read every facility, or from this machine itself: figures of a private dam are private too.
"""

import asyncio
import time
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Depends, Request, Response

from api.access.permissions import OfMetrics
from api.health import installation
from api.http.dependencies import Data, Feed
from api.metrics import queries

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
WHOLE: Final = {
    "commit_age_s": ("tailwatch_commit_age_seconds", "gauge", "Since the newest commit of ingest; -1: none yet"),
    "commits": ("tailwatch_commits_total", "counter", "Transactions of ingest"),
    "open_requests": ("tailwatch_open_requests", "gauge", "Requests that wait or run"),
    "audit_rows": ("tailwatch_audit_rows_total", "counter", "Rows of the audit log"),
}
BY_FACILITY: Final = {
    "observations": ("tailwatch_observations_total", "counter", "Observations stored"),
    "stored": ("tailwatch_packs_stored", "gauge", "Packs of nodes that are stored"),
    "quarantined": ("tailwatch_packs_quarantined", "gauge", "Packs kept with the reason why they are not stored"),
    "dropped": ("tailwatch_packs_dropped", "gauge", "Packs that a node gave up and counted"),
    "unreadable": ("tailwatch_packs_unreadable", "gauge", "Packs that a node could not read from its memory"),
    "lost": ("tailwatch_packs_lost", "gauge", "Packs proven lost"),
    "pending": ("tailwatch_packs_pending", "gauge", "Packs on the way"),
    "late": ("tailwatch_packs_late", "gauge", "Stored packs that came late"),
    "repeats": ("tailwatch_packs_repeated", "gauge", "Packs that came again"),
    "before_ledger": ("tailwatch_packs_before_ledger", "gauge", "Packs settled before the ledger heard of their epoch"),
    "quarantine_readings": ("tailwatch_quarantine_readings", "gauge", "Readings that were refused alone and wait"),
    "quarantine_bytes": ("tailwatch_quarantine_bytes", "gauge", "What waits in quarantine, of its budget"),
    "agents_held_back": ("tailwatch_agents_held_back", "gauge", "Agents whose batches find no room in quarantine"),
    "nodes": ("tailwatch_nodes", "gauge", "Nodes of the facility"),
    "silent_nodes": ("tailwatch_silent_nodes", "gauge", "Nodes not heard for three expected intervals"),
}
BY_AGENT: Final = {
    "silence_s": ("tailwatch_agent_silence_seconds", "gauge", "Since the newest batch of the agent was stored"),
    "reading_age_s": ("tailwatch_agent_reading_age_seconds", "gauge", "Age of the newest reading through it; -1: none"),
    "repeats": ("tailwatch_agent_batches_repeated", "gauge", "Batches that the agent sent again"),
    "lost": ("tailwatch_agent_batches_lost", "gauge", "Batches proven lost"),
    "pending": ("tailwatch_agent_batches_pending", "gauge", "Batches that the agent still holds though newer came"),
}
BY_STATE: Final = {
    "online": ("tailwatch_agent_online", "gauge", "Whether the agent is connected with the centre, as the broker says"),
    "state_age_s": ("tailwatch_agent_state_age_seconds", "gauge", "Since the agent told its state, by its own clock"),
    "batches": ("tailwatch_agent_backlog_batches", "gauge", "Batches that the agent holds, as it told"),
    "bytes": ("tailwatch_agent_backlog_bytes", "gauge", "The same in bytes"),
    "limit_bytes": ("tailwatch_agent_backlog_limit_bytes", "gauge", "How many it may hold"),
    "buffer_age_s": ("tailwatch_agent_buffer_age_seconds", "gauge", "Age of the oldest batch it holds; 0: none"),
    "cfg": ("tailwatch_agent_configuration_version", "gauge", "Version of the facility file in force there"),
    "refused": ("tailwatch_agent_configuration_refused", "gauge", "Whether it refused the newest facility file"),
    "clock_ahead_s": ("tailwatch_agent_clock_ahead_seconds", "gauge", "How far its clock is ahead of the centre's"),
    "protocol": ("tailwatch_agent_protocol", "gauge", "Version of the protocol that it speaks; 1 where it says none"),
    "not_understood": (
        "tailwatch_agent_not_understood",
        "gauge",
        "Whether this release does not understand that: it is held back until the older side is upgraded",
    ),
}
BY_INGEST: Final = {
    "age_s": ("tailwatch_ingest_age_seconds", "gauge", "Since this ingest told how it is"),
    "connected": ("tailwatch_ingest_connected", "gauge", "Whether it is connected with the broker"),
    "retries": ("tailwatch_ingest_retries_total", "counter", "Transactions that it had to try again since its start"),
    "waiting_bytes": ("tailwatch_ingest_waiting_bytes", "gauge", "Delivered to it and not stored yet"),
}
CERTIFICATE: Final = ("tailwatch_certificate_seconds_left", "gauge", "Until a certificate ends")
UNREADABLE: Final = ("tailwatch_certificates_unreadable", "gauge", "Certificates that the API cannot read")
DISK: Final = ("tailwatch_disk_bytes", "gauge", "Size of the disk of the state folder")
DISK_FREE: Final = ("tailwatch_disk_free_bytes", "gauge", "What is left of it")
DATABASE: Final = ("tailwatch_database_bytes", "gauge", "What the database takes")
IN_USE: Final = "in use by the api"

router = APIRouter(tags=["health"])


@router.get("/metrics", include_in_schema=False, dependencies=[Depends(OfMetrics())])
async def figures(request: Request, database: Data, feed: Feed) -> Response:
    """One page of figures."""
    whole, facilities = await queries.whole(database), await queries.by_facility(database)
    lines = [line for key, head in WHOLE.items() for line in _lines(head, [("", whole.get(key, 0))])]
    for key, head in BY_FACILITY.items():
        lines += _lines(head, [(f'{{facility="{row["facility"]}"}}', row[key]) for row in facilities])
    agents = await queries.by_agent(database)
    for key, head in BY_AGENT.items():
        lines += _lines(head, [(_agent(row), row[key]) for row in agents])
    states, ingests = await queries.by_state(database), await queries.by_ingest(database)
    for key, head in BY_STATE.items():
        lines += _lines(head, [(_agent(row), row[key]) for row in states])
    for key, head in BY_INGEST.items():
        lines += _lines(head, [(f'{{ingest="{row["name"]}"}}', row[key]) for row in ingests])
    lines += _lines(DATABASE, [("", await queries.database_bytes(database))])
    lines += await asyncio.to_thread(_machine, request.app.state.state_folder, request.app.state.certificate_ends_s)
    behind = max(0, int(whole.get("commits", 0)) - (feed.last_id or 0))
    lines += _lines(("tailwatch_live_behind", "gauge", "Commits not yet told to live clients"), [("", behind)])
    lines += _lines(("tailwatch_live_clients", "gauge", "Clients of the live stream"), [("", len(feed.clients))])
    lines += _lines(("tailwatch_time_seconds", "gauge", "Clock of this machine"), [("", time.time())])
    return Response("\n".join(lines) + "\n", media_type=MEDIA_TYPE)


def _machine(state_folder: Path | None, in_use_ends_s: float | None) -> list[str]:
    """Disk and certificates, as far as this api was told where they are."""
    ends_s = {} if in_use_ends_s is None else {IN_USE: in_use_ends_s}
    lines: list[str] = []
    if state_folder is not None:
        found = installation.certificates(state_folder)
        ends_s |= found.ends_s
        lines += _lines(UNREADABLE, [("", found.unreadable)])
        if (room := installation.disk(state_folder)) is not None:
            lines += _lines(DISK, [("", room.total)]) + _lines(DISK_FREE, [("", room.free)])
    left = [(f'{{name="{name}"}}', end_s - time.time()) for name, end_s in ends_s.items()]
    return lines + (_lines(CERTIFICATE, left) if left else [])


def _agent(row: queries.Figures) -> str:
    return f'{{facility="{row["facility"]}",agent="{row["agent"]}"}}'


def _lines(head: tuple[str, str, str], values: list[tuple[str, Any]]) -> list[str]:
    name, kind, what = head
    return [f"# HELP {name} {what}", f"# TYPE {name} {kind}", *(f"{name}{labels} {value}" for labels, value in values)]
