"""Observations column by column, for whoever stores thousands at a time."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from codec.batch_items import Batch
from wire.names import FAULT, is_channel, is_id

NO_CFG = -1
"""Stands in `Columns.cfg` for a raw observation."""
MAX_NAMES: Final = 1 << 16
"""What a table of names holds; behind it a new one begins, so an attacker can only make it slow."""


class Names:
    """Names that were read before, node:instrument.quantity, each under a number from 0 on.

    A row that has a number needs its name neither checked nor looked up again. Only grows; may be shared by threads.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.texts)

    def numbers_of(self, names: Sequence[str]) -> npt.NDArray[np.int32]:
        """The numbers of these names; raises KeyError when one of them is new."""
        return np.fromiter(map(self._numbers.__getitem__, names), np.int32, len(names))

    def add(self, names: Iterable[str]) -> None:
        """Give those that are new a number."""
        with self._lock:
            for name in names:
                if name not in self._numbers:
                    self.texts.append(name)
                    self._numbers[name] = len(self.texts) - 1


class Columns(NamedTuple):
    """n observations as six columns of length n; row i of each is observation i."""

    names: Names
    number: npt.NDArray[np.int32]
    """Of the name, in `names`."""
    time_ms: npt.NDArray[np.int64]
    """Unix milliseconds."""
    result: npt.NDArray[np.float64]
    """NaN where the observation is missing."""
    quality: npt.NDArray[np.uint8]
    tests: npt.NDArray[np.bytes_]
    """Empty for none; the dtype is as wide as the longest."""
    cfg: npt.NDArray[np.int64]

    def part(self, first: int, end: int) -> "Columns":
        """Rows `first` to before `end`; the arrays are views."""
        names, number, time_ms, result, quality, tests, cfg = self
        at = slice(first, end)
        return Columns(names, number[at], time_ms[at], result[at], quality[at], tests=tests[at], cfg=cfg[at])

    def texts(self) -> list[str]:
        """The name of each row."""
        return [self.names.texts[number] for number in self.number.tolist()]


class Share(NamedTuple):
    """What one batch has of columns that were read of many: rows `first` to before `end` of `whole`."""

    whole: Columns
    first: int
    end: int

    @property
    def columns(self) -> Columns:
        """These rows alone."""
        return self.whole.part(self.first, self.end)


class _Known:
    """The table that is in use."""

    names = Names()


def numbered(names: Sequence[str]) -> tuple[Names, npt.NDArray[np.int32]] | None:
    """The table in use, and the number of each name in it; None when one is no name of an observation."""
    table = _Known.names
    try:
        return table, table.numbers_of(names)
    except KeyError:
        pass
    distinct = dict.fromkeys(names)
    if not all(map(is_observed, distinct)):
        return None
    if len(table) + len(distinct) > MAX_NAMES:
        table = _Known.names = Names()
    table.add(distinct)
    return table, table.numbers_of(names)


def is_observed(name: str) -> bool:
    """Whether an observation may have this name: node:instrument.quantity, and no fault."""
    node, _, local = name.partition(":")
    return is_id(node) and is_channel(local) and not local.startswith(FAULT)


def columns_of(batch: Batch) -> Columns:
    """The observations of a batch that was read one by one; `fastbatch.ColumnBatch` has its columns already."""
    rows: list[Any] = batch.observations
    found = numbered([row.name for row in rows])
    assert found is not None, "a batch holds valid names"
    return Columns(
        *found,
        np.array([row.time_ms for row in rows], np.int64),
        np.array([row.value for row in rows], np.float64),
        np.array([row.quality for row in rows], np.uint8),
        tests_of([row.tests for row in rows]),
        cfg_of([row.cfg for row in rows]),
    )


def tests_of(texts: Sequence[str | None]) -> npt.NDArray[np.bytes_]:
    """Names of tests as a column."""
    if texts.count(None) == len(texts):
        return np.zeros(len(texts), "S1")
    return np.array([(text or "").encode() for text in texts])


def cfg_of(versions: Sequence[int | None]) -> npt.NDArray[np.int64]:
    """Configuration versions as a column."""
    if versions.count(None) == len(versions):
        return np.full(len(versions), NO_CFG, np.int64)
    return np.array([NO_CFG if version is None else version for version in versions], np.int64)
