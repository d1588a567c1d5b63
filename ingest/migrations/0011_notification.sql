-- Notifications: who is notified of what, the outbox that nothing is lost from when a channel is down, and every
-- attempt.

-- Addresses hold secrets: the api cannot read that column.
CREATE TABLE recipient (
    id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id    text NOT NULL REFERENCES facility,
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),  -- of a duty, not of a person: "Shift phone"
    address        text NOT NULL,             -- as apprise writes it
    family         text NOT NULL CHECK (family IN ('dam', 'maintenance')),
    from_level     smallint NOT NULL DEFAULT 1 CHECK (from_level BETWEEN 1 AND 3),
    after_min      integer NOT NULL DEFAULT 0 CHECK (after_min BETWEEN 0 AND 10080),  -- if unacknowledged
    weekdays       smallint[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}',  -- on call; 1 is Monday
    on_call_from   time,                      -- in the facility's zone; NULL: all day
    on_call_until  time,
    quiet_from     time,
    quiet_until    time,
    has_digest     boolean NOT NULL DEFAULT false,
    given_by       text NOT NULL,
    given_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at       timestamptz,
    CHECK ((on_call_from IS NULL) = (on_call_until IS NULL)),
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (family = 'maintenance' OR quiet_from IS NULL)  -- the dam knows no quiet hours
);
CREATE UNIQUE INDEX recipient_name ON recipient (facility_id, name) WHERE ended_at IS NULL;

CREATE TABLE notification (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient_id  integer NOT NULL REFERENCES recipient,
    event_id      bigint REFERENCES alarm_event,
    kind          text NOT NULL CHECK (kind IN (
        'raised', 'escalated', 'raised-again', 'learned-late', 'unshelved', 'in-service', 'in-force', 'returned',
        'unacknowledged', 'digest', 'test')),
    key           text NOT NULL,              -- of what it is about: that is notified once
    subject       text NOT NULL,
    body          text NOT NULL,
    made_at       timestamptz NOT NULL,
    due_at        timestamptz NOT NULL,       -- later than made_at in quiet hours
    next_try_at   timestamptz NOT NULL,
    attempts      integer NOT NULL DEFAULT 0,
    sent_at       timestamptz,
    given_up_at   timestamptz,
    UNIQUE (recipient_id, kind, key)
);
CREATE INDEX notification_waiting ON notification (recipient_id, id) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX notification_event ON notification (event_id);

CREATE TABLE notification_attempt (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notification_id  bigint NOT NULL REFERENCES notification,
    at               timestamptz NOT NULL,
    is_sent          boolean NOT NULL,
    error            text NOT NULL DEFAULT ''
);
CREATE INDEX notification_attempt_notification ON notification_attempt (notification_id);

-- Through which line of the history of alarms notifications were made.
CREATE TABLE notification_cursor (
    is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    history_id  bigint NOT NULL
);
INSERT INTO notification_cursor (history_id) VALUES (0);

CREATE FUNCTION audit_recipient() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(audit_actor(), 'recipient.' || CASE WHEN NEW.ended_at IS NULL THEN 'given' ELSE 'ended' END,
        'recipient:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'family', NEW.family,
            'from_level', NEW.from_level, 'after_min', NEW.after_min));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON recipient FOR EACH ROW EXECUTE FUNCTION audit_recipient();

GRANT SELECT ON recipient, notification, notification_attempt, notification_cursor TO tailwatch_ingest;
GRANT SELECT (id, facility_id, name, family, from_level, after_min, weekdays, on_call_from, on_call_until, quiet_from,
    quiet_until, has_digest, given_by, given_at, ended_at) ON recipient TO tailwatch_api;
GRANT SELECT ON notification, notification_attempt TO tailwatch_api;
GRANT INSERT, UPDATE (ended_at) ON recipient TO tailwatch_ingest;
GRANT INSERT, UPDATE (attempts, next_try_at, sent_at, given_up_at) ON notification TO tailwatch_ingest;
GRANT INSERT ON notification_attempt TO tailwatch_ingest;
GRANT UPDATE ON notification_cursor TO tailwatch_ingest;
