"""The entity sets of SensorThings 1.1 as data: what each is in this database, and how one leads to others.

A node is a Thing, an instrument a Sensor, a quantity an ObservedProperty, a facility the FeatureOfInterest of all that
is observed at it. Ids are numbers of the database that never change; an observation has none and needs none: its id is
made of its datastream and its time, which are its primary key, and read back into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from api.http import times
from api.http.errors import BadSyntax, NotFound, shown
from api.http.parameters import nearest
from api.sensorthings import sources
from api.sensorthings.model import GEOMETRY, ID, INTERVAL, JSON, NUMBER, TEXT, TIME, EntitySet, Navigation, Property

Part = TypeVar("Part", Property, Navigation, EntitySet)

MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON: Final = "application/geo+json"
OF_DATASTREAM: Final = "d.id"
"""The column of the counter of one datastream, by which navigations to the observations of one are known."""
MAX_ID: Final = 2**63 - 1
TIME_FACTOR: Final = 10**13
"""An observation's id is datastream * TIME_FACTOR + milliseconds since ID_EPOCH: ingest stores whole milliseconds."""
ID_EPOCH: Final = datetime(1900, 1, 1, tzinfo=UTC)
ID_EPOCH_MS: Final = (times.EPOCH - ID_EPOCH) // timedelta(milliseconds=1)

POINT: Final = (
    "CASE WHEN {t}.lon IS NOT NULL THEN jsonb_build_object('type', 'Point',"
    " 'coordinates', jsonb_build_array({t}.lon, {t}.lat)) END"
)
POINT_OF: Final = "point({t}.lon, {t}.lat)"
OBSERVATION_ID: Final = (
    f"({{t}}.datastream_id::bigint * {TIME_FACTOR} + {ID_EPOCH_MS}"
    " + (extract(epoch FROM {t}.phenomenon_time) * 1000)::bigint)"
)
QUALITY: Final = (
    "jsonb_build_object('scheme', 'QARTOD', 'flag', {t}.quality, 'tests', to_jsonb(string_to_array({t}.tests, ',')))"
)
OF_FEATURE: Final = """{t}.datastream_id = ANY (ARRAY(
    SELECT s.id FROM datastream s JOIN facility g ON g.id = s.facility_id WHERE g.number = {value}))"""
"""By datastreams, as the rows of observations lie."""


def _text(*names: str) -> list[Property]:
    return [Property(name, TEXT, (f"{{t}}.{name}",)) for name in names]


PROPERTIES: Final = Property("properties", JSON, ("{t}.properties",))
NUMBERED: Final = Property(ID, NUMBER, ("{t}.id",))


def _constant(name: str, value: str) -> Property:
    return Property(name, TEXT, (f"'{value}'::text",))


def _named(parts: Sequence[Part]) -> dict[str, Part]:
    return {one.name: one for one in parts}


def _set(name: str, entity: str, source: str, properties: list[Property], navigations: list[Navigation]) -> EntitySet:
    return EntitySet(
        name=name,
        entity=entity,
        source=source,
        key={"{t}.id": NUMBER},
        key_of=lambda id: {"{t}.id": id},
        properties=_named([NUMBERED, *properties]),
        navigations=_named(navigations),
    )


def _one(name: str, target: str, here: str) -> Navigation:
    return Navigation(name, target, False, here, "{t}.id = {value}")


def _many(name: str, there: str, here: str = "id", *, is_wider: bool = False, counted: str = "") -> Navigation:
    there = f"{{t}}.{there} = {{value}}"
    return Navigation(name, name, True, here, there, is_wider=is_wider, counted=counted)


def observation_key(id: int) -> tuple[int, datetime]:
    """Return the datastream and the time that OBSERVATION_ID made an id of."""
    datastream, since_ms = divmod(id, TIME_FACTOR)
    return datastream, ID_EPOCH + timedelta(milliseconds=since_ms)


def _observation_columns(id: int) -> dict[str, Any]:
    datastream, at = observation_key(id)
    return {"{t}.datastream_id": datastream, "{t}.phenomenon_time": at}


