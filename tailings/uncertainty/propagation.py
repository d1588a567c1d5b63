"""The law of propagation: what the errors of all sources make of a datastream, each source followed by itself.

For each source of error the formula is evaluated with all inputs moved by one standard uncertainty of that source, up
and down; half the difference is its share of the result, with its sign. Inputs that share a source (two piezometers
with one barometer) thereby move together, in a difference they cancel, and what is left adds up as squares.

A resolution errs anew at each reading. A formula that looks at a window says itself how such errors add up
(`independent`); all other sources move a whole window alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from tailings import formulas
from tailings.facility.model import Datastream, Facility
from tailings.facility.uncertainties import TermKind
from tailings.series import Mask, Series, Times, Values, latest_at
from tailings.uncertainty.terms import COVERAGE_FACTOR, combined, own_terms

INDEPENDENT: Final[TermKind] = "resolution"
LACKING: Final = 0.01
"""Rows of a window that give a result which is further off than this share of it are not all of its rows."""
TINY: Final = 1e-9

SourceKind = TermKind | Literal["correction", "model"]


class Source(NamedTuple):
    """Where an error comes from: a datastream, and the kind of term; "correction": its reading was lost; "model": what
    the fitted model behind it leaves over."""

    datastream: str
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Uncertainty of each row of a datastream, in its unit.

    shares: by source, the standard uncertainty that it adds, float64[n], with the sign in which it moves the result.
    is_known: bool[n], false where nothing is stated of something that the value is made of; unstated: what that is.
    """

    shares: Mapping[Source, Values]
    is_known: Mask
    unstated: frozenset[str] = frozenset()

    @property
    def standard(self) -> Values:
        """Combined standard uncertainty u, float64[n]; NaN where it is not known."""
        return self._combined(self.shares.values())

    @property
    def anew(self) -> Values:
        """The part of u that is new at each reading, float64[n]: what a change between two readings errs by."""
        return self._combined([share for source, share in self.shares.items() if source.kind == INDEPENDENT])

    @property
    def expanded(self) -> Values:
        """Expanded uncertainty U = 2 u, float64[n]; NaN where it is not known."""
        return COVERAGE_FACTOR * self.standard

    def _combined(self, shares: Iterable[Values]) -> Values:
        return np.where(self.is_known, combined(shares, self.is_known.size), np.nan)

    def minus(self, other: Uncertainty, factor: float = 1.0) -> Uncertainty:
        """Of the difference from `factor` times another datastream at the same times: what both share cancels."""
        nothing = np.zeros(self.is_known.shape)
        shares = {
            source: self.shares.get(source, nothing) - factor * other.shares.get(source, nothing)
            for source in {**self.shares, **other.shares}
        }
        return Uncertainty(shares, self.is_known & other.is_known, self.unstated | other.unstated)

    @classmethod
    def nothing(cls) -> Uncertainty:
        """No rows: nothing is known."""
        return cls({}, np.zeros(0, np.bool_))

    def rows(self, where: Any) -> Uncertainty:
        """The rows that a slice, mask or index selects."""
        shares = {source: share[where] for source, share in self.shares.items()}
        return Uncertainty(shares, self.is_known[where], self.unstated)


