"""Where the rows of each entity set come from: its SQL, and which of them a caller may read."""

from __future__ import annotations

from typing import Final

from tailings import quantities

QUANTITIES: Final = {
    "quantity_names": [one.name for one in quantities.QUANTITIES],
    "quantity_titles": [one.title for one in quantities.QUANTITIES],
    "quantity_definitions": [one.definition for one in quantities.QUANTITIES],
    "quantity_units": [one.unit for one in quantities.QUANTITIES],
}
"""Parameters of the statements that read OBSERVED_PROPERTY."""
# LEFT JOIN, also where there is always a row: what is not asked for is then not joined, and order stands as it is.
SEEN: Final = "{seen}"
"""Stands in a source where it says which facilities the caller may read (a condition on `facility_id`)."""

THING: Final = """
    SELECT n.number AS id, n.facility_id || ':' || n.id AS name,
           f.name || ', ' || coalesce(n.name, n.id) AS description, n.location_number AS location_id,
           jsonb_build_object('facility', n.facility_id, 'node', n.id, 'agent', n.agent_id,
                              'expected_interval_s', n.expected_interval_s, 'retired_at', n.retired_at) AS properties
    FROM node n LEFT JOIN facility f ON f.id = n.facility_id WHERE {seen}"""
LOCATION: Final = """
    SELECT l.number AS id, l.facility_id || ':' || l.node_id AS name, f.name AS description, l.lon, l.lat,
           l.facility_id,
           jsonb_build_object('facility', l.facility_id, 'node', l.node_id, 'elevation_m', l.elevation_m,
                              'vertical_datum', f.vertical_datum, 'crs', f.crs) AS properties
    FROM location l JOIN (
        SELECT id, name, document->>'vertical_datum' AS vertical_datum, document->>'crs' AS crs FROM facility OFFSET 0
    ) f ON f.id = l.facility_id WHERE {seen}"""
# OFFSET 0: a document is read once a facility, and not once a row.
HISTORICAL_LOCATION: Final = """
    SELECT h.number AS id, h.since AS time, h.location_number AS location_id, n.number AS thing_id, h.facility_id
    FROM location_history h LEFT JOIN node n ON n.facility_id = h.facility_id AND n.id = h.node_id WHERE {seen}"""
DATASTREAM: Final = """
    SELECT d.id, d.name, d.quantity, d.unit, d.facility_id, n.number AS thing_id, i.number AS sensor_id,
           q.number AS observed_property_id, l.first_time, l.phenomenon_time AS last_time, p.lon, p.lat,
           jsonb_build_object('facility', d.facility_id, 'node', d.node_id, 'instrument', d.instrument_id,
                              'formula', d.formula, 'origin', d.origin, 'expected_interval_s', d.expected_interval_s,
                              'retired_at', d.retired_at,
                              'archived_before', (SELECT max(stop) FROM released_span)) AS properties
    FROM datastream d LEFT JOIN node n ON n.facility_id = d.facility_id AND n.id = d.node_id
    LEFT JOIN location p ON p.number = n.location_number
    LEFT JOIN instrument i ON i.facility_id = d.facility_id AND i.node_id = d.node_id AND i.id = d.instrument_id
    LEFT JOIN quantity q ON q.name = d.quantity LEFT JOIN latest l ON l.datastream_id = d.id WHERE {seen}"""
SENSOR: Final = """
    SELECT i.number AS id, i.facility_id || ':' || i.node_id || ':' || i.id AS name,
           concat_ws(' ', i.maker, i.model, i.driver) AS description, i.facility_id,
           '/f/' || i.facility_id || '/instruments/' || i.node_id || ':' || i.id AS metadata,
           jsonb_build_object('facility', i.facility_id, 'node', i.node_id, 'instrument', i.id, 'driver', i.driver,
                              'maker', i.maker, 'model', i.model, 'serial', i.serial, 'retired_at', i.retired_at
                              ) AS properties
    FROM instrument i WHERE {seen}"""
OBSERVED_PROPERTY: Final = """
    SELECT q.number AS id, q.name, coalesce(k.definition, '') AS definition, coalesce(k.title, q.name) AS description,
           jsonb_build_object('unit', k.unit) AS properties
    FROM quantity q LEFT JOIN unnest(
        %(quantity_names)s::text[], %(quantity_titles)s::text[], %(quantity_definitions)s::text[],
        %(quantity_units)s::text[]
    ) AS k (name, title, definition, unit) ON k.name = q.name
    WHERE EXISTS (SELECT FROM datastream d WHERE d.quantity = q.name AND {seen})"""
OBSERVATION: Final = """
    SELECT o.datastream_id, o.phenomenon_time, o.result, o.quality, o.tests, o.received_at, o.cfg,
           f.number AS feature_id
    FROM observation o LEFT JOIN datastream d ON d.id = o.datastream_id LEFT JOIN facility f ON f.id = d.facility_id
    WHERE {seen}"""
FEATURE: Final = """
    SELECT f.number AS id, f.name, f.id AS description, f.id AS facility_id,
           (f.document->'location'->>'lon')::float8 AS lon, (f.document->'location'->>'lat')::float8 AS lat,
           jsonb_build_object('facility', f.id, 'region', f.document->'region', 'operator', f.document->'operator',
                              'licence', f.document->'licence', 'commissioned', f.document->'commissioned'
                              ) AS properties
    FROM facility f WHERE {seen}"""
COUNTED: Final = """
    SELECT coalesce(sum(l.observation_count), 0) FROM latest l JOIN datastream d ON d.id = l.datastream_id
    JOIN facility f ON f.id = d.facility_id WHERE {seen} AND {where}"""
FACILITY_OF: Final = {
    "Things": "n.facility_id",
    "Locations": "l.facility_id",
    "HistoricalLocations": "h.facility_id",
    "Datastreams": "d.facility_id",
    "Sensors": "i.facility_id",
    "ObservedProperties": "d.facility_id",
    "FeaturesOfInterest": "f.id",
}
"""The column, within each source, by which a caller sees its rows or does not."""
SEEN_OBSERVATIONS: Final = """o.datastream_id = ANY (ARRAY(
    SELECT s.id FROM datastream s WHERE s.facility_id = ANY (%(seen)s::text[])))"""
