-- On call: whose turn it is to be on duty, test alarms, acknowledging without a login, the hand-over.

-- Hours that the members have in turn; a member is a recipient of the dam, by its name.
CREATE TABLE rota_shift (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    weekdays     smallint[] NOT NULL,         -- on which it begins; 1 is Monday
    begins       time NOT NULL,               -- hand-over, in the facility's zone
    ends         time NOT NULL,               -- the same as begins: a day later
    turn         text NOT NULL CHECK (turn IN ('day', 'week')),
    first_day    date NOT NULL,               -- on which the first member has it
    members      text[] NOT NULL CHECK (cardinality(members) BETWEEN 1 AND 20),
    given_by     text NOT NULL,
    given_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz
);
CREATE UNIQUE INDEX rota_shift_name ON rota_shift (facility_id, name) WHERE ended_at IS NULL;

-- Somebody is away: a vacation, or one half of a swap.
CREATE TABLE rota_absence (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    member       text NOT NULL,
    from_time    timestamptz NOT NULL,
    until        timestamptz NOT NULL CHECK (until > from_time),
    stand_in     text,                        -- NULL: nobody, which is a gap
    given_by     text NOT NULL,
    given_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz
);
CREATE INDEX rota_absence_open ON rota_absence (facility_id) WHERE ended_at IS NULL;

-- The rota of each facility that has one, as tailings.rota reads it.
CREATE VIEW rota_given AS
SELECT f.id AS facility_id, jsonb_build_object(
    'timezone', f.document ->> 'timezone',
    'shifts', (SELECT jsonb_agg(jsonb_build_object('name', s.name, 'weekdays', s.weekdays, 'begins', s.begins,
                   'ends', s.ends, 'turn', s.turn, 'first_day', s.first_day, 'members', s.members) ORDER BY s.id)
               FROM rota_shift s WHERE s.facility_id = f.id AND s.ended_at IS NULL),
    'absences', coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'member', a.member, 'start', a.from_time,
                   'stop', a.until, 'stand_in', a.stand_in) ORDER BY a.id)
               FROM rota_absence a WHERE a.facility_id = f.id AND a.ended_at IS NULL), '[]'),
    'recipients', coalesce((SELECT jsonb_agg(r.name ORDER BY r.id) FROM recipient r
               WHERE r.facility_id = f.id AND r.family = 'dam' AND r.ended_at IS NULL), '[]')) AS document
FROM facility f WHERE EXISTS (SELECT FROM rota_shift s WHERE s.facility_id = f.id AND s.ended_at IS NULL);

CREATE FUNCTION audit_rota() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(audit_actor(),
        TG_ARGV[0] || CASE WHEN NEW.ended_at IS NULL THEN '.given' ELSE '.ended' END, TG_ARGV[0] || ':' || NEW.id,
        jsonb_build_object('facility', NEW.facility_id));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON rota_shift
    FOR EACH ROW EXECUTE FUNCTION audit_rota('shift');
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON rota_absence
    FOR EACH ROW EXECUTE FUNCTION audit_rota('absence');

GRANT SELECT ON rota_shift, rota_absence, rota_given TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (ended_at) ON rota_shift, rota_absence TO tailwatch_ingest;

-- A test alarm: it goes to the recipients of the dam in turn, as one of this level would, under the key t:ID of their
-- notifications. It is no alarm_event: nothing that counts, judges or shows alarms knows of it.
CREATE TABLE alarm_test (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id   text NOT NULL REFERENCES facility,
    level         smallint NOT NULL CHECK (level BETWEEN 1 AND 3),
    author        text NOT NULL,
    made_at       timestamptz NOT NULL,
    confirmed_at  timestamptz                 -- by the first one: nobody further is called
);
CREATE INDEX alarm_test_newest ON alarm_test (facility_id, id DESC);
CREATE TABLE alarm_test_confirmation (
    test_id  bigint NOT NULL REFERENCES alarm_test,
    author   text NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (test_id, author)
);

