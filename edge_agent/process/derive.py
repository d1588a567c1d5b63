"""Deriving: from the raw rows of one group to judged rows of every datastream that depends on them, as whole arrays.

Each datastream is judged before others are derived from it, so that a suspect input gives a suspect result. The same
code serves the rows of one pack and a chunk of a file. A value that needs the reading of another node uses the last
one known at that time; what the agent no longer remembers is missing here, and the centre can derive it again.
What is compared with each other is judged in two stages, whichever comes first (`tailings.partners`): the same code
derives partners by their own tests alone, in windows of their own, and then everything.
Of the newest row a filter that looks ahead says what it can. When later rows are there it is judged again, with what
was derived from it; where its flag has become another one, or more tests decide the same, that is a verdict of its own
(`edge_agent.process.reflagging`). A verdict makes nothing better but "not evaluated", and takes no test back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from edge_agent.process.flag_propagation import Causes, Inherited, heirs, inherited, placed
from edge_agent.process.reflagging import NEVER_MS, NO_TIMES, Before, Reflagging
from edge_agent.process.windows import LoadRecent, RecentRow, RecentRows, WindowReach, Windows, among, reaches
from edge_agent.values import Flags, Indexes, Times
from tailings import failed_tests, filters, formulas, partners
from tailings.facility import Datastream, Facility
from tailings.filters import Checked
from tailings.series import Mask, Series
from wire import quality as flag

Judge = Callable[[Datastream, Series, Mapping[str, Series], Mapping[str, int]], Checked]


class Judged(msgspec.Struct, frozen=True):
    """Rows of one datastream with their quality; `tests` names per row what lowered it, `cfg` is None for raw."""

    datastream: Datastream
    series: Series
    tests: Causes
    cfg: int | None


class DerivedGroup(NamedTuple):
    """What a group brings: its new rows, other verdicts on rows that were told before, and the windows to store."""

    judged: list[Judged]
    verdicts: list[Judged]
    recent: tuple[RecentRows, ...]


class Derivation:
    """Derives for one facility; keeps the windows that it needs."""

    def __init__(
        self, facility: Facility, judge: Judge, load_recent: LoadRecent, reach: dict[str, WindowReach] | None = None
    ) -> None:
        self.facility, self.judge = facility, judge
        kept = reaches(facility) if reach is None else reach
        self.windows = Windows(kept, load_recent)
        self.second = Reflagging(facility, self.windows)
        alone = partners.stage_one(facility)
        self.first: Derivation | None = None
        if alone is not None:
            self.first = Derivation(alone, judge, lambda name: _by_own_tests(load_recent, name), kept)
        self._leads = {name: _lead(facility.datastreams[name]) for name in facility.derived_order}
        self._raw = frozenset(name for name, one in facility.datastreams.items() if one.is_raw)

    def run(self, raw: Mapping[str, Series]) -> DerivedGroup:
        """Judge raw rows and derive from them; rows that came together see each other."""
        if self.first is None:
            group = self.follow(raw, {})
            return DerivedGroup(group.told, group.verdicts, self.windows.trim(group.touched()))
        known_ms, touched = self.first.run_first(raw, self.second.watched())
        group = self.follow(raw, known_ms)
        stored = dict(touched)
        for name, times_ms in group.touched().items():
            stored[name] = np.union1d(stored.get(name, NO_TIMES), times_ms)
        recent = self.windows.trim(stored, self.first.windows)
        self.first.windows.trim(touched)
        return DerivedGroup(group.told, group.verdicts, recent)

    def run_first(self, raw: Mapping[str, Series], watched: Iterable[str]) -> tuple[dict[str, int], dict[str, Times]]:
        """Carry stage one on: from when on each partner is known better than before, and the rows that were touched."""
        open_ms = {name: self.open_since_ms(name) for name in watched}
        touched = self.follow(raw, {}).touched()
        known_ms = {}
        for name, before_ms in open_ms.items():
            first_ms = int(touched[name][0]) if len(touched.get(name, NO_TIMES)) else NEVER_MS
            is_settled = self.open_since_ms(name) != before_ms
            known_ms[name] = min(first_ms, before_ms if is_settled else NEVER_MS)
        return {name: since_ms for name, since_ms in known_ms.items() if since_ms < NEVER_MS}, touched

    def follow(self, raw: Mapping[str, Series], known_ms: Mapping[str, int]) -> "_Group":
        """Take a group along the chain."""
        mine = {name: series for name, series in raw.items() if name in self.facility.datastreams}
        group = _Group(self, known_ms)
        for name, series in mine.items():
            group.enter(name, series)
        for name, series in mine.items():
            group.settle(name, series)
        group.look_again(self._raw)
        for name, lead in self._leads.items():
            group.derive(name, lead)
            group.look_again((name,))
        group.look_again(self.facility.datastreams)
        return group

    def others(self, datastream: Datastream) -> tuple[dict[str, Series], dict[str, int]]:
        """What the filters of a datastream look at, partners as stage one judged them, and since when that is open."""
        first, name = self.first, datastream.name
        found = {other: self.windows.get(other) for other in self.second.others[name]}
        if first is None:
            return found, {}
        partners_of = self.second.partners[name]
        found |= {partner: first.windows.get(partner) for partner in partners_of}
        return found, {partner: first.open_since_ms(partner) for partner in partners_of}

    def open_since_ms(self, name: str) -> int:
        """From when on rows of a datastream of stage one may still get another flag."""
        return partners.open_since_ms(self.facility, name, lambda source: self.windows.get(source).time_ms)


class _Group:
    """One group on its way: what it has brought, and what is told of it."""

    def __init__(self, derivation: Derivation, known_ms: Mapping[str, int]) -> None:
        self._of, self._windows, self._known_ms = derivation, derivation.windows, known_ms
        self._given: dict[str, Times] = {}
        self._new: dict[str, Times] = {}
        self._before: dict[str, Before] = {}
        self._again: dict[str, Times] = {}
        self.told: list[Judged] = []
        self.verdicts: list[Judged] = []
        # Those that have not seen all that they are compared with.
        self._unseen = {one: None for name in known_ms for one in derivation.second.watchers(name)}

    def enter(self, name: str, fresh: Series) -> None:
        """Put new rows into their window; whoever looks at them has not seen them yet."""
        self._given[name] = fresh.time_ms
        if self._windows.keeps(name):
            before = self._before[name] = Before(self._windows, name)
            self._new[name] = before.not_known(self._windows.get(name), fresh.time_ms)
            self._windows.add(name, fresh)
            self._unseen.update(dict.fromkeys(self._of.second.readers(name)))

    def settle(self, name: str, fresh: Series, found: Inherited | None = None) -> None:
        """Judge new rows with their window, remember them, and say which tests and causes lowered each."""
        self._unseen.pop(name, None)
        if not self._windows.keeps(name):
            self._tell(self.told, name, *self._alone(name, fresh, found))
            return
        self._judge(name, self._new[name], found)
        window, named = self._windows.get(name), self._windows.named(name)
        if self._datastream(name).filters:
            rows = np.searchsorted(window.time_ms, fresh.time_ms)
            fresh = Series(fresh.time_ms, fresh.value, _flags_of(fresh, window.quality[rows]))
        self._tell(self.told, name, fresh, [named.get(time_ms) for time_ms in fresh.time_ms.tolist()])

    def _alone(self, name: str, fresh: Series, found: Inherited | None) -> tuple[Series, Causes]:
        """Rows that nobody looks back at, with the flags of filters that see the row alone, and what lowered each."""
        if found is not None:  # derived, and without a filter: with one it keeps a window
            return fresh, found.tests()
        datastream = self._datastream(name)
        if filters.are_silent(datastream, fresh):
            return fresh, [None] * len(fresh)
        checked = self._of.judge(datastream, fresh, {}, {})
        return Series(fresh.time_ms, fresh.value, checked.quality), checked.tests()

    def derive(self, name: str, lead: str) -> None:
        """Evaluate a formula where its inputs have new rows or another verdict."""
        datastream, given_ms = self._datastream(name), self._given.get(lead, NO_TIMES)
        again = {source: self._again[source] for source in datastream.inputs.values() if source in self._again}
        if not again and not len(given_ms):
            return
        inputs = {role: self._windows.get(source) for role, source in datastream.inputs.items()}
        derived = formulas.evaluate(datastream, inputs, self._of.facility)
        found, is_given = Inherited(derived.series, derived.causes), among(derived.series.time_ms, given_ms)
        is_told = is_given
        if again:
            is_heir = heirs(datastream, derived.series.time_ms, again, self._windows) & ~is_given
            found = inherited(datastream, derived, again, self._windows, is_heir)
            if not self._windows.keeps(name):
                self._tell_all(name, found.rows(is_heir))
            elif not len(given_ms):
                self._look(name, found.rows(is_heir))
            else:
                is_told = is_given | is_heir
        if len(given_ms):
            some = found.rows(is_told)
            fresh = derived.series.rows(is_given) if again else some.series
            self.enter(name, fresh)
            self.settle(name, fresh, some)

    def look_again(self, names: Collection[str]) -> None:
        """Judge once more those of these that have not seen all that they are compared with."""
        for name in [name for name in self._unseen if name in names]:
            self._look(name, None)

    def touched(self) -> dict[str, Times]:
        """The rows that are told anew or once more, by datastream."""
        found: dict[str, Times] = {}
        for one in (*self.told, *self.verdicts):
            name, times_ms = one.datastream.name, one.series.time_ms
            found[name] = np.union1d(found[name], times_ms) if name in found else times_ms
        return found

    def _look(self, name: str, found: Inherited | None) -> None:
        self._unseen.pop(name, None)
        self._before.setdefault(name, Before(self._windows, name))
        self._judge(name, NO_TIMES, found)

    def _judge(self, name: str, new_ms: Times, found: Inherited | None) -> None:
        """Give the new rows of a window, and those that may change, the quality and the tests that they have now."""
        datastream, window = self._datastream(name), self._windows.get(name)
        if not datastream.filters and (found is None or found.is_plain):
            return
        is_new = among(window.time_ms, new_ms)
        made_of = placed(found, window)
        is_open, checked = is_new | made_of.is_here, Checked(made_of.quality)
        if datastream.filters:
            floor = Series(window.time_ms, window.value, made_of.quality)
            checked = self._of.judge(datastream, floor, *self._of.others(datastream))
            may_change = self._of.second.may_change(name, new_ms, self._before[name], self._new, self._known_ms)
            is_open |= False if may_change is None else may_change
        quality = np.where(is_open, checked.quality, window.quality)
        judged = Series(window.time_ms, window.value, quality)
        is_worse = is_new | (quality != window.quality)
        rows = np.flatnonzero(is_open & (quality >= flag.SUSPECT))
        grown = self._name(name, judged, rows, is_worse, (checked.flags, made_of.causes)) if len(rows) else rows
        self._windows.judged(name, judged)
        is_again = is_open & ~is_new & is_worse
        self._note_again(name, window.time_ms[is_again])
        is_again[grown] = True
        if is_again.any():
            some, named = judged.rows(is_again), self._windows.named(name)
            self._tell(self.verdicts, name, some, [named.get(time_ms) for time_ms in some.time_ms.tolist()])

    def _name(
        self, name: str, judged: Series, rows: Indexes, is_worse: Mask, by: tuple[Mapping[str, Flags], ...]
    ) -> list[int]:
        """Remember the tests of these rows: all of another quality, and more of the same one; which have more now.

        What was told is not known of rows that an older version has stored: those stay as they are.
        """
        told, grown = self._windows.named(name), []
        decide = [{test: column[rows] for test, column in some.items()} for some in by]
        names = failed_tests.names(judged.quality[rows], *decide)
        for row, time_ms, found in zip(rows.tolist(), judged.time_ms[rows].tolist(), names, strict=True):
            before = told.get(time_ms)
            if is_worse[row]:
                told[time_ms] = found
            elif found is not None and before is not None and failed_tests.united(before, found) != before:
                told[time_ms] = failed_tests.united(before, found)
                grown.append(row)
        return grown

    def _tell_all(self, name: str, found: Inherited) -> None:
        """Of rows that nobody keeps here all that can be a verdict; the centre knows whether it is another one."""
        can_be = (found.series.quality != flag.MISSING) & (found.series.quality != flag.NOT_EVALUATED)
        if can_be.any():
            some = found.rows(can_be)
            self._note_again(name, some.series.time_ms)
            self._tell(self.verdicts, name, some.series, some.tests())

    def _note_again(self, name: str, times_ms: Times) -> None:
        """Whatever is made of these rows inherits another quality."""
        if len(times_ms):
            self._again[name] = np.union1d(self._again.get(name, NO_TIMES), times_ms)

    def _tell(self, to: list[Judged], name: str, series: Series, tests: Causes) -> None:
        datastream = self._datastream(name)
        to.append(Judged(datastream, series, tests, None if datastream.is_raw else self._of.facility.version))

    def _datastream(self, name: str) -> Datastream:
        return self._of.facility.datastreams[name]


def _by_own_tests(load_recent: LoadRecent, name: str) -> list[RecentRow]:
    """Stored rows as stage one knows them."""
    return [row._replace(quality=row.own_quality) for row in load_recent(name)]


def _flags_of(fresh: Series, quality: Flags) -> Flags:
    """A repeat of a known instant keeps the first value's flag, but missing belongs to the value itself."""
    is_missing = np.isnan(fresh.value)
    return np.where(is_missing, flag.MISSING, np.where(quality == flag.MISSING, flag.NOT_EVALUATED, quality))


def _lead(datastream: Datastream) -> str:
    """The datastream whose instants the result has."""
    declared = formulas.inputs_of(formulas.get(datastream.formula or ""), datastream.inputs)
    return datastream.inputs[next(iter(declared))]
