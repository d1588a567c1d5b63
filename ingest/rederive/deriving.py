"""One piece derived anew: stored raw values through filters and formulas, with what a person decided left standing."""

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from ingest.rederive.reading import Stored
from tailings import chain
from tailings.chain import Result
from tailings.facility import Facility
from tailings.filters import Checked
from tailings.series import Series
from wire import quality as flag

Known = Mapping[str, Stored]


def derive(facility: Facility, raw: Known, derived: Known) -> dict[str, Result]:
    """Return every datastream of the piece, filtered and derived in order; a flag set by hand stays.

    raw, derived: stored rows by datastream name; of the derived ones only flags that a person set are used. What is
    made of a value with such a flag inherits it.
    """
    judged = chain.derive(facility, {name: _series(stored) for name, stored in raw.items()}, only=())
    settled = {name: _kept(result, raw[name]) for name, result in judged.items()}
    manual = [name for name in facility.derived_order if name in derived and derived[name].is_manual.any()]
    found = _carry_on(facility, settled)
    for name in manual:
        if name in found:
            settled[name] = _kept(found[name], derived[name])
            found = _carry_on(facility, settled)
    return found


def _carry_on(facility: Facility, settled: Mapping[str, Result]) -> dict[str, Result]:
    """Derive what is not settled; a settled datastream keeps its flags and names of tests."""
    unfiltered = {name: replace(facility.datastreams[name], filters={}) for name in settled}
    given = replace(facility, datastreams={**facility.datastreams, **unfiltered})
    found = chain.derive(given, {name: result.series for name, result in settled.items()})
    return {**found, **settled}


def _series(stored: Stored) -> Series:
    """Raw values as the agent got them: not evaluated, but for what a person said."""
    quality = np.where(stored.is_manual, stored.quality, flag.NOT_EVALUATED)
    return Series.of(stored.time_ms, stored.result, quality)


def _kept(result: Result, stored: Stored) -> Result:
    series = result.series
    times = stored.time_ms[stored.is_manual]
    rows = np.searchsorted(series.time_ms, times)
    inside = rows < len(series)
    rows, flags = rows[inside], stored.quality[stored.is_manual][inside]
    same = (series.time_ms[rows] == times[inside]) & (series.quality[rows] != flag.MISSING)
    if not same.any():
        return result
    quality = series.quality.copy()
    quality[rows[same]] = flags[same]
    return Result(Series(series.time_ms, series.value, quality), Checked(quality, result.checked.flags), result.derived)
