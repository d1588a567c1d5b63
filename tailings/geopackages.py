"""A layer of a GeoPackage read and written by the standard library's SQLite: rows, shapes as bytes, reference system.

Source: OGC 12-128 (GeoPackage 1.3). What a stranger sent is read in a process with limits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any, Final, NamedTuple

import numpy as np
from msgspec import Struct

from tailings.mapped_tables.coordinates import WGS_84, transformed
from tailings.mapped_tables.faults import BadMap
from tailings.series import Values
from tailings.table_file import BadTable
from toml_file.nearest import hint

SQLITE: Final = b"SQLite format 3\0"
EPSG_WGS_84: Final = (4326, 4979)
LAYERS: Final = """
SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id
FROM gpkg_contents c JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
    AND m.sql NOT LIKE 'CREATE VIRTUAL%'
LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
WHERE c.data_type IN ('features', 'attributes') ORDER BY c.data_type DESC, c.table_name
"""
SRS: Final = 4326
APPLICATION_ID: Final = 0x47504B47
USER_VERSION: Final = 10300
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


class ReadLayer(Struct, frozen=True):
    """rows: the columns beside the shape; shapes: as GeoPackage stores them, None without one."""

    rows: list[dict[str, Any]]
    shapes: list[Any]
    has_shapes: bool
    organization: str
    number: int | None

    def in_degrees(self, places: Values) -> Values:
        """Places (n, 2) of the layer's reference system in WGS 84; raises BadTable."""
        if self.organization == "EPSG" and self.number in EPSG_WGS_84:
            return places
        if self.organization != "EPSG":
            raise BadTable("the layer has no reference system of the EPSG; write it in WGS 84")
        try:
            x, y, _ = transformed(places[:, 0], places[:, 1], f"EPSG:{self.number}", WGS_84)
        except BadMap as error:
            raise BadTable(f"the layer's reference system EPSG:{self.number} cannot be turned into WGS 84") from error
        return np.stack([x, y], axis=1)


class GeopackageLayer(NamedTuple):
    """What a layer is: its table, the kind of its shapes, its other columns with their types, and its extent."""

    name: str
    kind: str
    columns: Sequence[tuple[str, str]]
    extent: Sequence[float | None]


def read(content: bytes, name: str, most: int) -> ReadLayer:
    """Read up to `most` rows of a layer, the first one where none is named; raises BadTable."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(content)
            database.execute("PRAGMA trusted_schema = OFF")
            layer = _chosen(database.execute(LAYERS).fetchall(), name)
            found = database.execute(f"SELECT * FROM {_quoted(str(layer[0]))} LIMIT {most}")
            names = [str(one[0]) for one in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found]
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter of a column's name
            raise BadTable(f"the file is no GeoPackage: {error}") from error
    shapes = [row.pop(layer[1], None) for row in rows] if layer[1] else []
    return ReadLayer(rows, shapes, bool(layer[1]), str(layer[2]).upper(), layer[3])


def _chosen(layers: Sequence[Any], name: str) -> Any:
    names = [str(one[0]) for one in layers]
    if not names or (name and name not in names):
        raise BadTable(f"the GeoPackage has no layer {name!r}{hint(name, names)}")
    return layers[names.index(name) if name else 0]


def written(layer: GeopackageLayer, records: Iterable[Sequence[Any]], at: str) -> bytes:
    """A file of one layer in WGS 84; a record is number, shape and the other columns; at: when it is made, RFC 3339."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {USER_VERSION}")
        database.executescript(SCHEMA)
        undefined = [("undefined geographic", 0, "NONE", 0, "undefined", None)]
        undefined.append(("undefined Cartesian", -1, "NONE", -1, "undefined", None))
        database.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [("WGS 84", SRS, "EPSG", SRS, WKT, None), *undefined],
        )
        columns = [f"{_quoted(name)} {type}" for name, type in layer.columns]
        table = _quoted(layer.name)
        database.execute(f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY, geom BLOB, {', '.join(columns)})")
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)",
            (layer.name, layer.name, at, *layer.extent, SRS),
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (layer.name, layer.kind, SRS)
        )
        marks = ", ".join("?" * (2 + len(columns)))
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", records)
        database.commit()
        return database.serialize()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
