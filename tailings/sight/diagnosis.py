"""Why a test did not see the failure that was injected: which instrument is silent, or where it was flagged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from tailings.chain import FilteredSeries
from tailings.facility.model import Facility
from tailings.series import is_sure, latest_at
from tailings.sight.model import BlindReason
from tailings.sight.shadow import Carried, Shadow


class FlagOrigin(NamedTuple):
    """Where a flag begins: a datastream, and the tests that gave it."""

    datastream: str
    tests: tuple[str, ...]


def reasons(shadow: Shadow, carried: Carried, names: Collection[str], needed: Collection[str]) -> Iterator[BlindReason]:
    """Why a test of these datastreams was not met; needed: the instruments that they are made of.

    A silent instrument comes first, and nothing is said of what its silence does to the rest.
    """
    silent = sorted(shadow.silent & set(needed))
    if silent:
        yield from (_silent(shadow, one) for one in silent)
        return
    for name in names:
        if (before := _origin(shadow.facility, shadow.before, name, _newest(shadow.before, name))) is not None:
            yield BlindReason("flagged-before", before.datastream, _last_sure(shadow.before[name]), before.tests)
        elif (
            found := _origin(shadow.facility, carried.results, name, _flagged(carried, name, shadow.now_ms))
        ) is not None:
            yield BlindReason("flagged", found.datastream, None, found.tests)
        else:
            yield BlindReason("not-reached", name)


def _silent(shadow: Shadow, instrument: str) -> BlindReason:
    newest = [
        int(one.time_ms[-1])
        for name, one in shadow.raw.items()
        if shadow.facility.datastreams[name].instrument == instrument and len(one)
    ]
    if not newest:
        return BlindReason("never-read", instrument)
    return BlindReason("silent", instrument, _at(max(newest)))


def _newest(results: Mapping[str, FilteredSeries], name: str) -> int:
    """The newest row of a datastream; -1: it has none."""
    return len(results[name].series) - 1 if name in results else -1


def _flagged(carried: Carried, name: str, since_ms: int) -> int:
    """The newest row of a datastream that is flagged in the failure; -1: none is."""
    if name not in carried.results:
        return -1
    series = carried.results[name].series
    rows = np.flatnonzero((series.time_ms > since_ms) & ~is_sure(series.quality))
    return int(rows[-1]) if rows.size else -1


def _origin(facility: Facility, results: Mapping[str, FilteredSeries], name: str, row: int) -> FlagOrigin | None:
    """Where the flag of a row begins; None: it is not flagged, or there is no such row."""
    if row < 0 or is_sure(results[name].series.quality[row : row + 1])[0]:
        return None
    result = results[name]
    tests = (result.tests()[row] or "").split(",")
    for test in tests:
        kind, _, role = test.partition(".")
        source = facility.datastreams[name].inputs.get(role)
        if kind == "input" and source is not None and source in results:
            at = int(latest_at(results[source].series, result.series.time_ms[row : row + 1])[0])
            if (inner := _origin(facility, results, source, at)) is not None:
                return inner
    return FlagOrigin(name, tuple(tests))


def _last_sure(result: FilteredSeries) -> datetime | None:
    rows = np.flatnonzero(is_sure(result.series.quality))
    return _at(int(result.series.time_ms[rows[-1]])) if rows.size else None


def _at(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
