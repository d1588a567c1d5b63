-- What was sent and what became of it. A chapter is one epoch of one sender: a node ('n07') or an agent ('_edge/gw1').
-- Facilities are named without a foreign key: a message from an unknown one must be kept too.

CREATE TABLE chapter (
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    epoch        text NOT NULL,
    state        jsonb,                       -- wire.Chapter.state(); NULL: begun in this very transaction
    through      bigint NOT NULL DEFAULT -1,  -- the mark: every seq up to here is stored or accounted for
    sent         bigint NOT NULL DEFAULT 0,
    stored       bigint NOT NULL DEFAULT 0,
    quarantined  bigint NOT NULL DEFAULT 0,
    dropped      bigint NOT NULL DEFAULT 0,
    unreadable   bigint NOT NULL DEFAULT 0,
    lost         bigint NOT NULL DEFAULT 0,
    pending      bigint NOT NULL DEFAULT 0,
    late         bigint NOT NULL DEFAULT 0,   -- of stored: arrived long after its time
    repeats      bigint NOT NULL DEFAULT 0,   -- arrived again; not part of sent
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (facility_id, sender, epoch),
    CONSTRAINT the_sum_adds_up CHECK (sent = stored + quarantined + dropped + unreadable + lost + pending)
) WITH (fillfactor = 50);

-- The running total of repeated packs that an agent tells of a node, by epoch of the agent.
CREATE TABLE node_repeats (
    facility_id  text NOT NULL,
    node_id      text NOT NULL,
    agent_id     text NOT NULL,
    epoch        text NOT NULL,
    total        bigint NOT NULL,
    PRIMARY KEY (facility_id, node_id, agent_id, epoch)
);

-- The same by day (UTC): stored, quarantined and late by the day of the pack's own time, the others by the day on
-- which they became known. The days of a chapter add up to the chapter; so a day's count can be negative when what was
-- lost comes after all.
CREATE TABLE ledger_day (
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    epoch        text NOT NULL,
    day          date NOT NULL,
    stored       bigint NOT NULL DEFAULT 0,
    quarantined  bigint NOT NULL DEFAULT 0,
    dropped      bigint NOT NULL DEFAULT 0,
    unreadable   bigint NOT NULL DEFAULT 0,
    lost         bigint NOT NULL DEFAULT 0,
    late         bigint NOT NULL DEFAULT 0,
    duplicate    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (facility_id, sender, epoch, day)
) WITH (fillfactor = 50);

CREATE VIEW ledger_epoch AS
SELECT facility_id, sender, epoch, started_at, updated_at, through,
       sent, stored, late, repeats AS duplicate, dropped, unreadable, lost, quarantined, pending
FROM chapter;

CREATE TABLE quarantine (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    epoch        text,
    seq          bigint,
    received_at  timestamptz NOT NULL,
    reason       text NOT NULL,
    field        text NOT NULL DEFAULT '',
    fix          text NOT NULL DEFAULT '',
    raw          bytea NOT NULL,              -- what came, cut by the agent to what a batch may carry
    bytes        bigint NOT NULL,             -- full length of what came
    stage        text NOT NULL CHECK (stage IN ('edge', 'ingest')),
    state        text NOT NULL DEFAULT 'open',
    times        bigint NOT NULL DEFAULT 1,   -- how often the very same bytes came for the same reason
    digest       bytea NOT NULL GENERATED ALWAYS AS (sha256(raw)) STORED
);
CREATE UNIQUE INDEX quarantine_once ON quarantine (facility_id, sender, stage, reason, field, digest);
CREATE INDEX quarantine_newest ON quarantine (facility_id, id DESC);
