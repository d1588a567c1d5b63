-- Numbers that never change, for what had only a name, and the places at which nodes stand and stood: a SensorThings
-- client keeps an entity by an integer.

ALTER TABLE facility ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE node ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE instrument ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY UNIQUE;

-- Each quantity that any datastream has or had.
CREATE TABLE quantity (
    number  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL UNIQUE              -- water-level
);
INSERT INTO quantity (name) SELECT quantity FROM datastream GROUP BY quantity ORDER BY min(id);

CREATE FUNCTION number_quantity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO quantity (name) VALUES (NEW.quantity) ON CONFLICT (name) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER number_quantity AFTER INSERT ON datastream FOR EACH ROW EXECUTE FUNCTION number_quantity();

-- What an instrument, a node or a quantity has of datastreams.
CREATE INDEX datastream_instrument ON datastream (facility_id, node_id, instrument_id);
CREATE INDEX datastream_quantity ON datastream (quantity);

-- A place of a node: its own of the facility file, else the point of its facility. Two nodes at one point have two.
CREATE TABLE location (
    number       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    node_id      text NOT NULL,
    lon          double precision NOT NULL,   -- degrees, by the crs of the facility
    lat          double precision NOT NULL,
    elevation_m  double precision,            -- above the vertical datum of the facility
    UNIQUE NULLS NOT DISTINCT (facility_id, node_id, lon, lat, elevation_m)
);
ALTER TABLE node ADD COLUMN location_number integer REFERENCES location;

-- From when on a node stood at a place, as its facility file said it then.
CREATE TABLE location_history (
    number           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id      text NOT NULL,
    node_id          text NOT NULL,
    location_number  integer NOT NULL REFERENCES location,
    since            timestamptz NOT NULL,
    FOREIGN KEY (facility_id, node_id) REFERENCES node
);
CREATE INDEX location_history_node ON location_history (facility_id, node_id);
CREATE INDEX location_history_location ON location_history (location_number);
CREATE INDEX node_location ON node (location_number);

-- The number of the place that a facility file gives a node, made where it is new; NULL where the file has none,
-- or no longer has the node.
CREATE FUNCTION location_of_node(facility text, node text, document jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    own jsonb := document->'nodes'->node->'position';
    point jsonb := coalesce(nullif(own->'location', 'null'), document->'location');
    found integer;
BEGIN
    IF (point->>'lon') IS NULL OR (point->>'lat') IS NULL OR NOT coalesce(document->'nodes' ? node, true) THEN
        RETURN NULL;
    END IF;
    INSERT INTO location (facility_id, node_id, lon, lat, elevation_m)
    VALUES (facility, node, (point->>'lon')::float8, (point->>'lat')::float8, (own->>'elevation_m')::float8)
    ON CONFLICT DO NOTHING;
    SELECT l.number INTO found FROM location l
    WHERE l.facility_id = facility AND l.node_id = node AND l.lon = (point->>'lon')::float8
      AND l.lat = (point->>'lat')::float8 AND l.elevation_m IS NOT DISTINCT FROM (own->>'elevation_m')::float8;
    RETURN found;
END $$;

-- What the stored files said so far.
DO $$
DECLARE
    said record;
    place integer;
BEGIN
    FOR said IN
        SELECT n.facility_id, n.id, v.document, v.applied_at FROM node n JOIN facility_version v USING (facility_id)
        WHERE v.document->'nodes' ? n.id ORDER BY v.id, n.number
    LOOP
        place := location_of_node(said.facility_id, said.id, said.document);
        IF EXISTS (SELECT FROM node n WHERE n.facility_id = said.facility_id AND n.id = said.id
                   AND place IS NOT NULL AND n.location_number IS DISTINCT FROM place) THEN
            UPDATE node SET location_number = place WHERE facility_id = said.facility_id AND id = said.id;
            INSERT INTO location_history (facility_id, node_id, location_number, since)
            VALUES (said.facility_id, said.id, place, said.applied_at);
        END IF;
    END LOOP;
END $$;

-- From now on: a file that is stored renews each of its nodes.
CREATE FUNCTION place_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.location_number := coalesce(
        location_of_node(NEW.facility_id, NEW.id, (SELECT document FROM facility WHERE id = NEW.facility_id)),
        NEW.location_number);
    RETURN NEW;
END $$;
CREATE TRIGGER place_node BEFORE INSERT OR UPDATE ON node FOR EACH ROW EXECUTE FUNCTION place_node();

CREATE FUNCTION keep_location() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.location_number IS NOT NULL
       AND (TG_OP = 'INSERT' OR NEW.location_number IS DISTINCT FROM OLD.location_number) THEN
        INSERT INTO location_history (facility_id, node_id, location_number, since)
        VALUES (NEW.facility_id, NEW.id, NEW.location_number, now());
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_location AFTER INSERT OR UPDATE ON node FOR EACH ROW EXECUTE FUNCTION keep_location();

GRANT SELECT ON quantity, location, location_history TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON quantity, location, location_history TO tailwatch_ingest;
