-- Layers of land use: protected areas, waters, settlements, plans and what else an operator or a region loads. They are
-- copies of what others publish: a newer file replaces the shapes of an older one, and the row that says what was loaded
-- stays. docs/operating/land.md.

CREATE TABLE land_layer (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer        text NOT NULL CHECK (layer ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
    kind         text NOT NULL CHECK (kind IN ('protected-area', 'water-body', 'river', 'settlement', 'plan',
                                               'inundation', 'facility-outline')),
    title        text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    source       text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
    licence      text NOT NULL CHECK (length(licence) BETWEEN 1 AND 300),
    address      text NOT NULL,
    day          date NOT NULL,
    is_directed  boolean NOT NULL,            -- lines of a river run downstream
    is_public    boolean NOT NULL,
    is_stated    boolean NOT NULL,            -- the box is stated by who publishes it; else it is that of its shapes
    west         double precision NOT NULL,   -- the box in which the layer is whole, degrees of WGS 84
    south        double precision NOT NULL,
    east         double precision NOT NULL,
    north        double precision NOT NULL,
    features     integer NOT NULL CHECK (features > 0),
    has_people   boolean NOT NULL,            -- a property of it is the number of people
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),  -- of the file
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    author       text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    loaded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at   timestamptz,                 -- a later file replaced it, or a person took it out
    removed_by   text CHECK (removed_by ~ '^(user|key|system):[0-9]+$'),
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX land_layer_current ON land_layer (layer) WHERE removed_at IS NULL;

-- The shapes of the layers that are loaded now, as well-known binary in degrees of WGS 84, found by their boxes.
CREATE TABLE land_feature (
    layer_id    bigint NOT NULL REFERENCES land_layer,
    number      integer NOT NULL CHECK (number > 0),   -- in the file, from 1
    name        text NOT NULL,
    facility    text NOT NULL,                -- of an outline or an inundation: whose it is, '' where it names none
    population  double precision CHECK (population >= 0),  -- NULL: the layer has no number
    bounds      box NOT NULL,
    shape       bytea NOT NULL,
    PRIMARY KEY (layer_id, number)
);
CREATE INDEX land_feature_bounds ON land_feature USING gist (bounds);
CREATE INDEX land_feature_facility ON land_feature (facility) WHERE facility <> '';

CREATE FUNCTION audit_land_layer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(coalesce(NEW.removed_by, NEW.author),
        CASE WHEN NEW.removed_at IS NULL THEN 'land.load' ELSE 'land.remove' END, 'land-layer:' || NEW.id,
        jsonb_build_object('layer', NEW.layer, 'sha256', NEW.sha256, 'features', NEW.features));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON land_layer FOR EACH ROW EXECUTE FUNCTION audit_land_layer();

GRANT SELECT ON land_layer, land_feature TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (removed_at, removed_by) ON land_layer TO tailwatch_ingest;
GRANT INSERT, DELETE ON land_feature TO tailwatch_ingest;