OBSERVATIONS: Final = EntitySet(
    name="Observations",
    entity="Observation",
    source=sources.OBSERVATION,
    key={"{t}.datastream_id": NUMBER, "{t}.phenomenon_time": TIME},
    key_of=_observation_columns,
    properties=_named(
        [
            Property(ID, NUMBER, (OBSERVATION_ID,)),
            Property("phenomenonTime", TIME, ("{t}.phenomenon_time",)),
            Property("resultTime", TIME, ("{t}.phenomenon_time",)),
            Property("result", NUMBER, ("{t}.result",)),
            Property("resultQuality", JSON, (QUALITY,)),
            Property("validTime", INTERVAL, ("NULL::timestamptz", "NULL::timestamptz")),
            Property("parameters", JSON, ("jsonb_build_object('received_at', {t}.received_at, 'version', {t}.cfg)",)),
        ]
    ),
    navigations=_named(
        [
            _one("Datastream", "Datastreams", "datastream_id"),
            _one("FeatureOfInterest", "FeaturesOfInterest", "feature_id"),
        ]
    ),
)
SETS: Final = _named(
    [
        _set(
            "Things",
            "Thing",
            sources.THING,
            [*_text("name", "description"), PROPERTIES],
            [
                _many("Locations", "id", here="location_id"),
                _many("HistoricalLocations", "thing_id"),
                _many("Datastreams", "thing_id"),
            ],
        ),
        _set(
            "Locations",
            "Location",
            sources.LOCATION,
            [
                *_text("name", "description"),
                _constant("encodingType", GEOJSON),
                Property("location", GEOMETRY, (POINT,), POINT_OF),
                PROPERTIES,
            ],
            [_many("Things", "location_id"), _many("HistoricalLocations", "location_id")],
        ),
        _set(
            "HistoricalLocations",
            "HistoricalLocation",
            sources.HISTORICAL_LOCATION,
            [Property("time", TIME, ("{t}.time",))],
            [_one("Thing", "Things", "thing_id"), _many("Locations", "id", here="location_id")],
        ),
        _set(
            "Datastreams",
            "Datastream",
            sources.DATASTREAM,
            [
                *_text("name"),
                Property("description", TEXT, ("{t}.quantity",)),
                _constant("observationType", MEASUREMENT),
                Property(
                    "unitOfMeasurement",
                    JSON,
                    ("jsonb_build_object('name', {t}.unit, 'symbol', {t}.unit, 'definition', 'ucum:' || {t}.unit)",),
                ),
                Property("observedArea", GEOMETRY, (POINT,), POINT_OF),
                Property("phenomenonTime", INTERVAL, ("{t}.first_time", "{t}.last_time")),
                Property("resultTime", INTERVAL, ("{t}.first_time", "{t}.last_time")),
                PROPERTIES,
            ],
            [
                _one("Thing", "Things", "thing_id"),
                _one("Sensor", "Sensors", "sensor_id"),
                _one("ObservedProperty", "ObservedProperties", "observed_property_id"),
                _many("Observations", "datastream_id", counted=OF_DATASTREAM),
            ],
        ),
        _set(
            "Sensors",
            "Sensor",
            sources.SENSOR,
            [
                *_text("name", "description"),
                _constant("encodingType", "text/html"),
                *_text("metadata"),
                PROPERTIES,
            ],
            [_many("Datastreams", "sensor_id")],
        ),
        _set(
            "ObservedProperties",
            "ObservedProperty",
            sources.OBSERVED_PROPERTY,
            [*_text("name", "definition", "description"), PROPERTIES],
            [_many("Datastreams", "observed_property_id", is_wider=True)],
        ),
        OBSERVATIONS,
        _set(
            "FeaturesOfInterest",
            "FeatureOfInterest",
            sources.FEATURE,
            [
                *_text("name", "description"),
                _constant("encodingType", GEOJSON),
                Property("feature", GEOMETRY, (POINT,), POINT_OF),
                PROPERTIES,
            ],
            [Navigation("Observations", "Observations", True, "id", OF_FEATURE, counted="f.number")],
        ),
    ]
)


def source(of: EntitySet, is_limited: bool) -> str:
    """Return the SQL of the rows of a set; where it `is_limited` only those of the facilities `seen` (null: of all).

    A set that is reached from an entity which the caller may read has none that it may not, unless the way `is_wider`.
    """
    if not is_limited:
        seen = "true"
    elif of is OBSERVATIONS:
        seen = sources.SEEN_OBSERVATIONS
    else:
        seen = f"(%(seen)s::text[] IS NULL OR {sources.FACILITY_OF[of.name]} = ANY (%(seen)s::text[]))"
    return of.source.replace(sources.SEEN, seen)


def find(name: str) -> EntitySet:
    """Return the entity set of this name; raise NotFound."""
    if name not in SETS:
        raise NotFound(f"There is no entity set {shown(name)}; {nearest(name, tuple(SETS))}.", "path")
    return SETS[name]


def navigation(of: EntitySet, name: str, option: str) -> Navigation:
    """Return where a name leads from an entity; raise BadSyntax."""
    if name not in of.navigations:
        raise BadSyntax(
            f"{option}: a {of.entity} leads to no {shown(name)}; {nearest(name, tuple(of.navigations))}.", option
        )
    return of.navigations[name]
