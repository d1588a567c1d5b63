"""Deriving: from the raw rows of one group to judged rows of every datastream that depends on them, as whole arrays.

Each datastream is judged before others are derived from it, so that a suspect input gives a suspect result. The same
code serves the rows of one pack and a chunk of a file. A value that needs the reading of another node uses the last
one known at that time; what the agent no longer remembers is missing here, and the centre can derive it again.
Of the newest row a filter that looks ahead says what it can. When later rows are there it is judged again, with what
was derived from it, and where the flag has become another one that is a verdict of its own (`edge_agent.second_look`).
A verdict makes nothing better but "not evaluated".
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from edge_agent.buffer import RecentRows
from edge_agent.inheriting import Causes, Rows, chosen, heirs, tellable, worsened
from edge_agent.second_look import NO_TIMES, Before, SecondLook
from edge_agent.values import Flags, Times
from edge_agent.windows import LoadRecent, Windows, among, reaches
from tailings import formulas
from tailings.facility import Datastream, Facility
from tailings.series import Mask, Series
from wire import quality as flag

Judge = Callable[[Datastream, Series, Mapping[str, Series]], tuple[Flags, Causes]]


class Judged(msgspec.Struct, frozen=True):
    """Rows of one datastream with their quality; `tests` names per row what lowered it, `cfg` is None for raw."""

    datastream: Datastream
    series: Series
    tests: Causes
    cfg: int | None


class Derived(NamedTuple):
    """What a group brings: its new rows, other verdicts on rows that were told before, and the windows to store."""

    judged: list[Judged]
    verdicts: list[Judged]
    recent: tuple[RecentRows, ...]


class Derivation:
    """Derives for one facility; keeps the windows that it needs."""

    def __init__(self, facility: Facility, judge: Judge, load_recent: LoadRecent) -> None:
        self.facility, self.judge = facility, judge
        self.windows = Windows(reaches(facility), load_recent)
        self.second = SecondLook(facility, self.windows)
        self._leads = {name: _lead(facility.datastreams[name]) for name in facility.derived_order}

    def run(self, raw: Mapping[str, Series]) -> Derived:
        """Judge raw rows and derive from them; rows that came together see each other."""
        group = _Group(self)
        for name, series in raw.items():
            group.enter(name, series)
        for name, series in raw.items():
            group.settle(name, series)
        group.look_again()
        for name, lead in self._leads.items():
            group.derive(name, lead)
        group.look_again()
        return group.outcome()


class _Group:
    """One group on its way: what it has brought, and what is told of it."""

    def __init__(self, derivation: Derivation) -> None:
        self._of, self._windows = derivation, derivation.windows
        self._given: dict[str, Times] = {}
        self._new: dict[str, Times] = {}
        self._before: dict[str, Before] = {}
        self._unseen: dict[str, None] = {}  # those that are compared with what came after they were judged
        self._again: dict[str, Times] = {}
        self._told: list[Judged] = []
        self._verdicts: list[Judged] = []

    def enter(self, name: str, fresh: Series) -> None:
        """Put new rows into their window; whoever is compared with them has not seen them yet."""
        self._given[name] = fresh.time_ms
        if self._windows.keeps(name):
            before = self._before[name] = Before(self._windows, name)
            self._new[name] = before.not_known(self._windows.get(name), fresh.time_ms)
            self._windows.add(name, fresh)
            self._unseen.update(dict.fromkeys(self._of.second.watchers(name)))

    def settle(self, name: str, fresh: Series, causes: Causes | None = None) -> None:
        """Judge new rows with their window, remember them, and say which test or cause lowered each."""
        self._unseen.pop(name, None)
        tests: Causes = [None] * len(fresh)
        if self._datastream(name).filters:
            fresh, tests = self._judge(name, fresh, self._new[name])
        if causes is not None:
            tests = [test or cause for test, cause in zip(tests, causes, strict=True)]
        self._told.append(self._judged(name, fresh, tests))

    def derive(self, name: str, lead: str) -> None:
        """Evaluate a formula where its inputs have new rows or another verdict."""
        datastream, given_ms = self._datastream(name), self._given.get(lead, NO_TIMES)
        again = {source: self._again[source] for source in datastream.inputs.values() if source in self._again}
        if not again and not len(given_ms):
            return
        inputs = {role: self._windows.get(source) for role, source in datastream.inputs.items()}
        derived = formulas.evaluate(datastream, inputs, self._of.facility)
        series, causes = derived.series, derived.cause_list()
        is_given = among(series.time_ms, given_ms)
        if again:
            is_heir = heirs(datastream, series.time_ms, again, self._windows) & ~is_given
            self._inherit(name, *chosen(series, causes, is_heir))
        if len(given_ms):
            fresh, why = chosen(series, causes, is_given)
            self.enter(name, fresh)
            self.settle(name, fresh, why)

    def look_again(self) -> None:
        """Judge once more what did not see all that it is compared with."""
        for name in list(self._unseen):
            self._unseen.pop(name)
            self._before.setdefault(name, Before(self._windows, name))
            self._judge(name, Series.empty(), NO_TIMES)

    def outcome(self) -> Derived:
        """What there is to tell and to store."""
        stored = {one.datastream.name: one.series.time_ms for one in self._told}
        for name, again_ms in self._again.items():
            stored[name] = np.union1d(stored.get(name, NO_TIMES), again_ms)
        return Derived(self._told, self._verdicts, self._windows.trim(stored))

    def _judge(self, name: str, fresh: Series, new_ms: Times) -> Rows:
        """Give the new rows of a window, and those that may change, the quality that they have now."""
        datastream, window = self._datastream(name), self._windows.get(name)
        others = {other: self._windows.get(other) for other in self._of.second.others[name]}
        quality, tests = self._of.judge(datastream, window, others)
        is_new = among(window.time_ms, new_ms)
        may_change = self._of.second.may_change(name, new_ms, self._before[name], self._new)
        if may_change is not None:
            is_again = may_change & ~is_new & (quality != window.quality)
            self._tell_again(name, Series(window.time_ms, window.value, quality), tests, is_again)
            is_new |= is_again
        quality = np.where(is_new, quality, window.quality)
        self._windows.judged(name, Series(window.time_ms, window.value, quality))
        rows = np.searchsorted(window.time_ms, fresh.time_ms)
        flags = _flags_of(fresh, quality[rows])
        return Series(fresh.time_ms, fresh.value, flags), [tests[row] for row in rows.tolist()]

    def _inherit(self, name: str, redone: Series, causes: Causes) -> None:
        """Rows that were told before get the verdict of what they are made of, where it makes theirs another one."""
        if not self._windows.keeps(name):
            redone, causes = tellable(redone, causes)
            is_again = np.ones(len(redone), np.bool_)
        else:
            window = self._windows.get(name)
            flags, causes = worsened(window, redone, causes)
            is_again = flags != window.quality
            redone = Series(window.time_ms, window.value, flags)
            self._windows.judged(name, redone)
        self._tell_again(name, redone, causes, is_again)

    def _tell_again(self, name: str, series: Series, tests: Causes, where: Mask) -> None:
        """A verdict on these rows, which were told before."""
        if where.any():
            series, tests = chosen(series, tests, where)
            self._again[name] = np.union1d(self._again.get(name, NO_TIMES), series.time_ms)
            self._verdicts.append(self._judged(name, series, tests))

    def _judged(self, name: str, series: Series, tests: Causes) -> Judged:
        datastream = self._datastream(name)
        return Judged(datastream, series, tests, None if datastream.is_raw else self._of.facility.version)

    def _datastream(self, name: str) -> Datastream:
        return self._of.facility.datastreams[name]


def _flags_of(fresh: Series, quality: Flags) -> Flags:
    """A repeat of a known instant keeps the first value's flag, but missing belongs to the value itself."""
    is_missing = np.isnan(fresh.value)
    return np.where(is_missing, flag.MISSING, np.where(quality == flag.MISSING, flag.NOT_EVALUATED, quality))


def _lead(datastream: Datastream) -> str:
    """The datastream whose instants the result has."""
    declared = formulas.inputs_of(formulas.get(datastream.formula or ""), datastream.inputs)
    return datastream.inputs[next(iter(declared))]
