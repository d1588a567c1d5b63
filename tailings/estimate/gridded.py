"""Gridded heights from text (ESRI ASCII, or a table of x, y, z), and the height at any place between their nodes.

Nodes stand in the middles of cells; between four nodes the surface is bilinear, and within half a cell beyond the
outermost ones as high as they are. Source: ESRI ASCII raster format (ncols, nrows, xllcorner or xllcenter, cellsize,
NODATA_value; rows from north to south), secondary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from tailings import table_file
from tailings.estimate.volumes import FARTHEST_M, BadSurface, Surface, of_points
from tailings.mapped_tables import number_marks
from tailings.mapped_tables.number_marks import BadNumber, MixedMarks
from tailings.series import Values
from tailings.table_file import BadTable

MAX_CHARACTERS: Final = 2_000_000
MAX_NODES: Final = 300_000
"""A grid of 550 x 550: at most what MAX_CHARACTERS hold at six or seven each."""
MAX_HEAD_LINES: Final = 6
COUNTS: Final = ("ncols", "nrows")
CORNERS: Final = (("xllcorner", "yllcorner", 0.5), ("xllcenter", "yllcenter", 0.0))
"""Names of the lower left corner, and how many cells its first node stands from it."""
HIGHEST_M: Final = 30_000.0
"""Above and below any datum, in feet too."""
EDGE: Final = 0.5 + 1e-9
"""Cells beyond the outermost nodes that still are theirs."""


def read(text: str) -> Surface:
    """Read a grid; raises BadSurface, before numbers are read where it is too large."""
    if len(text) > MAX_CHARACTERS:
        raise BadSurface(f"the grid has {len(text)} characters; {MAX_CHARACTERS} are the most: cut or thin it")
    found = _ascii(text) if text.lstrip()[:5].lower() == "ncols" else _table(text)
    if min(found.height_m.shape) < 2:
        raise BadSurface("a surface has two nodes or more each way")
    return found


def _ascii(text: str) -> Surface:
    head, lines = {}, text.strip().splitlines()
    for line in lines[:MAX_HEAD_LINES]:
        words = line.split()
        if len(words) != 2 or not words[0][0].isalpha():
            break
        head[words[0].lower()] = _number(words[1], words[0])
    columns, rows = (int(_needed(head, name)) for name in COUNTS)
    cell, empty = _needed(head, "cellsize"), head.get("nodata_value", -9999.0)
    if columns < 1 or rows < 1 or columns * rows > MAX_NODES:
        raise BadSurface(f"ncols {columns} and nrows {rows} make no grid of 1 to {MAX_NODES} nodes: cut or thin it")
    if not 0 < cell < 1e6:
        raise BadSurface(f"cellsize {cell:g} is none: write metres")
    names = next((one for one in CORNERS if one[0] in head), CORNERS[0])
    x, y = (_needed(head, name) + names[2] * cell for name in names[:2])
    words = " ".join(lines[len(head) :]).split()
    if len(words) != columns * rows:
        raise BadSurface(
            f"{len(words)} heights stand there, and ncols x nrows is {columns * rows}: send the whole file"
        )
    try:
        height = np.array(words, dtype=np.float64).reshape(rows, columns)
    except ValueError as error:
        raise BadSurface(f"a height is no number ({error}): write 342.5") from error
    return _known(Surface(np.where(height == empty, np.nan, height), x, y + (rows - 1) * cell, cell))


def _needed(head: dict[str, float], name: str) -> float:
    if name not in head:
        raise BadSurface(f"{name} is missing in the head of the grid: send the ESRI ASCII file as it was written")
    return head[name]


def _number(word: str, name: str) -> float:
    try:
        found = float(word)
    except ValueError as error:
        raise BadSurface(f"{name}: {word!r} is no number") from error
    if not math.isfinite(found):
        raise BadSurface(f"{name}: {word!r} is not finite")
    return found


def _table(text: str) -> Surface:
    """Lines of x, y, z by the one reader of tables, with a heading or without; blanks may part them too."""
    try:
        first = text.lstrip().split("\n", 1)[0]
        rows = [line.split() for line in text.splitlines()] if _is_blank(first) else table_file.text_rows(text)
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if rows and number_marks.decimal_of(rows[0][0].strip()) is None:
            rows = rows[1:]
        if len(rows) > MAX_NODES:
            raise BadSurface(f"the table has {len(rows)} rows; {MAX_NODES} are the most: cut or thin it")
        return _known(of_points(np.array(_numbers(rows)), MAX_NODES))
    except (BadTable, MixedMarks, BadNumber) as error:
        raise BadSurface(f"the file is no table of x, y and z: {error}") from error


def _is_blank(line: str) -> bool:
    return not any(mark in line for mark in table_file.DELIMITERS)


def _numbers(rows: Sequence[Sequence[str]]) -> list[list[float]]:
    for number, row in enumerate(rows, start=1):
        if len(row) != 3:
            raise BadSurface(f"row {number} has {len(row)} cells; a grid has x, y and z in each")
    marks = number_marks.decide((number, cell.strip()) for number, row in enumerate(rows) for cell in row)
    return [[marks.number(cell.strip()) for cell in row] for row in rows]


def _known(surface: Surface) -> Surface:
    known = surface.height_m[~np.isnan(surface.height_m)]
    if not len(known):
        raise BadSurface("the grid has no height")
    if (farthest := float(np.abs(known).max())) > HIGHEST_M or max(abs(surface.x_m), abs(surface.y_m)) > FARTHEST_M:
        raise BadSurface(f"the grid has a height of {farthest:g}, or lies too far off: state NODATA_value, and metres")
    return surface


def heights(surface: Surface, x: Values, y: Values) -> Values:
    """Height at places of any shape [m]; NaN beyond the grid and where a node that counts is unknown."""
    rows, columns = surface.height_m.shape
    right, down = (x - surface.x_m) / surface.cell_m, (surface.y_m - y) / surface.cell_m
    beyond = (np.abs(right - (columns - 1) / 2) > (columns - 1) / 2 + EDGE) | (
        np.abs(down - (rows - 1) / 2) > (rows - 1) / 2 + EDGE
    )
    right, down = np.clip(right, 0, columns - 1), np.clip(down, 0, rows - 1)
    left, upper = np.minimum(right.astype(np.int64), columns - 2), np.minimum(down.astype(np.int64), rows - 2)
    across, along = right - left, down - upper
    found = np.zeros(np.broadcast_shapes(x.shape, y.shape))
    for row, of_row in ((0, 1 - along), (1, along)):
        for column, of_column in ((0, 1 - across), (1, across)):
            share = of_row * of_column
            found += np.where(share > 0, share * surface.height_m[upper + row, left + column], 0.0)
    return np.where(beyond, np.nan, found)
