-- The tables of the edge agent's buffer. One file holds them all, so that one transaction stores a group of packs whole.
CREATE TABLE agent (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    epoch      TEXT NOT NULL,              -- of this outbox; a new buffer file is a new epoch
    next_seq   INTEGER NOT NULL,
    kept       INTEGER NOT NULL            -- lowest seq that the centre has not acknowledged
);
CREATE TABLE outbox (
    seq        INTEGER PRIMARY KEY,
    body       BLOB NOT NULL,              -- a batch without its head, which is put around it at each sending
    bytes      INTEGER NOT NULL,
    crc        INTEGER NOT NULL            -- CRC-32 of the body: SQLite does not notice a flipped bit
);
CREATE TABLE chapter (
    node       TEXT NOT NULL,
    epoch      TEXT NOT NULL,
    state      TEXT NOT NULL,              -- wire.sequence.SequenceState.state() as JSON
    heard      INTEGER NOT NULL,           -- counts group commits: the highest of a node is its newest one
    PRIMARY KEY (node, epoch)
) WITHOUT ROWID;
CREATE TABLE pack_crc (                    -- tells a repeat from a conflict; only the newest packs of an epoch
    node       TEXT NOT NULL,
    epoch      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    crc        INTEGER NOT NULL,
    PRIMARY KEY (node, epoch, seq)
) WITHOUT ROWID;
CREATE TABLE repeats (
    node       TEXT PRIMARY KEY,
    packs      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE quarantine_count (
    node       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    items      INTEGER NOT NULL,
    PRIMARY KEY (node, reason)
) WITHOUT ROWID;
CREATE TABLE recent (                      -- the last values that formulas and filters look back at
    datastream TEXT NOT NULL,
    time_ms    INTEGER NOT NULL,
    value      REAL,
    quality    INTEGER NOT NULL,
    PRIMARY KEY (datastream, time_ms)
) WITHOUT ROWID;
CREATE TABLE file_position (               -- with a rowid: the oldest finished ones are forgotten
    source     TEXT PRIMARY KEY,
    offset     INTEGER NOT NULL,
    lines      INTEGER NOT NULL,
    rows       INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    is_done    INTEGER NOT NULL
);
