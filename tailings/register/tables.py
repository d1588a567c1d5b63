"""The bytes of a register as a table of cells: CSV, a sheet of an XLSX, GeoJSON, or a layer of a GeoPackage.

A layer's first row is its columns; a point, or the centre of an area, stands in the columns longitude and latitude. So
the first feature is row 2, as in a table of a spreadsheet. What a stranger sent is read in a process with limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from tailings import geopackages
from tailings.geopackages import ReadLayer
from tailings.mapped_tables import tables
from tailings.mapped_tables.coordinates import ANGLES
from tailings.mapped_tables.tables import FOUND, MAX_BYTES, TableForm
from tailings.register import geometry
from tailings.register.geometry import BadGeometry, Point
from tailings.register.register_file import MAX_ROWS
from tailings.table_file import MAX_CELLS, BadTable, SheetNumber

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_table(content: bytes, form: TableForm = FOUND) -> list[list[str]]:
    """Read all cells as text; raises BadTable."""
    if len(content) > MAX_BYTES:
        raise BadTable(f"the file has {len(content)} bytes; {MAX_BYTES} are the most, so send it in parts")
    if content.startswith(geopackages.SQLITE):
        return _layer(content, form.sheet)
    if content.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] == b"{":
        return _features(content.removeprefix(BYTE_ORDER_MARK))
    return tables.read_table(content, form)


def encoded(question: bytes) -> bytes:
    """The same for a process that only gives the cells back (`tailings.mapped_tables.tables`)."""
    return tables.encoded(question, read_table)


def _features(content: bytes) -> list[list[str]]:
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadTable(f"the file is no GeoJSON: {error}") from error
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise BadTable("the file is no GeoJSON with a list of features (RFC 7946, FeatureCollection)")
    if "crs" in document and "CRS84" not in str(document["crs"]) and "4326" not in str(document["crs"]):
        raise BadTable("the GeoJSON has a reference system of its own; write it in WGS 84 (RFC 7946 section 4)")
    rows = []
    for number, one in enumerate(features, 2):
        properties = one.get("properties") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(properties, dict | None):
            raise BadTable(f"feature {number - 1} of the GeoJSON is none (RFC 7946 section 3.2)")
        shape = one.get("geometry")
        rows.append((properties or {}, _point_of(shape) if isinstance(shape, dict) else None))
    return _table(rows)


def _point_of(shape: Mapping[str, Any]) -> Point | str:
    try:
        return geometry.centre(str(shape.get("type")), shape.get("coordinates"))
    except BadGeometry as error:
        return str(error)


def _layer(content: bytes, name: str) -> list[list[str]]:
    found = geopackages.read(content, name, MAX_ROWS + 1)
    points = _points_of(found) if found.has_shapes else [None] * len(found.rows)
    return _table(list(zip(found.rows, points, strict=True)))


def _points_of(layer: ReadLayer) -> list[Point | str | None]:
    """The points of a layer in WGS 84, or why there is none."""
    found: list[Point | str | None] = []
    for blob in layer.shapes:
        try:
            found.append(geometry.of_geopackage(blob) if isinstance(blob, bytes) else None)
        except BadGeometry as error:
            found.append(str(error))
    at = [place for place, one in enumerate(found) if isinstance(one, tuple)]
    if at:
        turned = layer.in_degrees(np.array([found[place] for place in at], float))
        for place, (longitude, latitude) in zip(at, turned.tolist(), strict=True):
            found[place] = (longitude, latitude)
    return found


def _table(rows: Sequence[tuple[dict[str, Any], Point | str | None]]) -> list[list[str]]:
    """Headings in the order in which they first stand; where a row has no shape, its properties say where it is."""
    has_place = any(point is not None for _, point in rows)
    names = dict.fromkeys(name for properties, _ in rows for name in properties)
    headings = [name for name in names if not (has_place and name in ANGLES)]
    if len(rows) > MAX_ROWS or len(rows) * len(headings) > MAX_CELLS:
        raise BadTable(f"the layer has more than {MAX_ROWS} features or {MAX_CELLS} cells; send it in parts")
    found = [[*headings, *(ANGLES if has_place else ())]]
    for properties, point in rows:
        cells = [_cell(properties.get(name)) for name in headings]
        said = [_cell(properties.get(name)) for name in ANGLES]
        found.append([*cells, *((said if point is None else _coordinates(point)) if has_place else ())])
    return found


def _coordinates(point: Point | str) -> Sequence[str]:
    return (point, point) if isinstance(point, str) else tuple(SheetNumber(f"{one:.9f}") for one in point)


def _cell(value: object) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return SheetNumber(repr(value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