@dataclass(slots=True)
class Propagation:
    """Uncertainties of a facility's datastreams, each worked out once.

    rows: series by datastream name, of those asked for and of all that they are derived from. tests: by name and time
    [Unix ms] the tests that lowered a row, as far as known: a row without one of its corrections errs by that too.
    """

    facility: Facility
    rows: Mapping[str, Series]
    tests: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    _known: dict[str, Uncertainty] = field(default_factory=dict)

    def of(self, name: str) -> Uncertainty:
        """The uncertainty of each row of a datastream."""
        if name not in self._known:
            datastream = self.facility.datastreams[name]
            self._known[name] = self._uncertainty(datastream, self.rows.get(name) or Series.empty())
        return self._known[name]

    def _uncertainty(self, datastream: Datastream, series: Series) -> Uncertainty:
        own = own_terms(datastream, series, self.facility)
        shares = {Source(datastream.name, kind): standard for kind, standard in own.standard.items()}
        if datastream.is_raw:
            unstated = frozenset() if own.is_stated.all() else frozenset([datastream.name])
            return Uncertainty(shares, own.is_stated, unstated)
        lost = self._lost(datastream, series)
        is_known, unstated = self._is_known(datastream, series, own.is_stated, lost)
        as_read = self._as_read(datastream, series.time_ms)
        is_at_hand = _gives(as_read, series, is_windowed=formulas.is_windowed(datastream))
        is_known = is_known & (is_at_hand | (own.is_stated & self._is_of_one_instrument(datastream)))
        for source, share in [*self._through(datastream, series, as_read).items(), *lost.items()]:
            is_known = is_known & np.isfinite(share)
            shares[source] = shares.get(source, 0.0) + np.nan_to_num(share)
        model = formulas.own_standard_at(datastream, self._given(datastream), self.facility, series.time_ms)
        if model is not None:
            shares[Source(datastream.name, "model")] = np.nan_to_num(model)
        return Uncertainty(shares, is_known, unstated)

    def _is_known(
        self, datastream: Datastream, series: Series, is_stated: Mask, lost: Mapping[Source, Values]
    ) -> tuple[Mask, frozenset[str]]:
        """Where all is stated. What is stated of a result as a whole holds for what its own instrument gives to it.

        An input that was not read is known of where the row errs by the range of that correction instead.
        """
        is_known = np.ones(len(series), np.bool_)
        unstated: frozenset[str] = frozenset()
        for name in datastream.inputs.values():
            source, used = self.of(name), latest_at(self.rows.get(name) or Series.empty(), series.time_ms)
            found = np.zeros(len(series), np.bool_)
            found[used >= 0] = source.is_known[used[used >= 0]]
            if (correction := Source(name, "correction")) in lost:
                found |= lost[correction] > 0
            if self.facility.datastreams[name].instrument == datastream.instrument:
                found |= is_stated
            is_known &= found
            if not found.all():  # one that was not read says nothing; one that was read has said what is not stated
                unstated |= source.unstated or (frozenset() if (used >= 0).all() else frozenset([name]))
        return is_known, unstated

    def _is_of_one_instrument(self, datastream: Datastream) -> bool:
        """Whether its own instrument reads all that it is made of, so that a term of its own holds for that too."""
        sources = (self.facility.datastreams[name] for name in datastream.inputs.values())
        return all(source.instrument == datastream.instrument for source in sources)

    def _given(self, datastream: Datastream) -> dict[str, Series]:
        """The rows of its inputs by role, as far as they are at hand."""
        return {role: self.rows[name] for role, name in datastream.inputs.items() if name in self.rows}

    def _as_read(self, datastream: Datastream, time_ms: Times) -> Values:
        """What the rows at hand give, float64[n]."""
        return formulas.evaluate_at(datastream, self._given(datastream), self.facility, time_ms)

    def _through(self, datastream: Datastream, series: Series, as_read: Values) -> dict[Source, Values]:
        """What the errors of the inputs do to the result."""
        given = self._given(datastream)
        known = {role: self.of(datastream.inputs[role]) for role in given}
        is_windowed = formulas.is_windowed(datastream)
        sources = {source: None for one in known.values() for source in one.shares}
        shares: dict[Source, Values] = {}
        for source in sources:
            if is_windowed and source.kind == INDEPENDENT:
                continue
            moved = {role: one.shares[source] for role, one in known.items() if source in one.shares}
            share = self._share(datastream, given, moved, series.time_ms, as_read=as_read)
            if share.any():
                shares[source] = share
        if is_windowed and given:
            shares |= self._independent(datastream, given, known, series)
        return shares

    def _share(
        self,
        datastream: Datastream,
        given: Mapping[str, Series],
        moved: Mapping[str, Values],
        time_ms: Times,
        *,
        as_read: Values,
    ) -> Values:
        """Half the difference that one standard uncertainty up and down makes; at an end of a range, one side.

        NaN where the formula has a result, and none at either side.
        """
        up, down = ({role: _moved(given[role], side * by) for role, by in moved.items()} for side in (1.0, -1.0))
        high, low = (formulas.evaluate_at(datastream, {**given, **side}, self.facility, time_ms) for side in (up, down))
        one_side = np.where(np.isfinite(high), high - as_read, as_read - low)
        share = np.where(np.isfinite(high) & np.isfinite(low), (high - low) / 2.0, one_side)
        return np.where(np.isfinite(as_read), share, 0.0)

    def _independent(
        self,
        datastream: Datastream,
        given: Mapping[str, Series],
        known: Mapping[str, Uncertainty],
        series: Series,
    ) -> dict[Source, Values]:
        """What errors that are new at each reading do to a window; such a formula has one input."""
        squares = np.zeros(len(series))
        for source, share in known[next(iter(known))].shares.items():
            if source.kind == INDEPENDENT:
                result = formulas.independent_at(datastream, given, self.facility, series.time_ms, standard=share)
                squares += np.nan_to_num(result) ** 2
        return {Source(datastream.name, INDEPENDENT): np.sqrt(squares)} if squares.any() else {}

    def _lost(self, datastream: Datastream, series: Series) -> dict[Source, Values]:
        """Corrections that rows went without: each errs by its range, spread evenly."""
        shares: dict[Source, Values] = {}
        for at_ms, tests in self.tests.get(datastream.name, {}).items():
            row = int(np.searchsorted(series.time_ms, at_ms))
            if row >= len(series) or series.time_ms[row] != at_ms:
                continue
            for test in tests.split(","):
                if (lost := formulas.lost_correction(datastream, test, self.facility)) is not None:
                    source = Source(datastream.inputs[lost[0]], "correction")
                    shares.setdefault(source, np.zeros(len(series)))[row] = lost[1] / np.sqrt(3.0)
        return shares


def unstated(facility: Facility, name: str, at_ms: int) -> frozenset[str]:
    """The datastreams of which nothing says how far they err, among what a datastream is made of at an instant."""
    waiting, rows = [name], dict[str, Series]()
    while waiting:
        source = waiting.pop()
        if source not in rows:
            rows[source] = Series.of([at_ms], [1.0])
            waiting += facility.datastreams[source].inputs.values()
    return Propagation(facility, rows).of(name).unstated


def _gives(as_read: Values, series: Series, *, is_windowed: bool) -> Mask:
    """Where what the rows at hand give is the result: of a window that is not at hand, nothing is known. bool[n]."""
    if is_windowed:
        return np.isclose(as_read, series.value, rtol=LACKING, atol=TINY) | ~np.isfinite(series.value)
    return np.isfinite(as_read) | ~np.isfinite(series.value)


def _moved(series: Series, by: Values) -> Series:
    return replace(series, value=np.where(np.isfinite(by), series.value + by, series.value))
