"""A stretch of readings: some datastreams, a minute apart, as packs of 50 in batches and as bytes of a COPY.

What comes late or goes through several contenders is the same stretch at another time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from bench.plant import AGENT, FACILITY, PER_NODE, channels, nodes
from codec import batch, cborbatch, chain
from codec.batch import Batch, BatchObservation, PackRecord
from codec.chain import Link
from wire import quality

MINUTE_S: Final = 60
MS_PER_S: Final = 1000
EPOCH: Final = "9f3a01bc"
NODE_EPOCH: Final = "0badcafe"
LATE_MS: Final = (3 * 3600 + 30) * MS_PER_S + 500
"""Beside all regular times, of those a minute apart and a second, so that late rows are new ones."""
COPY_ROWS: Final = 20_000
POSTGRES_EPOCH_S: Final = 946_684_800
US_PER_S: Final = 1_000_000
COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END: Final = b"\xff\xff"

T = TypeVar("T")


class Stretch(msgspec.Struct, frozen=True):
    """`datastreams` readings at a time, `times` times from `start_s`, `step_s` apart.

    Below 50 datastreams a pack holds several times.
    """

    start_s: int
    times: int
    datastreams: int = 1000
    step_s: int = MINUTE_S

    @property
    def end_s(self) -> int:
        """When the next one may begin."""
        return self.start_s + self.times * self.step_s

    @property
    def rows(self) -> int:
        return self.times * self.datastreams

    def values(self) -> npt.NDArray[np.float64]:
        """Frequencies [Hz], shape (times, datastreams), the same at each call."""
        return np.random.default_rng(1).uniform(2800, 2900, (self.times, self.datastreams)).round(2)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items, the last one shorter (itertools has it from Python 3.12 on)."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


class Numbers:
    """Counts batches of the agent and packs of each node, and links the batches, as their own programs would."""

    def __init__(self) -> None:
        self._next = defaultdict[str, int](int)
        self._chain: dict[str, str] = {}

    def next(self, sender: str) -> int:
        """Return the next number of this sender."""
        self._next[sender] += 1
        return self._next[sender] - 1

    def last(self, sender: str) -> int:
        """Return the number that was given last."""
        return self._next[sender] - 1

    def link(self, epoch: str, body: bytes) -> Link:
        """Return the place of the next batch of this epoch in the chain of its agent."""
        before = self._chain.get(epoch, epoch)
        self._chain[epoch] = own = chain.grow(before, body)
        return Link(before, own)


def names() -> list[str]:
    """Names of all plain datastreams, without the facility, in the order of the columns of `values`."""
    return [f"{node}:{channel}" for node in nodes() for channel in channels()]


def messages(
    stretch: Stretch,
    numbers: Numbers,
    packs_a_batch: int = 1,
    late_share: float = 0.0,
    epoch: str = EPOCH,
    readings_a_pack: int = PER_NODE,
    is_cbor: bool = False,
) -> list[bytes]:
    """The stretch as batches of an agent, each with `packs_a_batch` packs; `late_share` of the packs come late."""
    found = []
    lates = np.random.default_rng(2).random(_pack_count(stretch, readings_a_pack)) < late_share
    for some in batched(zip(_packs(stretch, readings_a_pack), lates, strict=True), packs_a_batch):
        observations: list[BatchObservation] = []
        records = []
        for (node, readings), is_late in some:
            shift_ms = LATE_MS if is_late else 0
            observations += [observation(name, time_ms - shift_ms, value) for name, time_ms, value in readings]
            records.append(record(node, observations[-1].time_ms // MS_PER_S, numbers))
        whole = Batch(FACILITY, AGENT, epoch, numbers.next(epoch), 0, observations=observations, packs=records)
        found.append(linked(whole, numbers, is_cbor=is_cbor))
    return found


def linked(whole: Batch, numbers: Numbers, *, is_cbor: bool) -> bytes:
    """A batch as its agent sends it, the next one of its epoch."""
    form = cborbatch if is_cbor else batch
    body = form.encode(whole)
    link = numbers.link(whole.epoch, body)
    sender = (whole.facility, whole.agent, whole.epoch)
    sent: bytes = form.put_head(body, *sender, whole.seq, oldest_unacked=0, link=link)
    return sent


def _pack_count(stretch: Stretch, size: int) -> int:
    """How many packs `_packs` gives: in one of few datastreams some readings of `size` have no room."""
    width = min(size, stretch.datastreams)
    return -(-stretch.times // (size // width)) * -(-stretch.datastreams // width)


def _packs(stretch: Stretch, size: int) -> Iterator[tuple[str, list[tuple[str, int, float]]]]:
    every, values = names()[: stretch.datastreams], stretch.values().tolist()
    width = min(size, stretch.datastreams)
    for some in batched(range(stretch.times), size // width):
        for first in range(0, stretch.datastreams, width):
            chosen = range(first, min(first + width, stretch.datastreams))
            times_ms = [(place, (stretch.start_s + place * stretch.step_s) * MS_PER_S) for place in some]
            yield (
                every[first].partition(":")[0],
                [(every[column], time_ms, values[place][column]) for place, time_ms in times_ms for column in chosen],
            )


def observation(name: str, time_ms: int, value: float) -> BatchObservation:
    """A frequency [Hz] that passed."""
    return BatchObservation(name, time_ms, value, quality.PASS, None, cfg=None, unit="Hz", missing=None)


def record(node: str, at_s: int, numbers: Numbers) -> PackRecord:
    """The next pack of a node, measured at `at_s` [Unix s] and received a second later."""
    seq = numbers.next(node)
    return PackRecord(
        node, (at_s + 1) * MS_PER_S, NODE_EPOCH, seq, 0, status=batch.STORED, dropped=None, at_s=at_s, late=0
    )


def copy_parts(stretch: Stretch, ids: npt.NDArray[np.int32]) -> list[bytes]:
    """The stretch as binary COPYs of about 20,000 rows, each sorted by the primary key.

    `ids` are the keys of the columns of `values`. Layout: documentation of COPY, "Binary Format".
    """
    values = stretch.values()
    step = max(1, COPY_ROWS // stretch.datastreams)
    return [
        _copy_bytes(values[first : first + step], stretch, first, ids[: stretch.datastreams])
        for first in range(0, stretch.times, step)
    ]


def _copy_bytes(values: npt.NDArray[np.float64], stretch: Stretch, first: int, ids: npt.NDArray[np.int32]) -> bytes:
    fields = "fields:i2 id_size:i4 id:i4 time_size:i4 time:i8 result_size:i4 result:f8 quality_size:i4 quality:i2"
    fields += " tests_size:i4 cfg_size:i4"
    times, count = values.shape
    table = np.zeros(
        times * count, np.dtype([(f.partition(":")[0], f">{f.partition(':')[2]}") for f in fields.split()])
    )
    order = np.argsort(ids)
    times_us = (stretch.start_s - POSTGRES_EPOCH_S + stretch.step_s * np.arange(first, first + times)) * US_PER_S
    table["fields"], table["tests_size"], table["cfg_size"] = 6, -1, -1
    table["id_size"], table["id"] = 4, np.repeat(ids[order], times)
    table["time_size"], table["time"] = 8, np.tile(times_us, count)
    table["result_size"], table["result"] = 8, values.T[order].reshape(-1)
    table["quality_size"], table["quality"] = 2, quality.PASS
    return COPY_HEAD + table.tobytes() + COPY_END
