"""The figures of the stored side, in one question: sums of kept counters, nothing is counted through."""

from typing import Any, Final

from api.http.database import DatabasePool
from tailings.assess import freshness
from wire import protocol
from wire.sequence import FOLDED_EPOCH

FIGURES: Final = """
SELECT (SELECT coalesce(extract(epoch FROM now() - max(at)), -1)::float8 FROM commit_log) AS commit_age_s,
       (SELECT coalesce(max(id), 0)::float8 FROM commit_log) AS commits,
       (SELECT count(*)::float8 FROM command WHERE state IN ('issued', 'running')) AS open_commands,
       (SELECT number::float8 FROM audit_head) AS audit_rows
"""
BY_FACILITY: Final = f"""
SELECT f.id AS facility,
       (SELECT coalesce(sum(l.observation_count), 0)::float8 FROM datastream d JOIN latest l ON l.datastream_id = d.id
         WHERE d.facility_id = f.id) AS observations,
       c.stored, c.quarantined, c.dropped, c.unreadable, c.lost, c.pending, c.late, c.duplicate, c.before_ledger,
       c.jumps, c.folded_epochs,
       (SELECT coalesce(sum(times), 0)::float8 FROM instrument_fault i
         WHERE i.facility_id = f.id AND i.instrument_id = '') AS folded_faults,
       (SELECT coalesce(sum(readings), 0)::float8 FROM quarantine_total q WHERE q.facility_id = f.id)
           AS quarantine_readings,
       (SELECT coalesce(sum(bytes), 0)::float8 FROM quarantine_total q WHERE q.facility_id = f.id) AS quarantine_bytes,
       (SELECT count(*)::float8 FROM quarantine_held h WHERE h.facility_id = f.id) AS agents_held_back,
       (SELECT count(*)::float8 FROM node n WHERE n.facility_id = f.id AND n.retired_at IS NULL) AS nodes,
       (SELECT count(*)::float8 FROM node n JOIN node_contact t ON t.facility_id = n.facility_id AND t.node_id = n.id
         WHERE n.facility_id = f.id AND n.retired_at IS NULL AND n.expected_interval_s IS NOT NULL
           AND coalesce(t.heard_at, '-infinity')
               < now() - %(stale_intervals)s * n.expected_interval_s * interval '1 s') AS silent_nodes
FROM facility f CROSS JOIN LATERAL (
    SELECT coalesce(sum(stored), 0)::float8 AS stored, coalesce(sum(quarantined), 0)::float8 AS quarantined,
           coalesce(sum(dropped), 0)::float8 AS dropped, coalesce(sum(unreadable), 0)::float8 AS unreadable,
           coalesce(sum(lost), 0)::float8 AS lost, coalesce(sum(pending), 0)::float8 AS pending,
           coalesce(sum(late), 0)::float8 AS late, coalesce(sum(duplicate), 0)::float8 AS duplicate,
           coalesce(sum(before_ledger), 0)::float8 AS before_ledger,
           coalesce(sum(jumps), 0)::float8 AS jumps,
           coalesce(sum(epochs) FILTER (WHERE epoch = '{FOLDED_EPOCH}'), 0)::float8 AS folded_epochs
    FROM ledger_epoch WHERE facility_id = f.id AND sender NOT LIKE '\\_edge/%%'
) c ORDER BY f.id
"""
BY_AGENT: Final = """
SELECT facility_id AS facility, substr(sender, 7) AS agent,
       extract(epoch FROM now() - max(updated_at))::float8 AS silence_s,
       sum(duplicate)::float8 AS duplicate, sum(lost)::float8 AS lost, sum(pending)::float8 AS pending,
       coalesce((SELECT extract(epoch FROM now() - max(t.read_at)) FROM node n
           JOIN node_contact t ON t.facility_id = n.facility_id AND t.node_id = n.id
          WHERE n.facility_id = c.facility_id AND n.agent_id = substr(sender, 7)), -1)::float8 AS reading_age_s
FROM sequence_state c WHERE sender LIKE '\\_edge/%%' AND EXISTS (
    SELECT 1 FROM node n
    WHERE n.facility_id = c.facility_id AND n.agent_id = substr(c.sender, 7) AND n.retired_at IS NULL)
GROUP BY facility_id, sender ORDER BY facility_id, sender
"""
BY_STATE: Final = """
SELECT facility_id AS facility, agent_id AS agent, is_online::int::float8 AS online,
       extract(epoch FROM now() - coalesce(reported_at, received_at))::float8 AS state_age_s,
       coalesce(batches, 0)::float8 AS batches, coalesce(bytes, 0)::float8 AS bytes,
       coalesce(limit_bytes, 0)::float8 AS limit_bytes,
       coalesce(extract(epoch FROM now() - oldest_at), 0)::float8 AS buffer_age_s,
       coalesce(cfg, 0)::float8 AS cfg, (refused_reason IS NOT NULL)::int::float8 AS refused,
       coalesce(clock_ahead_s, 0)::float8 AS clock_ahead_s,
       CASE WHEN jsonb_typeof(document->'protocol') = 'number' THEN (document->'protocol')::float8
            ELSE %(unstated)s END AS protocol
FROM agent_state a WHERE EXISTS (
    SELECT 1 FROM node n WHERE n.facility_id = a.facility_id AND n.agent_id = a.agent_id AND n.retired_at IS NULL)
ORDER BY facility_id, agent_id LIMIT 10000
"""
BY_INGEST: Final = """
SELECT name, extract(epoch FROM now() - reported_at)::float8 AS age_s, is_connected::int::float8 AS connected,
       retries::float8 AS retries, waiting_bytes::float8 AS waiting_bytes,
       quarantine_bytes::float8 AS quarantine_bytes
FROM ingest_state WHERE reported_at > now() - interval '1 day' ORDER BY name LIMIT 100
"""
RESTORE: Final = """
SELECT extract(epoch FROM now() - coalesce(good_at, began_at))::float8 AS age_s,
       (standing = 'good')::int::float8 AS good
FROM restore_standing
"""
DATABASE_BYTES: Final = "SELECT pg_database_size(current_database())::float8 AS bytes"
Figures = dict[str, Any]


