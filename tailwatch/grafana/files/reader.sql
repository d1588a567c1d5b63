-- The role tailwatch_grafana: it reads what the dashboards show, and no more. Run it in Tailwatch's database as the
-- administrator of PostgreSQL: after installation, after `tailwatch restore`, and again with each release. Then \password tailwatch_grafana
--
-- It sees views of its own schema alone, of public facilities and of those that are named below. No table, and so no
-- session, person, key, recipient or photo, is open to it. A backup leaves this schema out.

BEGIN;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tailwatch_grafana') THEN
        CREATE ROLE tailwatch_grafana LOGIN;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO tailwatch_grafana', current_database());
END $$;
-- What a dashboard asks is stopped before it takes the database from ingest.
ALTER ROLE tailwatch_grafana NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 10;
ALTER ROLE tailwatch_grafana SET search_path = grafana;
ALTER ROLE tailwatch_grafana SET timezone = 'UTC';
ALTER ROLE tailwatch_grafana SET default_transaction_read_only = on;
ALTER ROLE tailwatch_grafana SET statement_timeout = '30s';

DROP SCHEMA IF EXISTS grafana CASCADE;
CREATE SCHEMA grafana AUTHORIZATION tailwatch_owner;
SET LOCAL ROLE tailwatch_owner;
SET LOCAL search_path = grafana, public;

CREATE VIEW grafana.facility WITH (security_barrier) AS
SELECT id, name, version, applied_at FROM public.facility f
WHERE coalesce((f.document ->> 'public')::boolean, false) OR f.id = ANY ('{}'::text[]);

CREATE VIEW grafana.datastream WITH (security_barrier) AS
SELECT id, name, facility_id, node_id, instrument_id, quantity, unit, formula IS NOT NULL AS is_derived, origin
FROM public.datastream
WHERE retired_at IS NULL AND facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.observation WITH (security_barrier) AS
SELECT datastream_id, phenomenon_time, result, quality FROM public.observation
WHERE datastream_id IN (SELECT id FROM grafana.datastream);

CREATE VIEW grafana.rollup_hour WITH (security_barrier) AS
SELECT datastream_id, start, pass, not_evaluated, suspect, fail, missing, minimum, maximum, mean
FROM public.rollup_hour
WHERE datastream_id IN (SELECT id FROM grafana.datastream);

CREATE VIEW grafana.latest WITH (security_barrier) AS
SELECT datastream_id, phenomenon_time, result, quality, received_at FROM public.latest
WHERE datastream_id IN (SELECT id FROM grafana.datastream);

-- An assessment that has expired says nothing: that is blind. A limit of water that is exceeded is red.
CREATE VIEW grafana.assessment WITH (security_barrier) AS
SELECT facility_id, made_at, valid_until,
       CASE WHEN document #>> '{water,outcome}' = 'exceeded' THEN 'red'
            WHEN now() > valid_until THEN 'blind'
            ELSE verdict END AS verdict
FROM public.assessment
WHERE facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.plan WITH (security_barrier) AS
SELECT facility_id, plan, level, approval FROM public.tarp_state
WHERE facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.level_change WITH (security_barrier) AS
SELECT facility_id, plan, at, before, after FROM public.tarp_level_change
WHERE withdrawn_at IS NULL AND facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.alarm WITH (security_barrier) AS
SELECT id, facility_id, family, rule, subject, type, title, is_simulated, level, highest, began_at, acknowledged_at,
       closed_at
FROM public.alarm_event
WHERE facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.node WITH (security_barrier) AS
SELECT n.facility_id, n.id, n.agent_id, n.name, n.expected_interval_s,
       (SELECT max(s.stored_at) FROM public.sequence_state s
        WHERE s.facility_id = n.facility_id AND s.sender = n.id) AS stored_at
FROM public.node n
WHERE n.retired_at IS NULL AND n.facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.ledger WITH (security_barrier) AS
SELECT facility_id, sender, sum(sent) AS sent, sum(stored) AS stored, sum(quarantined) AS quarantined,
       sum(dropped) AS dropped, sum(unreadable) AS unreadable, sum(lost) AS lost, sum(pending) AS pending,
       sum(late) AS late
FROM public.sequence_state
WHERE facility_id IN (SELECT id FROM grafana.facility)
GROUP BY facility_id, sender;

CREATE VIEW grafana.ledger_day WITH (security_barrier) AS
SELECT facility_id, sender, day, sum(stored) AS stored, sum(quarantined) AS quarantined, sum(lost) AS lost,
       sum(late) AS late
FROM public.ledger_day
WHERE facility_id IN (SELECT id FROM grafana.facility)
GROUP BY facility_id, sender, day;

CREATE VIEW grafana.agent_state WITH (security_barrier) AS
SELECT a.facility_id, a.agent_id, a.is_online, coalesce(a.reported_at, a.received_at) AS reported_at, a.batches, a.bytes,
       a.limit_bytes, a.oldest_at, a.cfg, a.refused_reason IS NOT NULL AS is_refused, a.clock_ahead_s
FROM public.agent_state a
WHERE a.facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.instrument_fault WITH (security_barrier) AS
SELECT facility_id, node_id, instrument_id, text, since, at, times FROM public.instrument_fault
WHERE facility_id IN (SELECT id FROM grafana.facility);

CREATE VIEW grafana.quarantine_total WITH (security_barrier) AS
SELECT facility_id, sender, messages, readings, bytes FROM public.quarantine_total
WHERE facility_id IN (SELECT id FROM grafana.facility);

GRANT USAGE ON SCHEMA grafana TO tailwatch_grafana;
GRANT SELECT ON ALL TABLES IN SCHEMA grafana TO tailwatch_grafana;
COMMIT;
