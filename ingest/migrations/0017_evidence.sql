-- Evidence: photos and sheets as they came, of what people did. Added to, never changed: a correction is a further entry.

CREATE TABLE evidence (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id   text NOT NULL REFERENCES facility,
    subject_kind  text NOT NULL CHECK (subject_kind IN ('action', 'note', 'acknowledgement', 'calibration')),
    subject       text NOT NULL,              -- number of the alarm_action or alarm_history; 'n07:vw1@' and valid_from
    media_type    text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')
                                       OR (media_type = 'application/pdf' AND subject_kind = 'calibration')),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    shows         text NOT NULL CHECK (length(shows) BETWEEN 3 AND 200),  -- what it shows, in words
    content       bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 10000000),
    sha256        bytea NOT NULL GENERATED ALWAYS AS (sha256(content)) STORED,
    author        text NOT NULL CHECK (author ~ '^(user|key):[0-9]+$'),
    stored_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (facility_id, subject_kind, subject, sha256, shows)  -- sent again, by a person or a bad link, it is there once
);
ALTER TABLE evidence ALTER content SET STORAGE EXTERNAL;  -- photos do not become smaller

CREATE FUNCTION refuse_evidence_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence is added to, never changed: keep a further one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION refuse_evidence_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_evidence_change();

CREATE FUNCTION audit_evidence() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'evidence.stored', 'evidence:' || NEW.id, jsonb_build_object(
        'facility', NEW.facility_id, 'subject', NEW.subject_kind || ':' || NEW.subject,
        'sha256', encode(NEW.sha256, 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION audit_evidence();

-- The alarm that a subject of evidence is of; NULL: of none.
CREATE FUNCTION evidence_alarm(subject_kind text, subject text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT event_id FROM alarm_action
    WHERE subject_kind = 'action' AND subject ~ '^[0-9]{1,18}$' AND id = subject::bigint
    UNION ALL
    SELECT event_id FROM alarm_history
    WHERE (subject_kind, kind) IN (('note', 'note'), ('acknowledgement', 'acknowledged'))
      AND subject ~ '^[0-9]{1,18}$' AND id = subject::bigint
$$;

-- Keeps evidence in the name of who holds the secret, and tells who watches: a commit of the facility, written last and
-- under the lock of commits (ingest.store.commit). The state is 'stored', 'known' (the same is there), 'full', 'nobody'
-- (session or key just ended) or 'no-subject'.
CREATE FUNCTION keep_evidence(secret text, facility text, kind text, of_subject text, type text, called text,
                              shown text, bytes bytea, at_most integer, OUT id bigint, OUT state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder text := author_of(secret);
    commit_id bigint;
BEGIN
    IF holder IS NULL THEN
        state := 'nobody';
        RETURN;
    END IF;
    IF kind <> 'calibration' AND NOT EXISTS (SELECT FROM alarm_event e
        WHERE e.id = evidence_alarm(kind, of_subject) AND e.facility_id = facility) THEN
        state := 'no-subject';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'evidence', facility, kind, of_subject), 0));
    SELECT e.id INTO id FROM evidence e
    WHERE (e.facility_id, e.subject_kind, e.subject, e.sha256, e.shows)
        = (facility, kind, of_subject, sha256(bytes), shown);
    IF id IS NOT NULL THEN
        state := 'known';
        RETURN;
    END IF;
    IF (SELECT count(*) FROM evidence e
        WHERE (e.facility_id, e.subject_kind, e.subject) = (facility, kind, of_subject)) >= at_most THEN
        state := 'full';
        RETURN;
    END IF;
    INSERT INTO evidence (facility_id, subject_kind, subject, media_type, name, shows, content, author)
    VALUES (facility, kind, of_subject, type, called, shown, bytes, holder) RETURNING evidence.id INTO id;
    PERFORM pg_advisory_xact_lock(7411002);
    INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES (ARRAY[facility], '{}', 0)
    RETURNING commit_log.id INTO commit_id;
    PERFORM pg_notify('tailwatch_commit', commit_id::text);
    state := 'stored';
END $$;
REVOKE ALL ON FUNCTION keep_evidence FROM PUBLIC;

GRANT SELECT ON evidence TO tailwatch_api;
GRANT EXECUTE ON FUNCTION keep_evidence TO tailwatch_api;
