"""/metrics: the figures that a monitoring system watches, in the text format of Prometheus (version 0.0.4).

Only with a key that may read every facility, or from this machine itself: figures of a private dam are private too.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, Request, Response

from api.access.permissions import OfMetrics
from api.health import installation
from api.http.dependencies import Data, Feed
from api.metrics import queries
from runtime.metrics import MEDIA_TYPE, Metric, Sample

WHOLE: Final = {
    "commit_age_s": Metric("tailwatch_commit_age_seconds", "gauge", "Since the newest commit of ingest; -1: none yet"),
    "commits": Metric("tailwatch_commits_total", "counter", "Transactions of ingest"),
    "open_commands": Metric("tailwatch_open_commands", "gauge", "Commands that wait or run"),
    "audit_rows": Metric("tailwatch_audit_rows_total", "counter", "Rows of the audit log"),
}
BY_FACILITY: Final = {
    "observations": Metric("tailwatch_observations_total", "counter", "Observations stored"),
    "stored": Metric("tailwatch_packs_stored", "gauge", "Packs of nodes that are stored"),
    "quarantined": Metric("tailwatch_packs_quarantined", "gauge", "Packs kept with the reason why they are not stored"),
    "dropped": Metric("tailwatch_packs_dropped", "gauge", "Packs that a node gave up and counted"),
    "unreadable": Metric("tailwatch_packs_unreadable", "gauge", "Packs that a node could not read from its memory"),
    "lost": Metric("tailwatch_packs_lost", "gauge", "Packs proven lost"),
    "pending": Metric("tailwatch_packs_pending", "gauge", "Packs on the way"),
    "late": Metric("tailwatch_packs_late", "gauge", "Stored packs that came late"),
    "duplicate": Metric("tailwatch_packs_repeated", "gauge", "Packs that came again"),
    "before_ledger": Metric(
        "tailwatch_packs_before_ledger", "gauge", "Packs settled before the ledger heard of their epoch"
    ),
    "jumps": Metric("tailwatch_packs_jumps", "gauge", "Jumps of a node's numbering by more than it can hold"),
    "folded_epochs": Metric(
        "tailwatch_epochs_folded", "gauge", "Epochs of nodes beyond the newest of each, kept as sums only"
    ),
    "folded_faults": Metric(
        "tailwatch_faults_folded", "gauge", "Faults of instruments that no facility file has, kept as a sum only"
    ),
    "quarantine_readings": Metric(
        "tailwatch_quarantine_readings", "gauge", "Readings that were refused alone and wait"
    ),
    "quarantine_bytes": Metric("tailwatch_quarantine_bytes", "gauge", "What waits in quarantine, of its budget"),
    "agents_held_back": Metric(
        "tailwatch_agents_held_back", "gauge", "Agents whose batches find no room in quarantine"
    ),
    "nodes": Metric("tailwatch_nodes", "gauge", "Nodes of the facility"),
    "silent_nodes": Metric("tailwatch_silent_nodes", "gauge", "Nodes not heard for three expected intervals"),
}
BY_AGENT: Final = {
    "silence_s": Metric("tailwatch_agent_silence_seconds", "gauge", "Since the newest batch of the agent was stored"),
    "reading_age_s": Metric(
        "tailwatch_agent_reading_age_seconds", "gauge", "Age of the newest reading through it; -1: none"
    ),
    "duplicate": Metric("tailwatch_agent_batches_repeated", "gauge", "Batches that the agent sent again"),
    "lost": Metric("tailwatch_agent_batches_lost", "gauge", "Batches proven lost"),
    "pending": Metric(
        "tailwatch_agent_batches_pending", "gauge", "Batches that the agent still holds though newer came"
    ),
}
BY_STATE: Final = {
    "online": Metric(
        "tailwatch_agent_online", "gauge", "Whether the agent is connected with the centre, as the broker says"
    ),
    "state_age_s": Metric(
        "tailwatch_agent_state_age_seconds", "gauge", "Since the agent told its state, by its own clock"
    ),
    "batches": Metric("tailwatch_agent_backlog_batches", "gauge", "Batches that the agent holds, as it told"),
    "bytes": Metric("tailwatch_agent_backlog_bytes", "gauge", "The same in bytes"),
    "limit_bytes": Metric("tailwatch_agent_backlog_limit_bytes", "gauge", "How many it may hold"),
    "buffer_age_s": Metric("tailwatch_agent_buffer_age_seconds", "gauge", "Age of the oldest batch it holds; 0: none"),
    "cfg": Metric("tailwatch_agent_configuration_version", "gauge", "Version of the facility file in force there"),
    "refused": Metric("tailwatch_agent_configuration_refused", "gauge", "Whether it refused the newest facility file"),
    "clock_ahead_s": Metric(
        "tailwatch_agent_clock_ahead_seconds", "gauge", "How far its clock is ahead of the centre's"
    ),
    "protocol": Metric(
        "tailwatch_agent_protocol", "gauge", "Version of the protocol that it speaks; 1 where it says none"
    ),
    "not_understood": Metric(
        "tailwatch_agent_not_understood",
        "gauge",
        "Whether this release does not understand that: it is held back until the older side is upgraded",
    ),
}
BY_INGEST: Final = {
    "age_s": Metric("tailwatch_ingest_age_seconds", "gauge", "Since this ingest told how it is"),
    "connected": Metric("tailwatch_ingest_connected", "gauge", "Whether it is connected with the broker"),
    "retries": Metric(
        "tailwatch_ingest_retries_total", "counter", "Transactions that it had to try again since its start"
    ),
    "waiting_bytes": Metric("tailwatch_ingest_waiting_bytes", "gauge", "Delivered to it and not stored yet"),
    "quarantine_bytes": Metric(
        "tailwatch_quarantine_budget_bytes", "gauge", "What may wait in quarantine, a facility; 0: not told"
    ),
}
RESTORE: Final = {
    "age_s": Metric(
        "tailwatch_restore_age_seconds",
        "gauge",
        "Since a restore was equal, or since the archive began",
    ),
    "good": Metric("tailwatch_restore_good", "gauge", "Whether the newest trial was equal, and is not old"),
}
CERTIFICATE: Final = Metric("tailwatch_certificate_seconds_left", "gauge", "Until a certificate ends")
UNREADABLE: Final = Metric("tailwatch_certificates_unreadable", "gauge", "Certificates that the API cannot read")
DISK: Final = Metric("tailwatch_disk_bytes", "gauge", "Size of the disk of the state folder")
DISK_FREE: Final = Metric("tailwatch_disk_free_bytes", "gauge", "What is left of it")
DATABASE: Final = Metric("tailwatch_database_bytes", "gauge", "What the database takes")
BEHIND: Final = Metric("tailwatch_live_behind", "gauge", "Commits not yet told to live clients")
STANDBY_LAG: Final = Metric(
    "tailwatch_standby_lag_seconds",
    "gauge",
    "How far behind a standby that answers is at the most; +Inf: none answers, or it is not known",
)
CLIENTS: Final = Metric("tailwatch_live_clients", "gauge", "Clients of the live stream")
TIME: Final = Metric("tailwatch_time_seconds", "gauge", "Clock of this machine")
Figure = tuple[Metric, Sequence[Sample]]
IN_USE: Final = "in use by the api"

router = APIRouter(tags=["health"])


@router.get("/metrics", include_in_schema=False, dependencies=[Depends(OfMetrics())])
async def figures(request: Request, database: Data, feed: Feed) -> Response:
    """One page of figures."""
    whole, facilities = await queries.whole(database), await queries.by_facility(database)
    agents, states, ingests = (
        await queries.by_agent(database),
        await queries.by_state(database),
        await queries.by_ingest(database),
    )
    found: list[Figure] = [(metric, _one(whole.get(key, 0))) for key, metric in WHOLE.items()]
    found += _of_each(BY_FACILITY, facilities, "facility")
    found += _of_each(BY_AGENT, agents, "facility", "agent")
    found += _of_each(BY_STATE, states, "facility", "agent")
    found += _of_each(BY_INGEST, [{**row, "ingest": row["name"]} for row in ingests], "ingest")
    if (restore := await queries.restore(database)) is not None:
        found += [(metric, _one(restore[key])) for key, metric in RESTORE.items()]
    found.append((DATABASE, _one(await queries.database_bytes(database))))
    found += await asyncio.to_thread(_machine, request.app.state.state_folder, request.app.state.certificate_ends_s)
    found.append((BEHIND, _one(max(0, int(whole.get("commits", 0)) - (feed.last_id or 0)))))
    if (standbys := request.app.state.standbys) is not None:
        found.append((STANDBY_LAG, _one(await standbys.lag_s())))
    found += [(CLIENTS, _one(len(feed.clients))), (TIME, _one(time.time()))]
    from runtime import metrics_text  # 1.5 MB that an api whom no monitoring system asks does not need

    return Response(metrics_text.written(found), media_type=MEDIA_TYPE)


def _machine(state_folder: Path | None, in_use_ends_s: float | None) -> list[Figure]:
    """Disk and certificates, as far as this api was told where they are."""
    ends_s = {} if in_use_ends_s is None else {IN_USE: in_use_ends_s}
    found: list[Figure] = []
    if state_folder is not None:
        certificates = installation.certificates(state_folder)
        ends_s |= certificates.ends_s
        found.append((UNREADABLE, _one(certificates.unreadable)))
        if (room := installation.disk(state_folder)) is not None:
            found += [(DISK, _one(room.total)), (DISK_FREE, _one(room.free))]
    left = [({"name": name}, end_s - time.time()) for name, end_s in ends_s.items()]
    return [*found, (CERTIFICATE, left)] if left else found


def _one(value: float) -> list[Sample]:
    return [({}, value)]


def _of_each(known: dict[str, Metric], rows: Sequence[queries.Figures], *labels: str) -> list[Figure]:
    return [
        (metric, [({label: str(row[label]) for label in labels}, row[key]) for row in rows])
        for key, metric in known.items()
    ]
