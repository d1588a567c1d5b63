-- What is watched: facilities, their nodes and instruments, and the datastreams that observations belong to.
-- Nothing here is ever deleted: what leaves a facility file gets a retired_at.

CREATE TABLE facility (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    document    jsonb NOT NULL,               -- the parsed facility file
    file        text NOT NULL,                -- the facility file, word for word
    version     integer NOT NULL,             -- travels with derived values as cfg
    hash        text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE node (
    facility_id          text NOT NULL REFERENCES facility,
    id                   text NOT NULL,
    agent_id             text NOT NULL,
    name                 text,
    expected_interval_s  double precision,
    retired_at           timestamptz,
    PRIMARY KEY (facility_id, id)
);

CREATE TABLE instrument (
    facility_id  text NOT NULL,
    node_id      text NOT NULL,
    id           text NOT NULL,               -- without node: vw1
    driver       text NOT NULL,
    maker        text,
    model        text,
    serial       text,
    retired_at   timestamptz,
    PRIMARY KEY (facility_id, node_id, id),
    FOREIGN KEY (facility_id, node_id) REFERENCES node
);

CREATE TABLE datastream (
    id                   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE, -- vale:n07:vw1.frequency
    facility_id          text NOT NULL,
    node_id              text NOT NULL,
    instrument_id        text NOT NULL,
    quantity             text NOT NULL,
    unit                 text NOT NULL,       -- UCUM
    formula              text,                -- NULL: raw, as measured
    origin               text NOT NULL DEFAULT 'measured' CHECK (origin IN ('measured', 'imported', 'manual')),
    expected_interval_s  double precision,
    retired_at           timestamptz,
    FOREIGN KEY (facility_id, node_id, instrument_id) REFERENCES instrument
);
CREATE INDEX datastream_facility ON datastream (facility_id);
