"""Observations in a NetCDF file by the CF conventions: one time series, or several one after the other (ragged array).

Written with h5netcdf, which needs no library in C beside HDF5. What is known before the first row stands in the head;
rows are appended; how many each datastream has, and what its tests are called, is written at the end.

Source: CF Conventions 1.11, sections 3.5 (flags), 7.1 (bounds), 9.3.3 and H.2.3 (one series), H.2.4 (contiguous ragged
array).
"""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Final

import h5netcdf
import numpy as np

from api.exports import _cf_attributes as attributes
from api.exports._cf_attributes import MISSING, NO_TESTS
from api.exports._head import FileHead
from api.exports._parts import Chunk, ExportPart
from api.http.errors import BadParameter
from tailings import cf_names

CHUNK: Final = 16_384
PACKED: Final[Mapping[str, Any]] = {"chunks": (CHUNK,), "compression": "gzip", "compression_opts": 1, "shuffle": True}
MAX_TESTS: Final = 32_767
US_PER_S: Final = 1_000_000
BOUNDS: Final = "time_bounds"
"""Where each cell of a grid begins and ends (section 7.1); observations have an instant and no bounds."""
OF_ANOTHER: Final = np.int8(0)
"""The flag of a row that belongs to another variable."""


class CfFile:
    """One file while it is written. Rows of datastreams with one quantity and unit stand in one variable."""

    def __init__(self, file: BinaryIO, head: FileHead) -> None:
        self._head = head
        self._rows, self._axis = 0, "obs" if head.is_named else "time"
        self._rows_of = {part.datastream.id: 0 for part in head.parts}
        self._tests = {NO_TESTS: 0}
        self._spans: list[int] = []
        self._names = variable_names(head.parts)
        self._file = h5netcdf.File(file, "w")
        self._file.dimensions[self._axis] = None
        if head.is_named:
            self._file.dimensions["station"] = len(head.parts)
        time = self._file.create_variable("time", (self._axis,), np.int64, **PACKED)
        put(time, attributes.TIME)
        self._cell_us = 0 if head.aligned is None else US_PER_S * head.aligned["interval_s"]
        if self._cell_us:
            self._file.dimensions["bounds"] = 2
            self._file.create_variable(BOUNDS, (self._axis, "bounds"), np.int64, **{**PACKED, "chunks": (CHUNK, 2)})
            put(time, {"bounds": BOUNDS})
        self._places()
        for name, part in {self._names[part.datastream.id]: part for part in head.parts}.items():
            self._variable(name, part)

    def append(self, chunk: Chunk) -> None:
        """Write the observations of a chunk; raise BadParameter where they have too many different tests."""
        found, id = chunk.content, chunk.part.datastream.id
        codes = [self._tests.setdefault(tests or NO_TESTS, len(self._tests)) for tests in found.tests]
        if len(self._tests) > MAX_TESTS:
            raise BadParameter(
                f"netcdf has at most {MAX_TESTS:,} sets of tests; ask for parts, or for parquet.", "from"
            )
        first, last = self._rows, self._rows + len(found)
        self._file.resize_dimension(self._axis, last)
        for name, values in {
            "time": found.time_us,
            self._names[id]: found.result,
            f"{self._names[id]}_qc": found.quality.astype(np.int8),
            f"{self._names[id]}_tests": np.array(codes, np.int16),
        }.items():
            self._file.variables[name][first:last] = values
        if self._cell_us:
            self._file.variables[BOUNDS][first:last] = np.column_stack((found.time_us, found.time_us + self._cell_us))
        self._rows = last
        self._rows_of[id] += len(found)
        self._spans += [int(found.time_us[0]), int(found.time_us[-1]) + self._cell_us]
        self._spans = [min(self._spans), max(self._spans)]

    def finish(self) -> None:
        """Write what is known at the end."""
        if self._head.is_named:
            rows = self._file.create_variable("row_size", ("station",), np.int64)
            rows[...] = np.array(list(self._rows_of.values()), np.int64)
            put(rows, {"sample_dimension": self._axis, "long_name": "number of observations"})
        for name in set(self._names.values()):
            put(self._file.variables[f"{name}_tests"], attributes.tests(list(self._tests)))
        put(self._file, attributes.of_file(self._head, self._spans))

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._file.close()

    def _places(self) -> None:
        """The name of each datastream, where it is measured, and by what these degrees and metres are meant."""
        datastreams = [part.datastream for part in self._head.parts]
        self._texts("datastream", [one.name for one in datastreams], {"cf_role": "timeseries_id"})
        if self._head.is_named:
            self._texts("variable", [self._names[one.id] for one in datastreams], {})
        places = [self._head.place(part) for part in self._head.parts]
        for name, values in {
            "lat": [one.lat for one in places],
            "lon": [one.lon for one in places],
            "alt": [one.elevation_m for one in places],
        }.items():
            self._numbers(name, values)
        put(self._file.create_variable("crs", (), np.int32), attributes.grid_mapping(places[0]))

    def _variable(self, name: str, part: ExportPart) -> None:
        """The results of a quantity, their flags and their tests."""
        words = [word for word in ("time", "lat", "lon", "alt", "datastream") if word in self._file.variables]
        beside = {"coordinates": " ".join(words if self._head.is_named else words[1:])}
        fill = OF_ANOTHER if self._head.is_named else None
        result = self._file.create_variable(name, (self._axis,), np.float64, fillvalue=MISSING, **PACKED)
        flags = self._file.create_variable(f"{name}_qc", (self._axis,), np.int8, fillvalue=fill, **PACKED)
        tests = self._file.create_variable(f"{name}_tests", (self._axis,), np.int16, **PACKED)
        put(result, attributes.result(part.datastream, name, self._head.aligned is not None) | beside)
        put(flags, attributes.FLAGS | beside)
        put(tests, beside)

    def _texts(self, name: str, texts: Sequence[str], more: Mapping[str, str]) -> None:
        """A variable of texts, as characters: every reader of NetCDF knows these."""
        length = max(len(text.encode()) for text in texts)
        self._file.dimensions[f"{name}_strlen"] = length
        table = np.array([text.encode() for text in texts], f"S{length}").view("S1").reshape(-1, length)
        variable = self._file.create_variable(name, (*self._stations(), f"{name}_strlen"), "S1")
        variable[...] = table if self._head.is_named else table[0]
        put(variable, {"long_name": name, **more})

    def _numbers(self, name: str, values: Sequence[float | None]) -> None:
        """A coordinate of the places; none where no place has it."""
        if all(value is None for value in values):
            return
        numbers = np.array([MISSING if value is None else value for value in values], np.float64)
        fill = MISSING if None in values else None
        variable = self._file.create_variable(name, self._stations(), np.float64, fillvalue=fill)
        variable[...] = numbers if self._head.is_named else numbers[0]
        put(variable, attributes.PLACES[name])

    def _stations(self) -> tuple[str, ...]:
        return ("station",) if self._head.is_named else ()


def put(target: Any, told: Mapping[str, Any]) -> None:
    """Set attributes of a variable or a file: ASCII as characters, which the oldest readers know, else as strings."""
    for name, value in told.items():
        target.attrs[name] = np.bytes_(value) if isinstance(value, str) and value and value.isascii() else value


def variable_names(parts: Sequence[ExportPart]) -> dict[int, str]:
    """Return, by the id of a datastream, the variable it stands in: the quantity, with a number for a second unit."""
    units: dict[str, list[str]] = {}
    names = {}
    for part in parts:
        one = part.datastream
        known = units.setdefault(one.quantity, [])
        if one.unit not in known:
            known.append(one.unit)
        place = known.index(one.unit)
        names[one.id] = cf_names.variable_name(one.quantity) + (f"_{place + 1}" if place else "")
    return names