def _figures(**row: Any) -> Figures:
    return row


def _state(**row: Any) -> Figures:
    is_understood = protocol.treatment(int(row["protocol"])) == protocol.UNDERSTOOD
    return {**row, "not_understood": float(not is_understood)}


async def whole(database: DatabasePool) -> Figures:
    """Return the figures that belong to no facility."""
    return await database.row(_figures, FIGURES, {}) or {}


async def by_facility(database: DatabasePool) -> list[Figures]:
    """Return the figures of each facility."""
    return await database.rows(_figures, BY_FACILITY, {"stale_intervals": freshness.STALE_INTERVALS})


async def by_agent(database: DatabasePool) -> list[Figures]:
    """Return the figures of each edge agent that was ever heard and still has nodes: no alarm for one that is gone."""
    return await database.rows(_figures, BY_AGENT, {})


async def by_state(database: DatabasePool) -> list[Figures]:
    """Return what each edge agent said of itself last; ages are by the gateway's clock."""
    return await database.rows(_state, BY_STATE, {"unstated": protocol.UNSTATED})


async def by_ingest(database: DatabasePool) -> list[Figures]:
    """Return what each ingest process of the last day said of itself last."""
    return await database.rows(_figures, BY_INGEST, {})


async def restore(database: DatabasePool) -> Figures | None:
    """Return how the newest trial of a restore stands; None where no archive of the log is kept."""
    return await database.row(_figures, RESTORE, {})


async def database_bytes(database: DatabasePool) -> float:
    """Return what the database takes of its disk."""
    row = await database.row(_figures, DATABASE_BYTES, {})
    return float(row["bytes"]) if row else 0.0
