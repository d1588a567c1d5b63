-- What the readings mean, and who must act: the assessment of a facility, the level of each plan (TARP), alarms, and
-- what persons do about them.

-- What the stored readings mean for a facility: made after each commit and each minute, and blind when it is not.
CREATE TABLE assessment (
    facility_id  text PRIMARY KEY REFERENCES facility,
    made_at      timestamptz NOT NULL,
    valid_until  timestamptz NOT NULL,
    verdict      text NOT NULL,
    document     jsonb NOT NULL               -- of tailings.assess.Assessment
);

-- How far a plan was followed: through which commit, and from which time on it has to be followed again.
CREATE TABLE tarp_state (
    facility_id        text NOT NULL REFERENCES facility,
    plan               text NOT NULL,
    digest             text NOT NULL,         -- of its conditions
    since_ms           bigint NOT NULL,       -- these conditions hold from here; what is before was another plan
    through_ms         bigint,                -- the newest row that was taken in, Unix ms
    dirty_ms           bigint,                -- to be followed again from here; NULL: nothing to do
    commit_id          bigint NOT NULL,
    level              smallint NOT NULL DEFAULT 0,  -- 0 green ... 3 red: of the newest values, not latched
    standing           jsonb NOT NULL DEFAULT '{}',  -- of tailings.tarp.Standing: what it sees, its readings
    approval           text NOT NULL DEFAULT 'simulated'
        CHECK (approval IN ('simulated', 'in-force', 'approval-ended')),
    approval_ended_on  date,
    PRIMARY KEY (facility_id, plan)
);

-- What its tests remembered at an instant, with everything before it: where a late value lets it go on from.
CREATE TABLE tarp_checkpoint (
    facility_id  text NOT NULL,
    plan         text NOT NULL,
    at_ms        bigint NOT NULL,
    level        smallint NOT NULL,
    memory       jsonb NOT NULL,
    PRIMARY KEY (facility_id, plan, at_ms)
);

-- Changes of level. One that later values take back stays, withdrawn.
CREATE TABLE tarp_level_change (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id   text NOT NULL,
    plan          text NOT NULL,
    at            timestamptz NOT NULL,
    before        smallint NOT NULL,
    after         smallint NOT NULL,
    is_late       boolean NOT NULL,           -- known only when newer values had been followed already
    noted_at      timestamptz NOT NULL,
    withdrawn_at  timestamptz
);
CREATE UNIQUE INDEX tarp_level_change_once ON tarp_level_change (facility_id, plan, at) WHERE withdrawn_at IS NULL;

-- An approval given here, of the conditions as they stand; the facility file may carry one too.
CREATE TABLE tarp_approval (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    plan         text NOT NULL,
    digest       text NOT NULL,
    role         text NOT NULL,
    author       text NOT NULL,
    note         text NOT NULL,
    approved_at  timestamptz NOT NULL,
    valid_to     date
);

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

-- Who holds a named role of the plans ("Engineer of Record") in a facility; numbers of users, never names.
CREATE TABLE duty (
    facility_id  text NOT NULL REFERENCES facility,
    role         text NOT NULL CHECK (length(role) BETWEEN 1 AND 200),
    holder       text NOT NULL CHECK (holder ~ '^(user|key|system):[0-9]+$'),
    given_by     text NOT NULL,
    given_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (facility_id, role, holder)
);

-- An alarm from its first rise until it is back, acknowledged, lowered, and its actions are closed.
-- type: the level of a plan; a reading past a level that is suspect; a plan that cannot see.
CREATE TABLE alarm_event (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id      text NOT NULL REFERENCES facility,
    family           text NOT NULL CHECK (family IN ('dam', 'maintenance')),
    rule             text NOT NULL,           -- the plan, or the rule of maintenance
    subject          text NOT NULL DEFAULT '',  -- of maintenance: the node, the datastream ...
    type             text NOT NULL DEFAULT 'level' CHECK (type IN ('level', 'suspect', 'blind')),
    title            text NOT NULL,           -- of the dam the failure mode in the words of its file; of equipment ''
    detail           jsonb NOT NULL DEFAULT '{}',  -- of equipment: the code of what is wrong, and its values
    is_simulated     boolean NOT NULL,        -- its plan is not in force: suppressed by design
    level            smallint NOT NULL,       -- as it stands: falls by a person where the plan names one
    signal           smallint NOT NULL,       -- as the values are
    highest          smallint NOT NULL,
    lowered_by       text,                    -- the role that may lower it
    began_at         timestamptz NOT NULL,    -- time of the values
    noted_at         timestamptz NOT NULL,    -- time of the clock
    is_past          boolean NOT NULL,        -- was over, or long begun, when it became known
    returned_at      timestamptz,
    acknowledged_at  timestamptz,
    acknowledged_by  text,
    closed_at        timestamptz,
    corrections      integer NOT NULL DEFAULT 0,
    context          jsonb NOT NULL DEFAULT '[]',
    lost             jsonb NOT NULL DEFAULT '[]',  -- of a blind plan: [{code, datastream}], what it misses
    CHECK (type = 'level' OR family = 'dam')
);
CREATE UNIQUE INDEX alarm_event_open ON alarm_event (facility_id, family, rule, subject, type) WHERE closed_at IS NULL;
CREATE INDEX alarm_event_newest ON alarm_event (facility_id, id DESC);

