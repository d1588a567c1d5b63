-- Mail to the public: who is told of changes of the public state and of answers, and what was told so far.
--
-- Of a person there is the mail address alone: sealed, so that only a program with the key of links can read it, and as a
-- keyed digest, by which the same address is found again. A row goes when its person leaves, and two days after nobody has
-- confirmed it. Nothing of it is in the audit log.

-- Whether mail to the public goes out here, as ingest found its settings; of the key that seals addresses a mark.
CREATE TABLE public_mail (
    is_only   boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    key_print  bytea  -- NULL: no mail to the public goes out
);
INSERT INTO public_mail (key_print) VALUES (NULL);

CREATE TABLE subscription (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest         bytea NOT NULL CHECK (length(digest) = 32),
    address        bytea NOT NULL CHECK (length(address) BETWEEN 16 AND 400),  -- sealed
    facility_id    text REFERENCES facility,     -- NULL: of the list of public facilities
    region         text NOT NULL DEFAULT '' CHECK (length(region) <= 20),  -- of the list: its region; '' is all
    language       text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    invited_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_invitation_due  boolean NOT NULL DEFAULT true,  -- the mail with the link to confirm waits
    confirmed_at   timestamptz,
    mailed_at      timestamptz,                  -- when the newest mail got through
    failing_since  timestamptz,                  -- NULL: the newest attempt got through
    attempts       integer NOT NULL DEFAULT 0,   -- that failed since
    next_try_at    timestamptz,                  -- NULL: at once
    CHECK (facility_id IS NULL OR region = '')
);
CREATE UNIQUE INDEX subscription_once ON subscription (digest, coalesce(facility_id, ''), region);

-- What was told of each facility: one row, moved on in the transaction in which a mail was sent.
CREATE TABLE subscription_progress (
    subscription_id  bigint NOT NULL REFERENCES subscription ON DELETE CASCADE,
    facility_id      text NOT NULL REFERENCES facility,
    verdict          text NOT NULL,    -- the public state as it was told; 'closed': that none is published
    change_id        bigint NOT NULL,  -- of verdict_change
    publication      bigint NOT NULL,  -- of public_question
    PRIMARY KEY (subscription_id, facility_id)
);

-- The number of each publication of an answer, in the order in which they are committed for a facility.
ALTER TABLE public_question ADD COLUMN publication bigint;
CREATE SEQUENCE question_publication;
CREATE FUNCTION number_publication() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('publication ' || NEW.facility_id, 0));
    NEW.publication := nextval('question_publication');
    RETURN NEW;
END $$;
UPDATE public_question q SET publication = n.number
FROM (SELECT id, row_number() OVER (ORDER BY decided_at, id) AS number FROM public_question WHERE state = 'published') n
WHERE q.id = n.id;
SELECT setval('question_publication', 1 + count(*)) FROM public_question WHERE state = 'published';
CREATE TRIGGER number_publication BEFORE UPDATE ON public_question
    FOR EACH ROW WHEN (NEW.state = 'published' AND OLD.state <> 'published') EXECUTE FUNCTION number_publication();
CREATE INDEX public_question_publication ON public_question (facility_id, publication) WHERE publication IS NOT NULL;

-- Takes an address of anybody. What it answers says nothing of the address: 'taken', 'full' (too many wait here,
-- whoever they are) or 'closed' (no mail goes out, or none with this key).
CREATE FUNCTION ask_subscription(of_digest bytea, sealed bytea, of_facility text, of_region text, in_language text,
                                 mark bytea, OUT state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    IF NOT EXISTS (SELECT FROM public_mail m WHERE m.key_print = mark) THEN
        state := 'closed';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('subscription', 0));
    IF (SELECT count(*) FROM subscription s WHERE s.confirmed_at IS NULL) >= 1000
        OR (SELECT count(*) FROM subscription) >= 100000 THEN
        state := 'full';
        RETURN;
    END IF;
    state := 'taken';
    UPDATE subscription s SET is_invitation_due = true, invited_at = moment, next_try_at = NULL
    WHERE s.digest = of_digest AND coalesce(s.facility_id, '') = coalesce(of_facility, '') AND s.region = of_region
      AND s.invited_at < moment - interval '12 h';
    -- Five mails that ask an address to confirm in a day, at most, whoever asks for them.
    IF (SELECT count(*) FROM subscription s WHERE s.digest = of_digest AND s.invited_at > moment - interval '1 d') < 5 THEN
        INSERT INTO subscription (digest, address, facility_id, region, language)
        VALUES (of_digest, sealed, of_facility, of_region, in_language) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- What a link that is genuine leads to: of which page it is, and whether it is confirmed; nothing of the address.
CREATE FUNCTION subscription_of(of_id bigint, OUT facility_id text, OUT region text, OUT is_confirmed boolean)
    RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.facility_id, s.region, s.confirmed_at IS NOT NULL FROM subscription s WHERE s.id = of_id
$$;

-- Confirms one that was asked for; whether there is one still.
CREATE FUNCTION confirm_subscription(of_id bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH confirmed AS (
        UPDATE subscription s SET confirmed_at = coalesce(s.confirmed_at, clock_timestamp()), is_invitation_due = false,
               next_try_at = NULL
        WHERE s.id = of_id RETURNING 1)
    SELECT EXISTS (SELECT FROM confirmed)
$$;

-- Forgets an address; whether there was one.
CREATE FUNCTION leave_subscription(of_id bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (DELETE FROM subscription s WHERE s.id = of_id RETURNING 1) SELECT EXISTS (SELECT FROM gone)
$$;
REVOKE ALL ON FUNCTION ask_subscription, subscription_of, confirm_subscription, leave_subscription FROM PUBLIC;

GRANT SELECT ON public_mail TO tailwatch_api, tailwatch_ingest;
GRANT UPDATE (key_print) ON public_mail TO tailwatch_ingest;
GRANT EXECUTE ON FUNCTION ask_subscription, subscription_of, confirm_subscription, leave_subscription TO tailwatch_api;
GRANT SELECT, DELETE ON subscription TO tailwatch_ingest;
GRANT UPDATE (is_invitation_due, mailed_at, failing_since, attempts, next_try_at) ON subscription TO tailwatch_ingest;
GRANT SELECT, INSERT, DELETE, UPDATE (verdict, change_id, publication) ON subscription_progress TO tailwatch_ingest;