CREATE FUNCTION audit_alarm_test() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'alarm_test' THEN
        PERFORM audit_append(NEW.author, 'test-alarm.made', 'test:' || NEW.id,
                             jsonb_build_object('facility', NEW.facility_id, 'level', NEW.level));
    ELSE
        PERFORM audit_append(NEW.author, 'test-alarm.confirmed', 'test:' || NEW.test_id, '{}');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON alarm_test FOR EACH ROW EXECUTE FUNCTION audit_alarm_test();
CREATE TRIGGER audit_insert AFTER INSERT ON alarm_test_confirmation FOR EACH ROW EXECUTE FUNCTION audit_alarm_test();

GRANT SELECT ON alarm_test, alarm_test_confirmation TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (confirmed_at) ON alarm_test TO tailwatch_ingest;
GRANT INSERT ON alarm_test_confirmation TO tailwatch_ingest;

-- A link in a notification, with which its recipient acknowledges an alarm, or confirms a test, without a login: once, until it expires. The
-- api can act in the name of nobody whose link it was not shown: it knows the digest alone.
CREATE TABLE alarm_link (
    digest        bytea PRIMARY KEY CHECK (length(digest) = 32),  -- SHA-256 of the signed text
    event_id      bigint REFERENCES alarm_event,
    test_id       bigint REFERENCES alarm_test,
    recipient_id  integer NOT NULL REFERENCES recipient,
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz,
    command_id    bigint REFERENCES command,
    refusals      integer NOT NULL DEFAULT 0,
    CHECK (num_nonnulls(event_id, test_id) = 1)
);

-- Who acknowledges by a link is a recipient.
ALTER TABLE command DROP CONSTRAINT command_author_check,
    ADD CONSTRAINT command_author_check CHECK (author ~ '^(user|key|system|recipient):[0-9]+$');
ALTER TABLE alarm_history DROP CONSTRAINT alarm_history_author_check,
    ADD CONSTRAINT alarm_history_author_check
        CHECK (author ~ '^((user|key|system|recipient):[0-9]+|program:[a-z_]+)$');

-- What a link is good for now, and why for nothing: the one answer, for who looks and for who uses it.
CREATE FUNCTION alarm_link_state(link alarm_link) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN link.used_at IS NOT NULL THEN (SELECT CASE c.state WHEN 'done' THEN 'done' WHEN 'issued' THEN 'issued'
            WHEN 'running' THEN 'issued' ELSE 'failed' END FROM command c WHERE c.id = link.command_id)
        WHEN r.ended_at IS NOT NULL THEN 'recipient-ended'
        WHEN link.expires_at <= now() THEN 'expired'
        WHEN e.closed_at IS NOT NULL THEN 'closed'
        WHEN e.acknowledged_at IS NOT NULL THEN 'acknowledged'
        ELSE 'open' END
    FROM recipient r LEFT JOIN alarm_event e ON e.id = link.event_id WHERE r.id = link.recipient_id
$$;