CREATE TABLE alarm_history (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id       bigint NOT NULL REFERENCES alarm_event,
    at             timestamptz NOT NULL,      -- of the values for what they did, of the clock for what persons did
    noted_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind           text NOT NULL CHECK (kind IN (
        'raised', 'escalated', 'raised-again', 'learned-late', 'fell', 'returned', 'corrected', 'acknowledged', 'note',
        'action-closed', 'lowered', 'closed', 'shelved', 'unshelved', 'out-of-service', 'in-service', 'in-force',
        'simulated')),
    level          smallint NOT NULL,
    author         text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    note           text NOT NULL DEFAULT '',
    detail         jsonb NOT NULL DEFAULT '{}',  -- codes and values of the line, put into words where it is shown
    is_unnotified  boolean NOT NULL DEFAULT false  -- it calls nobody; `learned-late` stands for those known late
);
CREATE INDEX alarm_history_event ON alarm_history (event_id, id);
CREATE INDEX alarm_history_unnotified ON alarm_history (event_id, id) WHERE is_unnotified;

CREATE TABLE alarm_action (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id   bigint NOT NULL REFERENCES alarm_event,
    level      smallint NOT NULL,
    who        text NOT NULL,
    what       text NOT NULL,
    due_at     timestamptz,
    closed_at  timestamptz,
    closed_by  text,
    evidence   text
);
CREATE INDEX alarm_action_event ON alarm_action (event_id);

-- Shelved, or out of service: recorded as ever, nobody is notified, until it ends. It holds one level of one type, and
-- nothing that is worse. subject '': all of the rule.
CREATE TABLE alarm_hold (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    family       text NOT NULL CHECK (family IN ('dam', 'maintenance')),
    rule         text NOT NULL,
    subject      text NOT NULL DEFAULT '',
    type         text NOT NULL DEFAULT 'level' CHECK (type IN ('level', 'suspect', 'blind')),
    level        smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    kind         text NOT NULL CHECK (kind IN ('shelved', 'out-of-service')),
    reason       text NOT NULL,
    author       text NOT NULL,
    from_time    timestamptz NOT NULL,
    until        timestamptz NOT NULL CHECK (until > from_time),
    ended_at     timestamptz,
    ended_by     text
);
CREATE INDEX alarm_hold_open ON alarm_hold (facility_id, rule) WHERE ended_at IS NULL;

-- The kinds of lines that call whoever is notified of their level, for all who ask: notifications, and alarm
-- performance.
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
CREATE FUNCTION alarm_hold_of(event alarm_event, now_at timestamptz) RETURNS alarm_hold
LANGUAGE sql STABLE AS $$
    SELECT alarm_hold_of(event, now_at, event.level::integer)
$$;

-- The state of an alarm (ISA-18.2 names, secondary source).
CREATE FUNCTION alarm_state_of(event alarm_event, now_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN event.closed_at IS NOT NULL THEN 'normal'
        WHEN (alarm_hold_of(event, now_at)).id IS NOT NULL THEN (alarm_hold_of(event, now_at)).kind
        WHEN event.is_simulated THEN 'suppressed-by-design'
        WHEN event.acknowledged_at IS NOT NULL THEN 'acknowledged'
        WHEN event.signal = 0 THEN 'returned-unacknowledged'
        ELSE 'unacknowledged' END
$$;

CREATE FUNCTION audit_alarm() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'alarm.' || NEW.kind, 'alarm:' || NEW.event_id,
        jsonb_build_object('level', NEW.level, 'note', encode(sha256(convert_to(NEW.note, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON alarm_history FOR EACH ROW EXECUTE FUNCTION audit_alarm();

CREATE FUNCTION audit_plan() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
            jsonb_build_object('facility', coalesce(NEW.facility_id, OLD.facility_id),
                               'role', coalesce(NEW.role, OLD.role)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON tarp_approval FOR EACH ROW EXECUTE FUNCTION audit_plan();
CREATE TRIGGER audit_insert AFTER INSERT ON tarp_withdrawal FOR EACH ROW EXECUTE FUNCTION audit_plan();
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON alarm_hold FOR EACH ROW EXECUTE FUNCTION audit_plan();
CREATE TRIGGER audit_change AFTER INSERT OR DELETE ON duty FOR EACH ROW EXECUTE FUNCTION audit_plan();

GRANT SELECT ON assessment, tarp_state, tarp_checkpoint, tarp_level_change, tarp_approval, tarp_withdrawal,
    tarp_approval_given, tarp_withdrawal_given, duty, alarm_event, alarm_history, alarm_action, alarm_hold
    TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON assessment, tarp_state, alarm_event TO tailwatch_ingest;
GRANT INSERT, DELETE ON tarp_checkpoint, duty TO tailwatch_ingest;
GRANT INSERT, UPDATE (withdrawn_at) ON tarp_level_change TO tailwatch_ingest;
GRANT INSERT ON tarp_approval, tarp_withdrawal, alarm_history TO tailwatch_ingest;
GRANT INSERT, UPDATE (closed_at, closed_by, evidence) ON alarm_action TO tailwatch_ingest;
GRANT INSERT, UPDATE (ended_at, ended_by) ON alarm_hold TO tailwatch_ingest;
