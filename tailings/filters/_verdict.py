"""The verdict of all filters of a datastream: one quality a row, and which tests decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tailings import failed_tests
from tailings.facility.model import Datastream
from tailings.filters._contract import Around, get
from tailings.series import Flags, Series
from wire import quality as flag


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """Quality of a series after its filters: uint8[n], with every test's own flags beside it, uint8[n] each."""

    quality: Flags
    flags: Mapping[str, Flags] = field(default_factory=dict)

    def tests(self) -> list[str | None]:
        """For each row the tests that decided its quality, joined by commas; None when none lowered it."""
        return failed_tests.names(self.quality, self.flags)


def apply(
    datastream: Datastream,
    series: Series,
    others: Mapping[str, Series] | None = None,
    open_since_ms: Mapping[str, int] | None = None,
) -> Checked:
    """Run the filters of a datastream over its series.

    The series' own quality is a floor: what was suspect before stays at least suspect. others: series by name of
    the datastreams that its filters look at, partners with the quality of stage one (`tailings.partners`); a test
    whose other is not given says not evaluated. open_since_ms: from when on a partner is not known for good.
    """
    around = Around(others or {}, datastream.expected_interval_s, open_since_ms or {})
    flags = {name: get(name).flag_values(series, settings, around) for name, settings in datastream.filters.items()}
    return Checked(combine(series.quality, flags), flags)


def combine(before: Flags, flags: Mapping[str, Flags]) -> Flags:
    """One flag a row from the one before and every test's: fail > suspect > pass > not evaluated; missing stays.

    The order of the tests' flags is that of ioos_qc.qartod.qartod_compare; `before` can only be improved from
    not evaluated to pass.
    """
    worst = np.where(before == flag.NOT_EVALUATED, 0, before)
    for flags_of_test in flags.values():
        judged = (flags_of_test != flag.NOT_EVALUATED) & (flags_of_test != flag.MISSING)
        worst = np.maximum(worst, np.where(judged, flags_of_test, 0))
    return np.where(worst == 0, flag.NOT_EVALUATED, worst).astype(np.uint8)