-- Uses a link: writes the command that the page of the alarm would write, in the name of the recipient. Returns 'issued',
-- or why it does not: its state, 'used', 'unknown', or 'risen' when the alarm stands higher than what was shown.
-- Of what is refused the audit log takes twenty lines a link.
CREATE FUNCTION use_alarm_link(secret text, shown_level integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    link alarm_link;
    stands integer;
    state text;
    holder text;
    subject text;
BEGIN
    SELECT * INTO link FROM alarm_link WHERE digest = secret_digest(secret) FOR UPDATE;
    IF link.digest IS NULL THEN
        RETURN 'unknown';
    END IF;
    SELECT level INTO stands FROM alarm_event WHERE id = link.event_id;
    holder := 'recipient:' || link.recipient_id;
    subject := coalesce('alarm:' || link.event_id, 'test:' || link.test_id);
    state := CASE WHEN link.used_at IS NOT NULL THEN 'used' ELSE alarm_link_state(link) END;
    IF state = 'open' AND stands > shown_level THEN
        state := 'risen';
    END IF;
    IF state <> 'open' THEN
        UPDATE alarm_link SET refusals = refusals + 1 WHERE digest = link.digest;
        IF link.refusals < 20 THEN
            PERFORM audit_append(holder, 'link.refused', subject, jsonb_build_object('state', state));
        END IF;
        RETURN state;
    END IF;
    PERFORM audit_append(holder, 'link.used', subject, jsonb_build_object('level', stands));
    INSERT INTO command (kind, facility_id, body, author)
    SELECT CASE WHEN link.test_id IS NULL THEN 'acknowledge-alarm' ELSE 'confirm-test' END, r.facility_id,
           jsonb_strip_nulls(jsonb_build_object('alarm', link.event_id, 'test', link.test_id)), holder
    FROM recipient r WHERE r.id = link.recipient_id RETURNING id INTO link.command_id;
    UPDATE alarm_link SET used_at = now(), command_id = link.command_id WHERE digest = link.digest;
    RETURN 'issued';
END $$;
REVOKE ALL ON FUNCTION use_alarm_link FROM PUBLIC;

GRANT EXECUTE ON FUNCTION use_alarm_link TO tailwatch_api;
GRANT SELECT ON alarm_link TO tailwatch_api;
GRANT SELECT, INSERT ON alarm_link TO tailwatch_ingest;

-- By which service a recipient is notified, without the rest of the address, which holds secrets.
CREATE VIEW recipient_channel AS
SELECT id AS recipient_id, lower(split_part(address, ':', 1)) AS channel FROM recipient;

-- From when on an alarm waits for somebody to acknowledge it as it stands; NULL: it has called nobody.
CREATE FUNCTION alarm_called_since(event alarm_event) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(h.noted_at) FROM alarm_history h
    WHERE h.event_id = event.id AND alarm_kind_calls(h.kind) AND NOT h.is_unnotified AND h.level >= event.level
$$;

GRANT SELECT ON recipient_channel TO tailwatch_ingest, tailwatch_api;

-- What a person leaves to the next one at the end of a shift. listed: the alarms that were open and what was held, as
-- they stood when it was written: {alarms: [{alarm, level, type, is_acknowledged}], holds: [{hold, kind, rule, until}]}.
CREATE TABLE hand_over_note (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id   text NOT NULL REFERENCES facility,
    author        text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    written_at    timestamptz NOT NULL,
    note          text NOT NULL CHECK (length(note) BETWEEN 3 AND 4000),
    listed        jsonb NOT NULL,
    confirmed_by  text CHECK (confirmed_by ~ '^(user|key|system):[0-9]+$'),
    confirmed_at  timestamptz
);
CREATE INDEX hand_over_note_newest ON hand_over_note (facility_id, id DESC);

CREATE FUNCTION audit_hand_over() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(coalesce(NEW.confirmed_by, NEW.author),
        CASE WHEN NEW.confirmed_at IS NULL THEN 'hand-over.written' ELSE 'hand-over.confirmed' END,
        'hand-over:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'listed', NEW.listed,
            'note', encode(sha256(convert_to(NEW.note, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON hand_over_note
    FOR EACH ROW EXECUTE FUNCTION audit_hand_over();

GRANT SELECT ON hand_over_note TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (confirmed_by, confirmed_at) ON hand_over_note TO tailwatch_ingest;

-- When a person last looked at a facility: the visit that goes on, and the end of the one before.
CREATE TABLE last_visit (
    account_id   integer NOT NULL REFERENCES account,
    facility_id  text NOT NULL REFERENCES facility,
    since        timestamptz NOT NULL,        -- when the visit before ended
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (account_id, facility_id)
);
CREATE FUNCTION keep_visit(secret text, facility text, since_at timestamptz, now_at timestamptz) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO last_visit AS v (account_id, facility_id, since, seen_at)
    SELECT account_id, facility, since_at, now_at FROM session_of(secret)
    ON CONFLICT (account_id, facility_id) DO UPDATE SET since = since_at, seen_at = now_at RETURNING account_id
$$;
REVOKE ALL ON FUNCTION keep_visit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_visit TO tailwatch_api;
GRANT SELECT ON last_visit TO tailwatch_api, tailwatch_ingest;
