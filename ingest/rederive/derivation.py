"""One piece derived anew: stored raw values through filters and formulas, with what a person decided left standing."""

from collections.abc import Mapping

from ingest.rederive.stored_series import StoredSeries
from tailings import chain
from tailings.chain import Decided, FilteredSeries
from tailings.facility import Facility
from tailings.series import Series

Known = Mapping[str, StoredSeries]


def derive(facility: Facility, raw: Known, derived: Known) -> dict[str, FilteredSeries]:
    """Return every datastream of the piece, filtered and derived in order; a flag set by hand stays.

    raw, derived: stored rows by datastream name; of the derived ones only flags that a person set are used. What is
    made of a value with such a flag inherits it.
    """
    decided = {
        name: Decided(stored.time_ms[stored.is_manual], stored.quality[stored.is_manual])
        for name, stored in {**derived, **raw}.items()
        if stored.is_manual.any()
    }
    as_it_came = {name: Series.of(stored.time_ms, stored.result) for name, stored in raw.items()}
    return chain.derive(facility, as_it_came, decided=decided)
