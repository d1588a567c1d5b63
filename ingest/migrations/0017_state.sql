-- What the edge agents and the ingest processes say of themselves: the newest word of each, not a history.

CREATE TABLE agent_state (
    facility_id    text NOT NULL,
    agent_id       text NOT NULL,
    is_online      boolean NOT NULL,
    heard_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    told_at        timestamptz,               -- by the gateway's clock; all that follows is as it was then
    batches        bigint,                    -- not marked yet
    bytes          bigint,
    limit_bytes    bigint,
    oldest_at      timestamptz,               -- when the oldest of them was written; NULL: there is none
    cfg            bigint,                    -- version of the facility file in force
    cfg_hash       text,
    refused_hash   text,                      -- of the facility file that was not taken
    refused_why    text,
    document       jsonb,                     -- the whole of it
    PRIMARY KEY (facility_id, agent_id)
);

CREATE TABLE ingest_state (
    name           text PRIMARY KEY,          -- client id at the broker
    started_at     timestamptz NOT NULL,
    told_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_connected   boolean NOT NULL,          -- with the broker
    retries        bigint NOT NULL,           -- transactions that had to be tried again since the start
    waiting_bytes  bigint NOT NULL            -- delivered and not stored yet
);

GRANT SELECT, INSERT, UPDATE ON agent_state, ingest_state TO tailwatch_ingest;
GRANT SELECT ON agent_state, ingest_state TO tailwatch_api;
