"""A register out again in our own columns: CSV, GeoJSON and GeoPackage. What is written is read back as it was.

GeoPackage: OGC 12-128 (1.3), written by the standard library's SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, Final

import msgspec
from msgspec import Struct

from tailings import csv_text
from tailings.mapped_tables.coordinates import ANGLES
from tailings.mapped_tables.faults import CellFault
from tailings.register import geometry
from tailings.register.columns import COLUMNS, OF_REGISTER
from tailings.register.places import DECIMALS
from tailings.register.values import Value, Values

NAMES: Final = tuple(one.name for one in COLUMNS)
BESIDE: Final = tuple(name for name in NAMES if name not in ANGLES)
"""Those beside the place."""
SRS: Final = 4326
APPLICATION_ID: Final = 0x47504B47
USER_VERSION: Final = 10300
TYPES: Final = {"number": "REAL", "year": "INTEGER", "day": "DATE"}
WKT: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
SCHEMA: Final = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


class ExportedFacility(Struct, frozen=True):
    """A stored row and the register that it is of."""

    register: str
    title: str
    day: str
    licence: str
    values: Values
    is_gone: bool = False

    @property
    def of_register(self) -> tuple[str, ...]:
        """What stands in the columns of OF_REGISTER."""
        return self.register, self.title, self.day, self.licence, "yes" if self.is_gone else "no"


def csv(rows: Iterable[ExportedFacility]) -> bytes:
    """A heading and a line a facility."""
    lines = ([*(_in_text(name, one.values.get(name)) for name in NAMES), *one.of_register] for one in rows)
    return csv_text.text([[*NAMES, *OF_REGISTER], *lines]).encode()


def refused(faults: Iterable[CellFault]) -> bytes:
    """What was refused by the row of its file: field, reason, and what helps."""
    lines = ((one.row, one.column, *_reason(one.fault)) for one in faults)
    return csv_text.text([("row", "field", "reason", "fix"), *lines]).encode()


def _reason(fault: str) -> tuple[str, str]:
    reason, _, fix = fault.partition("; ")
    return reason, fix


def _in_text(name: str, value: Value | None) -> Value | None:
    """An angle without an exponent, which nobody writes degrees with."""
    return value if value is None or name not in ANGLES else f"{value:.{DECIMALS}f}"


def geojson(rows: Iterable[ExportedFacility]) -> bytes:
    """A FeatureCollection with a feature a line, so that the line of one is its row."""
    features = b",\n".join(msgspec.json.encode(_feature(one)) for one in rows)
    return b'{"type":"FeatureCollection","features":[\n' + features + b"\n]}\n"


def _feature(one: ExportedFacility) -> dict[str, Any]:
    place = [one.values[name] for name in ANGLES if name in one.values]
    properties = {name: one.values.get(name) for name in BESIDE} | dict(zip(OF_REGISTER, one.of_register, strict=True))
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place} if place else None,
        "properties": properties,
    }


def geopackage(rows: Sequence[ExportedFacility], at: str) -> bytes:
    """One layer, facilities; at: when it is made, RFC 3339."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {USER_VERSION}")
        database.executescript(SCHEMA)
        undefined = ("undefined geographic", 0, "NONE", 0, "undefined", None)
        database.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("WGS 84", SRS, "EPSG", SRS, WKT, None),
                undefined,
                ("undefined Cartesian", -1, "NONE", -1, "undefined", None),
            ],
        )
        columns = [f'"{one.name}" {TYPES.get(one.kind, "TEXT")}' for one in COLUMNS if one.name not in ANGLES]
        columns += [f'"{name}" TEXT' for name in OF_REGISTER]
        database.execute(f"CREATE TABLE facilities (fid INTEGER PRIMARY KEY, geom BLOB, {', '.join(columns)})")
        database.execute(
            "INSERT INTO gpkg_contents VALUES ('facilities', 'features', 'facilities', '', ?, ?, ?, ?, ?, ?)",
            (at, *_extent(rows), SRS),
        )
        database.execute("INSERT INTO gpkg_geometry_columns VALUES ('facilities', 'geom', 'POINT', ?, 0, 0)", (SRS,))
        marks = ", ".join("?" * (2 + len(columns)))
        database.executemany(f"INSERT INTO facilities VALUES ({marks})", _records(rows))
        database.commit()
        return database.serialize()


def _records(rows: Iterable[ExportedFacility]) -> Iterator[Sequence[Any]]:
    for number, one in enumerate(rows, 1):
        place = [float(one.values[name]) for name in ANGLES if name in one.values]
        blob = geometry.to_geopackage(place[0], place[1], SRS) if place else None
        yield number, blob, *(one.values.get(name) for name in BESIDE), *one.of_register


def _extent(rows: Iterable[ExportedFacility]) -> Sequence[float | None]:
    """West, south, east, north of all places."""
    places = [[float(one.values[name]) for name in ANGLES] for one in rows if ANGLES[0] in one.values]
    if not places:
        return None, None, None, None
    x, y = zip(*places, strict=True)
    return min(x), min(y), max(x), max(y)
