-- Who may do what: users with roles, keys of programs, sessions of pages. Secrets are here as hashes only.
-- The owner (`tailwatch user` and `tailwatch key`) writes users, roles and keys; the api writes sessions and when a key
-- was last used, and nothing else of this.

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
    account_id    integer NOT NULL REFERENCES account,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_seen_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_account ON session (account_id);

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

GRANT SELECT ON account, person, account_role, api_key, api_key_use, session TO tailwatch_api;
GRANT INSERT, UPDATE ON api_key_use TO tailwatch_api;
GRANT INSERT, DELETE, UPDATE (last_seen_at) ON session TO tailwatch_api;
