"""Nodes with their last sign of life, battery and epochs."""

from typing import Any, Final

from api.http.database import DatabasePool
from api.nodes.models import Agent, Battery, Epoch, Fault, Node
from tailings.assess import freshness
from wire.sequence import FOLDED_EPOCH

MAX_EPOCHS: Final = 20

OF_FACILITY: Final = f"""
SELECT n.id, n.name, n.agent_id AS agent, n.expected_interval_s, n.retired_at,
       t.packed_at AS last_pack_at, t.read_at AS last_time, extract(epoch FROM now() - t.read_at)::float8 AS age_s,
       extract(epoch FROM now() - t.heard_at)::float8 AS silence_s,
       CASE WHEN g.is_online THEN to_timestamp((g.word->>'lost_ms')::float8 / 1000) END AS link_lost_at,
       coalesce(g.is_online AND (g.word->>'asks_time')::bool, false) AS asks_time,
       g.word->>'refused' AS configuration_refused,
       b.name AS battery_datastream, b.phenomenon_time AS battery_time, b.result AS battery_result,
       b.unit AS battery_unit, b.quality AS battery_quality, coalesce(c.epochs, '[]') AS epochs,
       coalesce(f.faults, '[]') AS faults, coalesce(f.folded_faults, 0)::int8 AS folded_faults
FROM node n
JOIN node_contact t ON t.facility_id = n.facility_id AND t.node_id = n.id
LEFT JOIN node_battery b ON b.facility_id = n.facility_id AND b.node_id = n.id
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('epoch', e.epoch, 'started_at', e.started_at, 'updated_at', e.updated_at,
                                      'through', e.through) ORDER BY e.started_at DESC) AS epochs
    FROM (SELECT * FROM sequence_state WHERE facility_id = n.facility_id AND sender = n.id AND epoch <> '{FOLDED_EPOCH}'
          ORDER BY started_at DESC LIMIT %(epochs)s) e
) c ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('instrument', instrument_id, 'text', text, 'since', since, 'at', at,
                                      'times', times) ORDER BY at DESC)
               FILTER (WHERE instrument_id <> '') AS faults,
           sum(times) FILTER (WHERE instrument_id = '') AS folded_faults
    FROM instrument_fault WHERE facility_id = n.facility_id AND node_id = n.id
) f ON true
LEFT JOIN LATERAL (
    SELECT is_online, document->'nodes'->n.id AS word FROM agent_state a
    WHERE a.facility_id = n.facility_id AND a.agent_id = n.agent_id
) g ON true
WHERE n.facility_id = %(facility)s ORDER BY n.id
"""
AGENTS: Final = """
SELECT a.id, s.is_online, s.received_at, s.cfg AS version, f.version AS stored_version,
       s.cfg_hash = f.hash AS is_current, s.refused_reason AS refused, s.batches AS waiting_batches, s.oldest_at,
       coalesce(s.document->'not_received', '{}') AS not_received
FROM facility f CROSS JOIN LATERAL (
    SELECT jsonb_object_keys(f.document->'agents') AS id
    UNION SELECT agent_id FROM node WHERE facility_id = f.id AND retired_at IS NULL
) a LEFT JOIN agent_state s ON s.facility_id = f.id AND s.agent_id = a.id
WHERE f.id = %(facility)s ORDER BY a.id
"""


def _node(**row: Any) -> Node:
    battery = {key: row.pop(f"battery_{key}") for key in Battery.model_fields}
    epochs = [Epoch(**epoch) for epoch in row.pop("epochs")]
    faults = [Fault(**fault) for fault in row.pop("faults")]
    silence_s = row.pop("silence_s")
    is_silent = silence_s is not None and freshness.is_stale(silence_s, row["expected_interval_s"])
    return Node(
        **row,
        is_silent=is_silent,
        faults=faults,
        battery=None if battery["time"] is None else Battery(**battery),
        epochs=epochs,
    )


async def of_facility(database: DatabasePool, facility: str) -> list[Node]:
    """Return the nodes of a facility, each with its newest 20 epochs."""
    return await database.rows(_node, OF_FACILITY, {"facility": facility, "epochs": MAX_EPOCHS})


async def agents(database: DatabasePool, facility: str) -> list[Agent]:
    """Return the edge agents of a facility, by what they said last."""
    return await database.rows(Agent, AGENTS, {"facility": facility})
