"""What can be read here, in a few questions: facilities with their series, newest packages, signed statements."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool, seen_ids

MAX_FACILITIES: Final = 1_000
FACILITIES: Final = """
SELECT f.id, coalesce(document->>'name', id) AS name, coalesce(document->>'operator', '') AS operator,
    coalesce(document->>'licence', '') AS licence, coalesce(document->>'region', '') AS region,
    (document #>> '{location,lon}')::float8 AS lon, (document #>> '{location,lat}')::float8 AS lat, applied_at,
    ARRAY(SELECT DISTINCT quantity FROM datastream d WHERE d.facility_id = f.id AND d.retired_at IS NULL
          ORDER BY quantity) AS quantities
FROM facility f WHERE %(seen)s::text[] IS NULL OR id = ANY(%(seen)s) ORDER BY id LIMIT %(limit)s
"""
PACKAGES: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, version, known_at FROM package
WHERE facility_id = ANY(%(facilities)s) AND version IS NOT NULL ORDER BY facility_id, id DESC
"""
STATEMENTS: Final = """
SELECT DISTINCT ON (facility_id, year) facility_id AS facility, year, version, signed_at FROM annual_statement
WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, year DESC, version DESC
"""


class CataloguedFacility(NamedTuple):
    """A facility with what it measures; "": its file does not say."""

    id: str
    name: str
    operator: str
    licence: str
    region: str
    lon: float | None
    lat: float | None
    applied_at: datetime
    quantities: list[str]


class CataloguedPackage(NamedTuple):
    """The newest package of a facility."""

    facility: str
    version: str
    known_at: datetime


class CataloguedStatement(NamedTuple):
    """The newest version of a statement that was signed."""

    facility: str
    year: int
    version: int
    signed_at: datetime


async def facilities(database: DatabasePool, seen: frozenset[str] | None) -> list[CataloguedFacility]:
    """Return the facilities that are seen (None: all)."""
    asked = {"seen": seen_ids(seen), "limit": MAX_FACILITIES}
    return await database.rows(CataloguedFacility, FACILITIES, asked)


async def packages(database: DatabasePool, of: list[str]) -> list[CataloguedPackage]:
    """Return the newest package of each."""
    return await database.rows(CataloguedPackage, PACKAGES, {"facilities": of})


async def statements(database: DatabasePool, of: list[str]) -> list[CataloguedStatement]:
    """Return the newest version of each year of each."""
    return await database.rows(CataloguedStatement, STATEMENTS, {"facilities": of})
