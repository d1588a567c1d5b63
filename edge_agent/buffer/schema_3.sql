-- Version 3: the newest row of each datastream, for whoever stands at the gateway.
CREATE TABLE latest (
    datastream TEXT PRIMARY KEY,
    time_ms    INTEGER NOT NULL,
    value      REAL,
    quality    INTEGER NOT NULL,
    why        TEXT                        -- what lowered the quality, or why it is missing
) WITHOUT ROWID;
