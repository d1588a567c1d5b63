"""Batches as an agent sends them, written by the reference codec."""

import time
from collections.abc import Callable, Iterable

from codec import batch, cborbatch
from codec.batch import Batch, BatchObservation, PackRecord, QuarantineRecord
from ingest.receive.decode import decode
from ingest.values import Arrival, Delivery
from wire import topics

FACILITY, AGENT, EPOCH, NODE_EPOCH = "vale", "gw1", "9f3a01bc", "0badcafe"
RAW = "n07:vw1.frequency"
DERIVED = "n07:vw1.pressure"
START_S = 1_764_000_000


def reading(
    time_s: float, value: float | None = 2831.4, name: str = RAW, tests: str | None = None, cfg: int | None = None
) -> BatchObservation:
    """One observation of vale, as measured unless `cfg` is given; no value is missing by timeout."""
    quality, missing = (9, "timeout") if value is None else (3 if tests else 2, None)
    return BatchObservation(name, round(time_s * 1000), value, quality, tests, cfg=cfg, unit=None, missing=missing)


def verdict(time_s: float, value: float, quality: int = 4, name: str = RAW, cfg: int | None = None) -> BatchObservation:
    """What a spike test says of a reading once the next one is there; 1 names no test."""
    return BatchObservation(
        name, round(time_s * 1000), value, quality, None if quality == 1 else "spike", cfg=cfg, unit=None, missing=None
    )


def pack(
    seq: int, oldest_unacked: int = 0, at_s: int = START_S, status: str = batch.STORED, node: str = "n07"
) -> PackRecord:
    """A pack of a node, received by the agent one second after its own time."""
    return PackRecord(
        node, (at_s + 1) * 1000, NODE_EPOCH, seq, oldest_unacked, status=status, dropped=None, at_s=at_s, late=0
    )


def message(
    seq: int,
    observations: Iterable[BatchObservation] = (),
    packs: Iterable[PackRecord] = (),
    oldest_unacked: int = 0,
    repeats: Iterable[tuple[str, int]] = (),
    quarantine: Iterable[QuarantineRecord] = (),
    agent: str = AGENT,
    epoch: str = EPOCH,
    facility: str = FACILITY,
    verdicts: Iterable[BatchObservation] = (),
    is_cbor: bool = False,
) -> bytes:
    """The bytes of a batch of vale, or of another facility."""
    form = cborbatch if is_cbor else batch
    parts = (list(observations), list(packs), list(repeats), list(quarantine))
    body = form.encode(Batch(facility, agent, epoch, seq, oldest_unacked, *parts, verdicts=list(verdicts)))
    return form.put_head(body, facility, agent, epoch, seq, oldest_unacked=oldest_unacked)


def delivery(
    payload: bytes, acknowledge: Callable[[], None] = lambda: None, agent: str = AGENT, facility: str = FACILITY
) -> Delivery:
    """The message as the broker hands it out now."""
    return Delivery(topics.batch(facility, agent), payload, time.time(), acknowledge)


def arrival(payload: bytes, agent: str = AGENT, facility: str = FACILITY) -> Arrival:
    """The message, decoded."""
    return decode(delivery(payload, agent=agent, facility=facility))
