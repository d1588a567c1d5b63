-- What the public is told over time, and what it asks: changes of the verdict, and questions of citizens with answers.

-- Each verdict of a facility from the instant at which it began. What nobody assessed for longer than an assessment holds
-- is written as 'blind' from that end on, so that no green reaches over a time in which nobody looked.
CREATE TABLE verdict_change (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    at           timestamptz NOT NULL,
    verdict      text NOT NULL
);
CREATE INDEX verdict_change_newest ON verdict_change (facility_id, id DESC);
INSERT INTO verdict_change (facility_id, at, verdict) SELECT facility_id, made_at, verdict FROM assessment;

CREATE FUNCTION note_verdict_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.verdict;
        IF NEW.made_at > OLD.valid_until AND before <> 'blind' THEN
            before := 'blind';
            INSERT INTO verdict_change (facility_id, at, verdict) VALUES (NEW.facility_id, OLD.valid_until, before);
        END IF;
    END IF;
    IF before IS DISTINCT FROM NEW.verdict THEN
        INSERT INTO verdict_change (facility_id, at, verdict) VALUES (NEW.facility_id, NEW.made_at, NEW.verdict);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON assessment
    FOR EACH ROW EXECUTE FUNCTION note_verdict_change();

-- Questions and observations of citizens: the words and the day, and nothing of who sent them. Waiting ones are read by
-- those who answer; declined ones lose their words at once.
CREATE TABLE public_question (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    kind         text NOT NULL CHECK (kind IN ('question', 'observation')),
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    words        text NOT NULL CHECK (length(words) <= 2000 AND (length(words) >= 10 OR state = 'declined')),
    sent_on      date NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')::date,
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'published', 'declined')),
    is_shortened boolean NOT NULL DEFAULT false,  -- words of it were left out before it was published
    answer       text NOT NULL DEFAULT '' CHECK (length(answer) <= 4000),  -- of a declined one the reason
    decided_at   timestamptz,
    decided_by   text CHECK (decided_by ~ '^(user|key|system):[0-9]+$'),
    CHECK ((state = 'waiting') = (decided_at IS NULL) AND (state = 'waiting') = (decided_by IS NULL))
);
CREATE INDEX public_question_newest ON public_question (facility_id, state, id DESC);
CREATE UNIQUE INDEX public_question_once ON public_question (facility_id, md5(words)) WHERE state = 'waiting';

-- What is decided is in the audit log, as who answered and when; that somebody sent one is not, for nobody is known.
CREATE FUNCTION audit_public_question() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.decided_by, 'question.' || NEW.state, 'question:' || NEW.id, jsonb_build_object(
        'facility', NEW.facility_id, 'answer', encode(sha256(convert_to(NEW.answer, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_update AFTER UPDATE ON public_question FOR EACH ROW EXECUTE FUNCTION audit_public_question();

-- Takes a question of anybody where the facility takes any. The state is 'stored', 'known' (the same words wait), 'full'
-- (so many wait, or came today) or 'closed' (the facility takes none, or there is none).
CREATE FUNCTION send_question(of_facility text, of_kind text, in_language text, of_words text, most_waiting integer,
                              most_a_day integer, OUT id bigint, OUT state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    commit_id bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM facility f WHERE f.id = of_facility
                   AND coalesce((f.document #>> '{disclosure,questions}')::boolean, false)) THEN
        state := 'closed';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('question ' || of_facility, 0));
    SELECT q.id INTO id FROM public_question q
    WHERE q.facility_id = of_facility AND q.state = 'waiting' AND md5(q.words) = md5(of_words);
    IF id IS NOT NULL THEN
        state := 'known';
        RETURN;
    END IF;
    IF (SELECT count(*) FROM public_question q WHERE q.facility_id = of_facility AND q.state = 'waiting') >= most_waiting
        OR (SELECT count(*) FROM public_question q WHERE q.facility_id = of_facility
            AND q.sent_on = (clock_timestamp() AT TIME ZONE 'UTC')::date) >= most_a_day THEN
        state := 'full';
        RETURN;
    END IF;
    INSERT INTO public_question (facility_id, kind, language, words)
    VALUES (of_facility, of_kind, in_language, of_words) RETURNING public_question.id INTO id;
    PERFORM pg_advisory_xact_lock(7411002);
    INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES (ARRAY[of_facility], '{}', 0)
    RETURNING commit_log.id INTO commit_id;
    PERFORM pg_notify('tailwatch_commit', commit_id::text);
    state := 'stored';
END $$;
REVOKE ALL ON FUNCTION send_question FROM PUBLIC;

GRANT SELECT ON verdict_change, public_question TO tailwatch_api, tailwatch_ingest;
GRANT UPDATE (words, state, is_shortened, answer, decided_at, decided_by) ON public_question TO tailwatch_ingest;
GRANT EXECUTE ON FUNCTION send_question TO tailwatch_api;
