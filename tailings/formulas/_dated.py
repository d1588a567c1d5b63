"""Which dated lists of a facility file a formula counts from, and which rows lie between two of their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final

import numpy as np

from tailings.facility.model import Datastream, Facility
from tailings.formulas._contract import get
from tailings.geometry import edges, in_force
from tailings.series import Times

Lists = Mapping[str, tuple[Any, ...]]
CALIBRATION: Final = "calibration"


def names_of(formula: ModuleType) -> tuple[str, ...]:
    """The names of the lists that a formula needs: its calibration, and what stands in its DATED."""
    own: tuple[str, ...] = getattr(formula, "DATED", ())
    return own if formula.CALIBRATION is None else (CALIBRATION, *own)


def lists_of(datastream: Datastream, facility: Facility) -> Lists:
    """The lists that a derived datastream counts from, by name; a crest of its own goes before the facility's."""
    instrument = facility.instruments[datastream.instrument]
    known = {
        CALIBRATION: instrument.calibrations,
        "geometry": datastream.geometry,
        "tip": instrument.geometry,
        "crest": datastream.geometry or facility.geometry,
        "stage_storage": facility.stage_storage,
    }
    return {} if datastream.formula is None else {name: known[name] for name in names_of(get(datastream.formula))}


def facts_at(datastream: Datastream, facility: Facility, at: dt.datetime) -> dict[str, Any]:
    """The entry of each list that a derived datastream counts from at an instant, None where none holds."""
    return {name: in_force(entries, at) for name, entries in lists_of(datastream, facility).items()}


def stretches(lists: Lists, time_ms: Times) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Split rows by what is in force: first row, row after the last, the entry of each list (None: none holds)."""
    known = {name: edges(entries) for name, entries in lists.items()}
    if time_ms.size and all(len(each) == 1 and each[0][0] <= time_ms[0] for each in known.values()):
        yield 0, time_ms.size, {name: each[0][1] for name, each in known.items()}
        return
    starts = sorted({start_ms for each in known.values() for start_ms, _ in each})
    rows = [0, *np.searchsorted(time_ms, starts).tolist(), time_ms.size]
    for first, last, since_ms in zip(rows, rows[1:], [None, *starts], strict=False):
        if last > first:
            yield first, last, {name: _since(each, since_ms) for name, each in known.items()}


def _since(each: list[tuple[int, Any]], since_ms: int | None) -> Any:
    begun = [entry for start_ms, entry in each if since_ms is not None and start_ms <= since_ms]
    return begun[-1] if begun else None
