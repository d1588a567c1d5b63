-- What was sent and what became of it: the ledger, the commit log, quarantine, and the status of who sends and stores.
-- Facilities are named without a foreign key: a message from an unknown one must be kept too.

-- One epoch of one sender: a node ('n07') or an agent ('_edge/gw1'). What was not heard for longest is folded into one
-- row of the sender, whose epoch is 'earlier', when it has begun too many (fold_epochs).
CREATE TABLE sequence_state (
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    epoch        text NOT NULL,
    state        jsonb,                       -- what wire/ reckons with; NULL: begun in this very transaction
    through      bigint NOT NULL DEFAULT -1,  -- the ack: every seq up to here is stored or accounted for
    sent         bigint NOT NULL DEFAULT 0,
    stored       bigint NOT NULL DEFAULT 0,
    quarantined  bigint NOT NULL DEFAULT 0,
    dropped      bigint NOT NULL DEFAULT 0,
    unreadable   bigint NOT NULL DEFAULT 0,
    lost         bigint NOT NULL DEFAULT 0,
    pending      bigint NOT NULL DEFAULT 0,
    late         bigint NOT NULL DEFAULT 0,   -- of stored: arrived long after its time
    duplicate    bigint NOT NULL DEFAULT 0,   -- arrived again; not part of sent
    jumps        bigint NOT NULL DEFAULT 0,   -- of the numbering, wider than a sender can hold; not part of sent
    epochs       bigint NOT NULL DEFAULT 1,   -- more than one: folded into this row
    before_folded bigint NOT NULL DEFAULT 0,  -- before_ledger of those
    held_by      text,                        -- of pending: what an agent may still bring that has batches missing here
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    stored_at    timestamptz,                 -- when a pack was last stored, not one that went to quarantine
    PRIMARY KEY (facility_id, sender, epoch),
    CONSTRAINT sequence_state_adds_up CHECK (sent = stored + quarantined + dropped + unreadable + lost + pending)
) WITH (fillfactor = 50);

CREATE INDEX sequence_state_held ON sequence_state (facility_id, held_by) WHERE held_by IS NOT NULL;

-- The numbers of an agent's newest batches (codec.chain), which tell a repeat from another batch under the same seq.
CREATE TABLE batch_chain (
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    epoch        text NOT NULL,
    first        bigint NOT NULL,             -- seq of the first of the batches that one transaction stored
    before       text,                        -- the number of the batch before it; NULL: its agent states no chain
    own          text NOT NULL,               -- their numbers, eight digits each, one behind the other
    PRIMARY KEY (facility_id, sender, epoch, first),
    CHECK (own <> '' AND length(own) % 8 = 0)
);

-- The running total of repeated packs that an agent reports of a node, by epoch of the agent.
CREATE TABLE node_duplicates (
    facility_id  text NOT NULL,
    node_id      text NOT NULL,
    agent_id     text NOT NULL,
    epoch        text NOT NULL,
    total        bigint NOT NULL,
    PRIMARY KEY (facility_id, node_id, agent_id, epoch)
);

-- The same by day (UTC): stored, quarantined and late by the day of the pack's own time, the others by the day on
-- which they became known. The days of an epoch add up to the epoch; so a day's count can be negative when what was
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

-- before_ledger: what this ledger never saw of an epoch. It begins with the sender's first `kept`; what lies below was
-- settled with another centre, or in a database that is gone, and so were the gaps below where it began (item 7 of the
-- state). `first` (item 0) moves up when ranges are folded, by their sum (item 6, and item 10 of jumps).
CREATE FUNCTION before_ledger(state jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce((state->>0)::bigint - (state->6->>0)::bigint - (state->6->>1)::bigint - (state->6->>2)::bigint, 0)
        - coalesce((state->10->>1)::bigint, 0)
        + coalesce((SELECT sum((gap->>1)::bigint - (gap->>0)::bigint + 1) FROM jsonb_array_elements(state->3) AS gap
                    WHERE (gap->>0)::bigint < (state->>7)::bigint), 0)::bigint
$$;
CREATE VIEW ledger_epoch AS
SELECT facility_id, sender, epoch, started_at, updated_at, through,
       sent, stored, late, duplicate, dropped, unreadable, lost, quarantined, pending, jumps, epochs,
       before_folded + before_ledger(state) AS before_ledger
FROM sequence_state;

-- One row for each transaction of ingest, written last and under a lock: ids are in the order of the commits, so a
-- reader that has seen id N has seen everything up to N.
CREATE TABLE commit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    facility_ids    text[] NOT NULL,
    datastream_ids  integer[] NOT NULL,
    rows            integer NOT NULL,
    first_time      timestamptz,              -- of the observations of this transaction
    last_time       timestamptz
);
CREATE INDEX commit_log_span ON commit_log USING brin (last_time);

