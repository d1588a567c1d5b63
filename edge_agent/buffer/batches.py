"""Batches: what one group has to say to the centre, cut into bodies that stay within the wire's limits."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from codec import batch, cborbatch
from edge_agent.process.derive import Judged
from wire import limits
from wire import quality as flag

# An upper bound for the JSON around the names of an observation: labels, time, a 24-character number, q, cfg.
OBSERVATION_BYTES: Final = 110
PACK_BYTES: Final = 250
REPEATS_BYTES: Final = 100
QUARANTINE_BYTES: Final = 1200
MAX_BODY_BYTES: Final = limits.MAX_BATCH_BYTES - limits.BATCH_HEAD_BYTES
MAX_BODY_RECORDS: Final = limits.MAX_BATCH_RECORDS - 3
HEADLESS: Final = ("00000000", 0, 0)  # epoch, seq and kept are put on at each sending

FAULT_BYTES: Final = 100
NO_VALUE: Final = "no-value"


class Repeats(msgspec.Struct, frozen=True):
    """The running total of packs that came again from a node."""

    node: str
    packs: int


class FlagUpdate(msgspec.Struct, frozen=True):
    """An observation that was told before, with the flag that it has now."""

    row: batch.BatchObservation


Item = batch.BatchObservation | FlagUpdate | batch.PackRecord | Repeats | batch.QuarantineRecord | batch.FaultRecord


Encode = Callable[[batch.Batch], bytes]
ENCODERS: Final[dict[str, Encode]] = {"json": batch.encode, "cbor": cborbatch.encode}
"""By the `batch_form` of the settings. Bounds are of JSON: in CBOR each record is shorter."""


class BatchItems(msgspec.Struct, frozen=True):
    """What a group brings to the centre. `reasons`: why a raw value is missing, by (datastream, time [Unix ms])."""

    judged: list[Judged] = []
    reasons: dict[tuple[str, int], str] = {}
    packs: list[batch.PackRecord] = []
    repeats: dict[str, int] = {}
    quarantine: list[batch.QuarantineRecord] = []
    faults: list[batch.FaultRecord] = []
    verdicts: list[Judged] = []


def bodies(cargo: BatchItems, facility: str, agent: str, encode: Encode = batch.encode) -> tuple[bytes, ...]:
    """The bodies of as few batches as the limits allow; observations stand before the packs that they came from."""
    return tuple(
        encode(
            batch.Batch(
                facility,
                agent,
                *HEADLESS,
                observations=[item for item in part if isinstance(item, batch.BatchObservation)],
                packs=[item for item in part if isinstance(item, batch.PackRecord)],
                repeats=[(item.node, item.packs) for item in part if isinstance(item, Repeats)],
                quarantine=[item for item in part if isinstance(item, batch.QuarantineRecord)],
                faults=[item for item in part if isinstance(item, batch.FaultRecord)],
                verdicts=[item.row for item in part if isinstance(item, FlagUpdate)],
            )
        )
        for part in _parts(_items(cargo))
    )


def _items(cargo: BatchItems) -> Iterator[tuple[Item, int]]:
    """Each record with an upper bound of its length."""
    for judged in cargo.judged:
        yield from _observations(judged, cargo.reasons)
    for again in cargo.verdicts:
        for row, length in _observations(again, {}):
            yield FlagUpdate(row), length
    yield from ((record, PACK_BYTES) for record in cargo.packs)
    yield from ((Repeats(*total), REPEATS_BYTES) for total in cargo.repeats.items())
    for refused in cargo.quarantine:
        yield refused, QUARANTINE_BYTES + len(refused.raw) * 4 // 3
    for fault in cargo.faults:
        yield fault, FAULT_BYTES + len(fault.name) + 4 * len(fault.text)


def _observations(judged: Judged, reasons: dict[tuple[str, int], str]) -> Iterator[tuple[batch.BatchObservation, int]]:
    name, unit = judged.datastream.name, judged.datastream.unit
    size = OBSERVATION_BYTES + len(name) + len(unit)
    series = judged.series
    rows = zip(series.time_ms.tolist(), series.value.tolist(), series.quality.tolist(), judged.tests, strict=True)
    for time_ms, value, quality, tests in rows:
        shown, missing = tests or None, None
        if quality == flag.MISSING:
            value, missing = None, reasons.get((name, time_ms)) or _slug(tests or NO_VALUE)
        length = size + len(tests or "") + len(missing or "")
        yield (
            batch.BatchObservation(name, time_ms, value, quality, shown, cfg=judged.cfg, unit=unit, missing=missing),
            length,
        )


def _parts(items: Iterable[tuple[Item, int]]) -> Iterator[list[Item]]:
    part: list[Item] = []
    size = 0
    for item, length in items:
        if part and (size + length > MAX_BODY_BYTES or len(part) == MAX_BODY_RECORDS):
            yield part
            part, size = [], 0
        part.append(item)
        size += length + 1
    if part:
        yield part


def _slug(text: str) -> str:
    """The first cause, such as `missing.frequency`, as the reason of a missing value."""
    return text.partition(",")[0].replace(".", "-").replace("_", "-")[: limits.MAX_ID]
