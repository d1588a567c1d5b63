-- Who may do what: users with roles, keys of programs, sessions of pages. Secrets are here as hashes only.
-- The owner (`tailwatch user` and `tailwatch key`) writes users, roles and keys. The api writes when a key was last used;
-- sessions and passwords it changes by functions alone, each of which asks for the secret of the person that it is for: it
-- can act for nobody who does not ask it to. It reads no password hash.

CREATE TABLE account (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- the number of a user, in the audit log too
    created_at   timestamptz NOT NULL DEFAULT now(),
    disabled_at  timestamptz
);

-- What can be erased of a user without a trace: everything that names a person.
CREATE TABLE person (
    account_id     integer PRIMARY KEY REFERENCES account,
    login          text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    name           text NOT NULL DEFAULT '',
    phone          text NOT NULL DEFAULT '',
    password_hash  text NOT NULL              -- argon2id, PHC string
);

CREATE TABLE account_role (
    account_id   integer NOT NULL REFERENCES account,
    facility_id  text NOT NULL,               -- '*': every facility
    role         text NOT NULL CHECK (role IN ('read', 'annotate', 'approve', 'admin')),
    PRIMARY KEY (account_id, facility_id)
);

CREATE TABLE api_key (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      bytea NOT NULL UNIQUE CHECK (length(digest) = 32),  -- SHA-256 of the 256-bit key
    label       text NOT NULL,
    scopes      text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'annotate', 'approve', 'admin']),
    facilities  text[] NOT NULL,              -- {*}: every facility
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz,
    revoked_at  timestamptz
);

CREATE TABLE api_key_use (
    key_id        integer PRIMARY KEY REFERENCES api_key,
    last_used_at  timestamptz NOT NULL
);

CREATE TABLE session (
    digest        bytea PRIMARY KEY CHECK (length(digest) = 32),  -- SHA-256 of the cookie
    number        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,  -- by which its person names it
    account_id    integer NOT NULL REFERENCES account,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_seen_at  timestamptz NOT NULL DEFAULT now(),
    address       text NOT NULL DEFAULT '',   -- where it began; gone with the row
    browser       text NOT NULL DEFAULT ''    -- kind and system in a word each, 'firefox linux'
);
CREATE INDEX session_account ON session (account_id);

-- A one-time code with which a person sets a new password; a newer one takes its place, its use removes it.
CREATE TABLE password_reset (
    account_id  integer PRIMARY KEY REFERENCES account,
    digest      bytea NOT NULL UNIQUE CHECK (length(digest) = 32),  -- SHA-256 of the code
    expires_at  timestamptz NOT NULL
);

-- One row: how many failed logins the audit log took in this hour. Beyond the limit of `note_failed_login` they are counted.
CREATE TABLE failed_login_budget (
    is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    hour     timestamptz NOT NULL,
    entries  integer NOT NULL,
    others   bigint NOT NULL                  -- not written yet; the next row has them in its detail
);
INSERT INTO failed_login_budget (hour, entries, others) VALUES ('-infinity', 0, 0);
CREATE INDEX audit_failed_login ON audit (number) WHERE action = 'login.failed';

