-- When anything was heard of a node: its newest reading, and its newest pack; what a person or a gateway adds at it is no
-- sign of its life. Who asks whether a node is silent, or how old its readings are, asks here.
CREATE VIEW node_contact AS
SELECT n.facility_id, n.id AS node_id, r.read_at, r.received_at, r.first_at, p.packed_at,
       greatest(r.read_at, p.packed_at) AS heard_at
FROM node n CROSS JOIN LATERAL (
    SELECT max(l.phenomenon_time) AS read_at, max(l.received_at) AS received_at, min(l.first_time) AS first_at
    FROM datastream d JOIN latest l ON l.datastream_id = d.id
    WHERE d.facility_id = n.facility_id AND d.node_id = n.id AND d.origin <> 'manual' AND d.quantity <> 'alarm-level'
) r CROSS JOIN LATERAL (
    SELECT max(stored_at) AS packed_at FROM sequence_state s WHERE s.facility_id = n.facility_id AND s.sender = n.id
) p;

-- The newest reading of a node's battery; of several batteries in force that of one that is doubted.
CREATE VIEW node_battery AS
SELECT n.facility_id, n.id AS node_id, b.*
FROM node n CROSS JOIN LATERAL (
    SELECT d.name, d.unit, l.phenomenon_time, l.result, l.quality
    FROM instrument i JOIN datastream d ON d.name = concat(i.facility_id, ':', i.node_id, ':', i.id, '.voltage')
    JOIN latest l ON l.datastream_id = d.id
    WHERE i.facility_id = n.facility_id AND i.node_id = n.id AND i.driver = 'battery' AND i.retired_at IS NULL
    ORDER BY l.quality IN (3, 4) DESC, i.id LIMIT 1
) b;

GRANT SELECT ON node_contact, node_battery TO tailwatch_ingest, tailwatch_api;

-- Gaps are found by the question of `api.ledger.gaps`: for the function many readings in one hour made up for none in
-- another.
DROP FUNCTION gaps_of(text, text, timestamptz, timestamptz, integer);
