-- Events beside the level of a plan (a reading that is past a level and doubted; a plan that cannot see), holds that hold
-- one level, lines of history that say why somebody is called again, and plans that are withdrawn on purpose.

ALTER TABLE alarm_event
    ADD COLUMN type text NOT NULL DEFAULT 'level' CHECK (type IN ('level', 'suspect', 'blind')),
    ADD COLUMN lost jsonb NOT NULL DEFAULT '[]',       -- of a blind plan: [{code, datastream}], what it misses
    ADD CHECK (type = 'level' OR family = 'dam');
DROP INDEX alarm_event_open;
CREATE UNIQUE INDEX alarm_event_open ON alarm_event (facility_id, family, rule, subject, type) WHERE closed_at IS NULL;

-- A hold keeps one level of one type quiet, and none that is worse. Those of before held whatever came: from now on what
-- stood when they were given, by the newest event of their rule.
ALTER TABLE alarm_hold
    ADD COLUMN type text NOT NULL DEFAULT 'level' CHECK (type IN ('level', 'suspect', 'blind')),
    ADD COLUMN level smallint NOT NULL DEFAULT 1 CHECK (level BETWEEN 1 AND 3);
ALTER TABLE alarm_hold DISABLE TRIGGER audit_change;
UPDATE alarm_hold h SET level = greatest(1, coalesce((
    SELECT max(l.level) FROM alarm_history l JOIN alarm_event e ON e.id = l.event_id
    WHERE (e.facility_id, e.family, e.rule) = (h.facility_id, h.family, h.rule) AND h.subject IN ('', e.subject)
      AND l.kind = h.kind AND l.at = h.from_time), 1))
WHERE h.ended_at IS NULL;
ALTER TABLE alarm_hold ENABLE TRIGGER audit_change;
ALTER TABLE alarm_hold ALTER COLUMN level DROP DEFAULT;

-- detail: codes and values of the line, to be said in words where it is shown. is_untold: one of many that became known
-- long after their time; a line `learned-late` tells of all of them.
ALTER TABLE alarm_history
    ADD COLUMN detail jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN is_untold boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT alarm_history_kind_check,
    ADD CONSTRAINT alarm_history_kind_check CHECK (kind IN (
        'raised', 'escalated', 'raised-again', 'learned-late', 'fell', 'returned', 'corrected', 'acknowledged', 'note',
        'action-closed', 'lowered', 'closed', 'shelved', 'unshelved', 'out-of-service', 'in-service', 'in-force',
        'simulated'));
CREATE INDEX alarm_history_untold ON alarm_history (event_id, id) WHERE is_untold;

ALTER TABLE notice
    DROP CONSTRAINT notice_kind_check,
    ADD CONSTRAINT notice_kind_check CHECK (kind IN (
        'raised', 'escalated', 'raised-again', 'learned-late', 'unshelved', 'in-service', 'in-force', 'returned',
        'unacknowledged', 'digest', 'test'));

-- The kinds of lines that call whoever is told of their level, for all who ask: notices, and the load on people.
CREATE FUNCTION alarm_kind_calls(kind text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind IN ('raised', 'escalated', 'raised-again', 'learned-late', 'unshelved', 'in-service', 'in-force')
$$;

CREATE FUNCTION alarm_hold_of(event alarm_event, now_at timestamptz, at_level integer) RETURNS alarm_hold
LANGUAGE sql STABLE AS $$
    SELECT h FROM alarm_hold h
    WHERE h.facility_id = event.facility_id AND h.family = event.family AND h.rule = event.rule AND h.type = event.type
      AND h.subject IN ('', event.subject) AND h.level >= at_level
      AND h.ended_at IS NULL AND h.from_time <= now_at AND h.until > now_at
    ORDER BY h.id DESC LIMIT 1
$$;
CREATE OR REPLACE FUNCTION alarm_hold_of(event alarm_event, now_at timestamptz) RETURNS alarm_hold
LANGUAGE sql STABLE AS $$
    SELECT alarm_hold_of(event, now_at, event.level::integer)
$$;

-- A plan that somebody withdrew: it only simulates until it is approved anew.
CREATE TABLE tarp_withdrawal (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id   text NOT NULL REFERENCES facility,
    plan          text NOT NULL,
    role          text NOT NULL,
    author        text NOT NULL,
    note          text NOT NULL,
    withdrawn_at  timestamptz NOT NULL
);

-- Approvals as tailings.tarp reads them, each with the day from which on it says nothing more.
CREATE VIEW tarp_approval_given AS
SELECT a.id, a.facility_id, a.plan, a.digest, a.role AS approved_by,
       (a.approved_at AT TIME ZONE 'UTC')::date AS approved_on, a.valid_to,
       (SELECT min((w.withdrawn_at AT TIME ZONE 'UTC')::date) FROM tarp_withdrawal w
        WHERE w.facility_id = a.facility_id AND w.plan = a.plan AND w.withdrawn_at >= a.approved_at) AS withdrawn_on
FROM tarp_approval a;
CREATE VIEW tarp_withdrawal_given AS
SELECT id, facility_id, plan, role AS withdrawn_by, (withdrawn_at AT TIME ZONE 'UTC')::date AS withdrawn_on
FROM tarp_withdrawal;

-- Since when a facility file names a datastream: one that is new has time to be read.
ALTER TABLE datastream ADD COLUMN known_since timestamptz NOT NULL DEFAULT clock_timestamp();

-- What tailings.tarp says of each plan today; ingest writes it with each look.
ALTER TABLE tarp_state
    ADD COLUMN approval text NOT NULL DEFAULT 'simulated'
        CHECK (approval IN ('simulated', 'in-force', 'approval-ended')),
    ADD COLUMN approval_ended_on date;

CREATE OR REPLACE FUNCTION audit_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'tarp_approval' THEN
        PERFORM audit_append(NEW.author, 'plan.approved', 'plan:' || NEW.facility_id || '/' || NEW.plan,
            jsonb_build_object('digest', NEW.digest, 'role', NEW.role, 'valid_to', NEW.valid_to));
    ELSIF TG_TABLE_NAME = 'tarp_withdrawal' THEN
        PERFORM audit_append(NEW.author, 'plan.withdrawn', 'plan:' || NEW.facility_id || '/' || NEW.plan,
            jsonb_build_object('role', NEW.role));
    ELSIF TG_TABLE_NAME = 'alarm_hold' THEN
        PERFORM audit_append(coalesce(NEW.ended_by, NEW.author),
            'hold.' || CASE WHEN NEW.ended_at IS NULL THEN NEW.kind ELSE 'ended' END, 'hold:' || NEW.id,
            jsonb_build_object('facility', NEW.facility_id, 'rule', NEW.rule, 'until', NEW.until, 'level', NEW.level));
    ELSE
        PERFORM audit_append(coalesce(NEW.given_by, audit_actor()), 'duty.' || lower(TG_OP),
            coalesce(NEW.holder, OLD.holder),
            jsonb_build_object('facility', coalesce(NEW.facility_id, OLD.facility_id), 'role', coalesce(NEW.role, OLD.role)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON tarp_withdrawal FOR EACH ROW EXECUTE FUNCTION audit_plan();

GRANT SELECT ON tarp_withdrawal, tarp_approval_given, tarp_withdrawal_given TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON tarp_withdrawal TO tailwatch_ingest;