CREATE FUNCTION audit_access() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    verb text := lower(TG_OP);
BEGIN
    IF TG_TABLE_NAME = 'account' THEN
        PERFORM audit_append(audit_actor(), 'user.' || verb, 'user:' || NEW.id,
                             jsonb_build_object('disabled', NEW.disabled_at IS NOT NULL));
    ELSIF TG_TABLE_NAME = 'person' THEN
        PERFORM audit_append(audit_actor(), 'person.' || verb,
            'user:' || coalesce(NEW.account_id, OLD.account_id), '{}');
    ELSIF TG_TABLE_NAME = 'account_role' THEN
        PERFORM audit_append(audit_actor(), 'role.' || verb, 'user:' || coalesce(NEW.account_id, OLD.account_id),
            jsonb_build_object('facility', coalesce(NEW.facility_id, OLD.facility_id),
                               'role', coalesce(NEW.role, OLD.role)));
    ELSIF TG_TABLE_NAME = 'password_reset' THEN
        PERFORM audit_append(audit_actor(), 'password-reset.make', 'user:' || NEW.account_id,
                             jsonb_build_object('expires', NEW.expires_at));
    ELSE
        PERFORM audit_append(audit_actor(), 'key.' || verb, 'key:' || NEW.id, jsonb_build_object('scopes', NEW.scopes,
            'facilities', NEW.facilities, 'expires', NEW.expires_at, 'revoked', NEW.revoked_at IS NOT NULL));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON account FOR EACH ROW EXECUTE FUNCTION audit_access();
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON person FOR EACH ROW EXECUTE FUNCTION audit_access();
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON account_role
    FOR EACH ROW EXECUTE FUNCTION audit_access();
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION audit_access();

CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON password_reset FOR EACH ROW EXECUTE FUNCTION audit_access();

CREATE FUNCTION secret_digest(secret text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(secret, 'UTF8'))
$$;