-- The commit log keeps its newest million rows. Who follows it stays within the newest commits: a client of the live
-- feed goes on from one of the newest 10,000, else it is told to read the lists again. Who was away for longer (a plan,
-- an archive) reads the data themselves. A function of the owner, because no program may delete commits as it likes.
CREATE FUNCTION forget_commits(at_most integer) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH old AS (
        SELECT id FROM commit_log WHERE id <= (SELECT max(id) FROM commit_log) - 1000000 ORDER BY id LIMIT at_most
    ), gone AS (
        DELETE FROM commit_log USING old WHERE commit_log.id = old.id RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION forget_commits FROM PUBLIC;

-- What was refused, whole. Refused readings are a row a batch, sender and reason: `raw` is then a batch in CBOR of its
-- own (docs/wire.md), `readings` how many are in it, and `channels` which. What waits is bounded by the settings of
-- ingest (`quarantine_bytes`): what finds no room is not acknowledged, and stays with its sender.
CREATE TABLE quarantine (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    epoch        text,
    seq          bigint,
    received_at  timestamptz NOT NULL,        -- by the clock of who refused it, which may be the wrong one
    arrived_at   timestamptz NOT NULL DEFAULT clock_timestamp(),  -- here
    reason       text NOT NULL,
    field        text NOT NULL DEFAULT '',
    fix          text NOT NULL DEFAULT '',
    raw          bytea NOT NULL,              -- what came, cut by the agent to what a batch may carry
    bytes        bigint NOT NULL,             -- full length of what came
    readings     integer NOT NULL DEFAULT 0,  -- 0: `raw` is a message as it came
    channels     text[] NOT NULL DEFAULT '{}',
    stage        text NOT NULL CHECK (stage IN ('edge', 'ingest')),
    state        text NOT NULL DEFAULT 'open',
    times        bigint NOT NULL DEFAULT 1,   -- how often the very same bytes came for the same reason
    digest       bytea NOT NULL GENERATED ALWAYS AS (sha256(raw)) STORED
);
CREATE UNIQUE INDEX quarantine_once ON quarantine (facility_id, sender, stage, reason, field, digest);
CREATE INDEX quarantine_newest ON quarantine (facility_id, id DESC);
-- The clock rule reads what was refused within a day twice a minute: that must cost no more with each year of
-- refusals.
CREATE INDEX quarantine_open ON quarantine (arrived_at) WHERE state = 'open';
CREATE INDEX quarantine_waiting ON quarantine (facility_id, reason, sender, arrived_at) WHERE state = 'open';

-- What waits in quarantine (state open), by sender: `bytes` are those of the budget. Kept by triggers, so that it is
-- right whoever puts something in or decides on it.
CREATE TABLE quarantine_total (
    facility_id  text NOT NULL,
    sender       text NOT NULL,
    messages     bigint NOT NULL,
    readings     bigint NOT NULL,
    bytes        bigint NOT NULL,
    PRIMARY KEY (facility_id, sender)
) WITH (fillfactor = 50);

-- What a row takes of the budget: its bytes, and about as much for the row itself with its indexes.
CREATE FUNCTION quarantine_bytes(raw bytea) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT octet_length(raw) + 768::bigint $$;

CREATE FUNCTION count_quarantined() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO quarantine_total AS known
    SELECT facility_id, sender, count(*), sum(readings), sum(quarantine_bytes(raw)) FROM fresh
    WHERE state = 'open' GROUP BY facility_id, sender ORDER BY facility_id, sender
    ON CONFLICT (facility_id, sender) DO UPDATE SET messages = known.messages + excluded.messages,
        readings = known.readings + excluded.readings, bytes = known.bytes + excluded.bytes;
    RETURN NULL;
END $$;
CREATE TRIGGER count_insert AFTER INSERT ON quarantine REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION count_quarantined();

CREATE FUNCTION recount_quarantined() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO quarantine_total AS known
    SELECT facility_id, sender, sum(sign), sum(sign * readings), sum(sign * quarantine_bytes(raw)) FROM (
        SELECT facility_id, sender, 1 AS sign, readings, raw FROM fresh WHERE state = 'open'
        UNION ALL SELECT facility_id, sender, -1, readings, raw FROM stale WHERE state = 'open') AS changed
    GROUP BY facility_id, sender HAVING sum(sign) <> 0 ORDER BY facility_id, sender
    ON CONFLICT (facility_id, sender) DO UPDATE SET messages = known.messages + excluded.messages,
        readings = known.readings + excluded.readings, bytes = known.bytes + excluded.bytes;
    RETURN NULL;
END $$;
CREATE TRIGGER count_update AFTER UPDATE ON quarantine REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION recount_quarantined();

-- The agents whose batches are held back because their refused part finds no room: the lowest such batch of the newest
-- time, what it would add, and the budget then. It is over when the ack has passed that batch, or a new epoch is begun.
CREATE TABLE quarantine_hold (
    facility_id  text NOT NULL,
    agent_id     text NOT NULL,
    epoch        text NOT NULL,
    seq          bigint NOT NULL,
    bytes        bigint NOT NULL,
    budget       bigint NOT NULL,
    since        timestamptz NOT NULL DEFAULT now(),
    repeated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (facility_id, agent_id)
) WITH (fillfactor = 50);
CREATE VIEW quarantine_held AS
SELECT h.* FROM quarantine_hold h
LEFT JOIN sequence_state s ON s.facility_id = h.facility_id AND s.sender = '_edge/' || h.agent_id AND s.epoch = h.epoch
WHERE coalesce(s.through, -1) < h.seq AND NOT EXISTS (
    SELECT FROM sequence_state n WHERE n.facility_id = h.facility_id AND n.sender = '_edge/' || h.agent_id
      AND n.epoch <> h.epoch AND n.started_at > h.repeated_at);

-- What a person decided on a quarantined message: tried again, placed in time, or settled with a note. The message
-- stays.
CREATE TABLE quarantine_decision (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id  bigint NOT NULL REFERENCES quarantine,
    state          text NOT NULL CHECK (state IN ('retried', 'placed', 'settled')),
    author         text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    revision_id    bigint REFERENCES revision,  -- what stored its readings
    decided_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quarantine_decision_message ON quarantine_decision (quarantine_id);

CREATE FUNCTION audit_quarantine() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'quarantine.' || NEW.state, 'quarantine:' || NEW.quarantine_id,
        jsonb_build_object('revision', NEW.revision_id,
                           'reason', encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON quarantine_decision FOR EACH ROW EXECUTE FUNCTION audit_quarantine();

-- The newest status that each edge agent reports, not a history.
CREATE TABLE agent_state (
    facility_id     text NOT NULL,
    agent_id        text NOT NULL,
    is_online       boolean NOT NULL,
    received_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    reported_at     timestamptz,              -- by the gateway's clock; all that follows is as it was then
    clock_ahead_s   float8,                   -- of the gateway before the centre's; NULL: the broker had kept the state
    batches         bigint,                   -- not acknowledged yet
    bytes           bigint,
    limit_bytes     bigint,
    oldest_at       timestamptz,              -- when the oldest of them was written; NULL: there is none
    cfg             bigint,                   -- version of the facility file in force
    cfg_hash        text,
    refused_hash    text,                     -- of the facility file that was not taken
    refused_reason  text,
    document        jsonb,                    -- the whole of it
    PRIMARY KEY (facility_id, agent_id)
);

-- The newest status of each ingest process.
CREATE TABLE ingest_state (
    name           text PRIMARY KEY,          -- client id at the broker
    started_at     timestamptz NOT NULL,
    reported_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_connected   boolean NOT NULL,          -- with the broker
    retries        bigint NOT NULL,           -- transactions that had to be tried again since the start
    waiting_bytes  bigint NOT NULL,           -- delivered and not stored yet
    quarantine_bytes bigint NOT NULL DEFAULT 0  -- that may wait in quarantine, a facility; 0: it has not said
);

-- What nodes report of instruments at fault: the newest fault of each, since when, and how often any was reported. Of
-- instruments that no facility file has the newest are kept; the others are one row, whose instrument is '' (fold_faults).
CREATE TABLE instrument_fault (
    facility_id    text NOT NULL,
    node_id        text NOT NULL,
    instrument_id  text NOT NULL,
    text           text NOT NULL,
    since          timestamptz NOT NULL,
    at             timestamptz NOT NULL,
    times          bigint NOT NULL,
    PRIMARY KEY (facility_id, node_id, instrument_id)
) WITH (fillfactor = 50);

-- What became of the heartbeat to an address outside, one row an ingest that has such an address.
CREATE TABLE heartbeat (
    name           text PRIMARY KEY,          -- client id at the broker
    host           text NOT NULL,             -- the address itself is a secret
    sent_at        timestamptz,               -- the last one that was taken
    failing_since  timestamptz,               -- NULL: the last one was taken
    error          text NOT NULL DEFAULT ''
);

-- What a single sender can make grow is bounded here: rows of names and epochs that only it has thought of. No sum
-- changes by that. Of each sender the `most` epochs heard last stay, of all nodes that no facility file has `most_unknown`
-- together; the others are added to the row 'earlier' of their sender, or of the sender '?'. What of them is pending is
-- lost: their sender has begun so many outboxes since. A row that another process has open waits for the next time.
CREATE FUNCTION fold_epochs(most integer, most_unknown integer, at_most integer)
    RETURNS TABLE (facility text, folded_into text, folded bigint, is_first boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    facilities text[];
    senders text[];
    old_epochs text[];
    targets text[];
BEGIN
    WITH ranked AS (
        SELECT facility_id, sender, epoch, updated_at, into_sender, row_number() OVER (
            PARTITION BY facility_id, into_sender ORDER BY updated_at DESC, epoch, sender) AS place
        FROM sequence_state s CROSS JOIN LATERAL (
            SELECT CASE WHEN s.sender LIKE '\_edge/%' OR EXISTS (
                SELECT FROM node n WHERE n.facility_id = s.facility_id AND n.id = s.sender) THEN s.sender ELSE '?' END
        ) AS i (into_sender)
        WHERE epoch <> 'earlier'
    ), old AS (
        SELECT * FROM ranked WHERE place > CASE into_sender WHEN '?' THEN most_unknown ELSE most END LIMIT at_most
    ), taken AS (
        SELECT s.facility_id, s.sender, s.epoch, old.into_sender
        FROM sequence_state s JOIN old USING (facility_id, sender, epoch)
        WHERE s.updated_at = old.updated_at FOR UPDATE OF s SKIP LOCKED
    )
    SELECT array_agg(facility_id), array_agg(sender), array_agg(epoch), array_agg(into_sender)
    INTO facilities, senders, old_epochs, targets FROM taken;
    IF facilities IS NULL THEN
        RETURN;
    END IF;
    -- By arrays, each row found by its key: statistics of a table that has just been flooded say nothing.
    WITH gone AS (
        DELETE FROM ledger_day d
        USING unnest(facilities, senders, old_epochs, targets) AS t (facility_id, sender, epoch, into_sender)
        WHERE (d.facility_id, d.sender, d.epoch) = (t.facility_id, t.sender, t.epoch) RETURNING d.*, t.into_sender
    )
    INSERT INTO ledger_day AS known (facility_id, sender, epoch, day, stored, quarantined, dropped, unreadable, lost,
        late, duplicate)
    SELECT facility_id, into_sender, 'earlier', day, sum(stored), sum(quarantined), sum(dropped), sum(unreadable),
        sum(lost), sum(late), sum(duplicate)
    FROM (SELECT facility_id, into_sender, day, stored, quarantined, dropped, unreadable, lost, late, duplicate FROM gone
          UNION ALL SELECT s.facility_id, t.into_sender, (now() AT TIME ZONE 'UTC')::date, 0, 0, 0, 0, s.pending, 0, 0
          FROM unnest(facilities, senders, old_epochs, targets) AS t (facility_id, sender, epoch, into_sender)
          JOIN sequence_state s USING (facility_id, sender, epoch) WHERE s.pending > 0) AS moved
    GROUP BY facility_id, into_sender, day ORDER BY facility_id, into_sender, day
    ON CONFLICT (facility_id, sender, epoch, day) DO UPDATE SET
        stored = known.stored + excluded.stored, quarantined = known.quarantined + excluded.quarantined,
        dropped = known.dropped + excluded.dropped, unreadable = known.unreadable + excluded.unreadable,
        lost = known.lost + excluded.lost, late = known.late + excluded.late,
        duplicate = known.duplicate + excluded.duplicate;
    DELETE FROM batch_chain c USING unnest(facilities, senders, old_epochs) AS t (facility_id, sender, epoch)
    WHERE t.sender LIKE '\_edge/%' AND (c.facility_id, c.sender, c.epoch) = (t.facility_id, t.sender, t.epoch);
    DELETE FROM node_duplicates d USING unnest(facilities, senders, old_epochs) AS t (facility_id, sender, epoch)
    WHERE t.sender LIKE '\_edge/%'
      AND (d.facility_id, d.agent_id, d.epoch) = (t.facility_id, substr(t.sender, 7), t.epoch);
    DELETE FROM node_duplicates d USING unnest(facilities, senders, targets) AS t (facility_id, sender, into_sender)
    WHERE t.into_sender = '?' AND (d.facility_id, d.node_id) = (t.facility_id, t.sender);
    RETURN QUERY WITH gone AS (
        DELETE FROM sequence_state s
        USING unnest(facilities, senders, old_epochs, targets) AS t (facility_id, sender, epoch, into_sender)
        WHERE (s.facility_id, s.sender, s.epoch) = (t.facility_id, t.sender, t.epoch) RETURNING s.*, t.into_sender
    ), sums AS (
        INSERT INTO sequence_state AS known (facility_id, sender, epoch, sent, stored, quarantined, dropped, unreadable,
            lost, late, duplicate, jumps, epochs, before_folded, started_at, updated_at, stored_at)
        SELECT facility_id, into_sender, 'earlier', sum(sent), sum(stored), sum(quarantined), sum(dropped),
            sum(unreadable), sum(lost + pending), sum(late), sum(duplicate), sum(jumps), sum(epochs),
            sum(before_folded + before_ledger(state)), min(started_at), max(updated_at), max(stored_at)
        FROM gone GROUP BY facility_id, into_sender ORDER BY facility_id, into_sender
        ON CONFLICT (facility_id, sender, epoch) DO UPDATE SET
            sent = known.sent + excluded.sent, stored = known.stored + excluded.stored,
            quarantined = known.quarantined + excluded.quarantined, dropped = known.dropped + excluded.dropped,
            unreadable = known.unreadable + excluded.unreadable, lost = known.lost + excluded.lost,
            late = known.late + excluded.late, duplicate = known.duplicate + excluded.duplicate,
            jumps = known.jumps + excluded.jumps, epochs = known.epochs + excluded.epochs,
            before_folded = known.before_folded + excluded.before_folded,
            started_at = least(known.started_at, excluded.started_at),
            updated_at = greatest(known.updated_at, excluded.updated_at),
            stored_at = greatest(known.stored_at, excluded.stored_at)
        RETURNING facility_id, sender, xmax = 0 AS is_new
    )
    SELECT s.facility_id, s.sender, (SELECT count(*) FROM unnest(facilities, targets) AS t (facility_id, into_sender)
        WHERE (t.facility_id, t.into_sender) = (s.facility_id, s.sender)), s.is_new
    FROM sums s ORDER BY 1, 2;
END $$;

-- The same for faults: of each node the `most` newest of instruments that no facility file has, and of all nodes that
-- none has `most_unknown` together. An instrument of the facility file is never folded.
CREATE FUNCTION fold_faults(most integer, most_unknown integer, at_most integer)
    RETURNS TABLE (facility text, folded_into text, folded bigint, is_first boolean)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ranked AS (
        SELECT facility_id, node_id, instrument_id, at, times, into_node, row_number() OVER (
            PARTITION BY facility_id, into_node ORDER BY at DESC, node_id, instrument_id) AS place
        FROM instrument_fault f CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (
            SELECT FROM node n WHERE n.facility_id = f.facility_id AND n.id = f.node_id) THEN f.node_id ELSE '?' END
        ) AS i (into_node)
        WHERE instrument_id <> '' AND NOT EXISTS (SELECT FROM instrument i
            WHERE (i.facility_id, i.node_id, i.id) = (f.facility_id, f.node_id, f.instrument_id))
    ), old AS (
        SELECT * FROM ranked WHERE place > CASE into_node WHEN '?' THEN most_unknown ELSE most END LIMIT at_most
    ), taken AS (
        SELECT f.*, old.into_node FROM instrument_fault f JOIN old USING (facility_id, node_id, instrument_id)
        WHERE f.times = old.times FOR UPDATE OF f SKIP LOCKED
    ), gone AS (
        DELETE FROM instrument_fault f USING taken t
        WHERE (f.facility_id, f.node_id, f.instrument_id) = (t.facility_id, t.node_id, t.instrument_id)
    ), sums AS (
        INSERT INTO instrument_fault AS known (facility_id, node_id, instrument_id, text, since, at, times)
        SELECT facility_id, into_node, '', (array_agg(text ORDER BY at DESC))[1], min(since), max(at), sum(times)
        FROM taken GROUP BY facility_id, into_node ORDER BY facility_id, into_node
        ON CONFLICT (facility_id, node_id, instrument_id) DO UPDATE SET
            text = CASE WHEN known.at > excluded.at THEN known.text ELSE excluded.text END,
            since = least(known.since, excluded.since), at = greatest(known.at, excluded.at),
            times = known.times + excluded.times
        RETURNING facility_id, node_id, xmax = 0 AS is_first
    )
    SELECT s.facility_id, s.node_id, (SELECT count(*) FROM taken t
        WHERE t.facility_id = s.facility_id AND t.into_node = s.node_id), s.is_first
    FROM sums s ORDER BY 1, 2
$$;
REVOKE EXECUTE ON FUNCTION fold_epochs, fold_faults FROM PUBLIC;

GRANT SELECT ON sequence_state, batch_chain, node_duplicates, ledger_day, ledger_epoch, commit_log, quarantine,
    quarantine_total, quarantine_hold, quarantine_held, quarantine_decision, agent_state, ingest_state, instrument_fault,
    heartbeat TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON sequence_state, node_duplicates, ledger_day, quarantine_hold, agent_state, ingest_state,
    instrument_fault TO tailwatch_ingest;
GRANT INSERT ON commit_log, quarantine_decision TO tailwatch_ingest;
GRANT EXECUTE ON FUNCTION forget_commits, fold_epochs, fold_faults TO tailwatch_ingest;
GRANT INSERT, UPDATE (times, state) ON quarantine TO tailwatch_ingest;
GRANT INSERT, DELETE ON batch_chain TO tailwatch_ingest;
GRANT INSERT, UPDATE, DELETE ON heartbeat TO tailwatch_ingest;