-- A session ends after 12 hours without use, and after 7 days however much it is used.
CREATE FUNCTION is_session_over(created_at timestamptz, last_seen_at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT last_seen_at <= now() - interval '12 hours' OR created_at <= now() - interval '7 days'
$$;

-- The living session of a cookie, while its person is let in.
CREATE FUNCTION session_of(token text) RETURNS SETOF session LANGUAGE sql STABLE AS $$
    SELECT s.* FROM session s JOIN account a ON a.id = s.account_id
    WHERE s.digest = secret_digest(token) AND a.disabled_at IS NULL AND NOT is_session_over(s.created_at, s.last_seen_at)
$$;

-- Who holds this secret, the cookie of a session or a key: 'user:3', 'key:5'; NULL: nobody any more.
CREATE FUNCTION author_of(secret text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'user:' || account_id FROM session_of(secret)
    UNION ALL
    SELECT 'key:' || id FROM api_key
    WHERE digest = secret_digest(secret) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
$$;

-- Version, costs and salt of a person's password, all but the hash: what one needs to make the hash of an attempt.
CREATE FUNCTION password_salt(login text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT regexp_replace(p.password_hash, '[$][^$]*$', '') FROM person p JOIN account a ON a.id = p.account_id
    WHERE p.login = password_salt.login AND a.disabled_at IS NULL
$$;

-- The hash of the password is the proof: without it nobody's session begins.
CREATE FUNCTION begin_session(login text, hash text, digest bytea, address text, browser text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person_id integer;
BEGIN
    SELECT p.account_id INTO person_id FROM person p JOIN account a ON a.id = p.account_id
    WHERE p.login = begin_session.login AND p.password_hash = begin_session.hash AND a.disabled_at IS NULL;
    IF person_id IS NOT NULL THEN
        DELETE FROM session s WHERE is_session_over(s.created_at, s.last_seen_at);
        INSERT INTO session (digest, account_id, address, browser)
        VALUES (begin_session.digest, person_id, begin_session.address, begin_session.browser);
    END IF;
    RETURN person_id;
END $$;

CREATE FUNCTION see_session(token text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE session SET last_seen_at = now() WHERE number = (SELECT number FROM session_of(token)) RETURNING number
$$;

CREATE FUNCTION end_session(token text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM session WHERE digest = secret_digest(token) RETURNING number
$$;

-- Ends one session of the person whose cookie this is, or with NULL all but this one; the number of those that ended.
CREATE FUNCTION end_own_sessions(token text, which bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH own AS (SELECT * FROM session_of(token)), ended AS (
        DELETE FROM session s USING own WHERE s.account_id = own.account_id
            AND CASE WHEN which IS NULL THEN s.number <> own.number ELSE s.number = which END RETURNING s.number)
    SELECT count(*) FROM ended
$$;

-- Sets the hash, and ends all sessions of the person but one.
CREATE FUNCTION replace_password(person_id integer, hash text, but bigint, how text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('tailwatch.actor', 'user:' || person_id, true);
    UPDATE person SET password_hash = hash WHERE account_id = person_id;
    DELETE FROM session WHERE account_id = person_id AND number IS DISTINCT FROM but;
    DELETE FROM password_reset WHERE account_id = person_id;
    PERFORM audit_append('user:' || person_id, how, 'user:' || person_id, '{}');
END $$;
REVOKE ALL ON FUNCTION replace_password FROM PUBLIC;

-- A person who is logged in and gives the hash of the present password changes it; false: the present one is another.
CREATE FUNCTION change_password(token text, present text, fresh text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own session;
BEGIN
    SELECT s.* INTO own FROM session_of(token) s JOIN person p ON p.account_id = s.account_id
    WHERE p.password_hash = present;
    IF own.number IS NULL THEN
        RETURN false;
    END IF;
    PERFORM replace_password(own.account_id, fresh, own.number, 'password.change');
    RETURN true;
END $$;

-- Whose code this is, while it counts.
CREATE FUNCTION reset_of(code text) RETURNS TABLE (account_id integer, login text, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.account_id, p.login, p.name FROM password_reset r JOIN person p ON p.account_id = r.account_id
    JOIN account a ON a.id = r.account_id
    WHERE r.digest = secret_digest(code) AND r.expires_at > now() AND a.disabled_at IS NULL
$$;

CREATE FUNCTION use_reset(code text, fresh text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person_id integer;
BEGIN
    DELETE FROM password_reset r USING reset_of(code) o WHERE r.account_id = o.account_id
    RETURNING r.account_id INTO person_id;
    IF person_id IS NULL THEN
        RETURN false;
    END IF;
    PERFORM replace_password(person_id, fresh, NULL, 'password-reset.use');
    RETURN true;
END $$;

-- Failed logins of a name from a line (an address, or the /64 of IPv6), for the audit log: the number of the user, never
-- the name that was typed, which may be a password. At most 60 rows an hour; the next row tells how many it had no room for.
CREATE FUNCTION note_failed_login(login text, line text, failures integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    budget failed_login_budget;
    subject text := coalesce((SELECT 'user:' || account_id FROM person p WHERE p.login = note_failed_login.login),
                             'user:unknown');
    detail jsonb := jsonb_build_object('address', left(line, 64), 'failures', failures);
BEGIN
    SELECT * INTO STRICT budget FROM failed_login_budget FOR UPDATE;
    IF budget.hour <> date_trunc('hour', now()) THEN
        budget.hour := date_trunc('hour', now());
        budget.entries := 0;
    END IF;
    IF budget.entries < 60 THEN
        IF budget.others > 0 THEN
            detail := detail || jsonb_build_object('others', budget.others);
        END IF;
        PERFORM audit_append('program:' || session_user, 'login.failed', subject, detail);
        budget.entries := budget.entries + 1;
        budget.others := 0;
    ELSE
        budget.others := budget.others + 1;
    END IF;
    UPDATE failed_login_budget SET hour = budget.hour, entries = budget.entries, others = budget.others;
END $$;

REVOKE ALL ON FUNCTION password_salt, begin_session, see_session, end_session, end_own_sessions, change_password, reset_of,
    use_reset, note_failed_login FROM PUBLIC;
GRANT EXECUTE ON FUNCTION password_salt, begin_session, see_session, end_session, end_own_sessions, change_password,
    reset_of, use_reset, note_failed_login TO tailwatch_api;
GRANT SELECT ON account, account_role, api_key, api_key_use, session, failed_login_budget TO tailwatch_api;
GRANT SELECT (account_id, login, name, phone) ON person TO tailwatch_api;
GRANT INSERT, UPDATE ON api_key_use TO tailwatch_api;
