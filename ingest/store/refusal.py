"""What the store refuses observation by observation, as rows of the quarantine; the rest of a batch is not touched.

A row is all readings of one batch, sender and reason: a node whose five channels nobody knows makes a row a batch.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from codec.batch import BatchObservation, QuarantineRecord
from ingest.store import refused_readings
from ingest.store.refused_readings import RefusedReadings
from ingest.store.rows import UNKNOWN, ObservationRows
from ingest.values import MS_PER_S, Arrival, RefusedMessage, latest_time_ms
from wire import reasons

MAX_CFG: Final = 2**31 - 1


def is_unknown(rows: ObservationRows) -> npt.NDArray[np.bool_]:
    """Return a mask of the rows whose datastream is not registered."""
    return np.asarray(rows.datastream == UNKNOWN)


def sort_out(arrivals: Sequence[Arrival], rows: ObservationRows) -> tuple[ObservationRows, list[RefusedMessage]]:
    """Return the rows that can be stored, and the others, one item for each node of an arrival and reason."""
    unknown = is_unknown(rows)
    latest_ms = np.array([latest_time_ms(arrival.received_s) for arrival in arrivals])
    ahead = (rows.time_ms > latest_ms[rows.arrival]) & ~unknown if len(rows) else unknown
    wide = (rows.cfg > MAX_CFG) & ~unknown & ~ahead
    refused: list[RefusedMessage] = []
    for reason, mask in (("unknown-datastream", unknown), ("clock-ahead", ahead), ("integer", wide)):
        if mask.any():
            refused += _refuse(arrivals, rows, np.flatnonzero(mask), reason)
    return (rows.take(~(unknown | ahead | wide)) if refused else rows), refused


def conflicting(arrivals: Sequence[Arrival], rows: ObservationRows, places: Sequence[int]) -> list[RefusedMessage]:
    """Return the rows at these places, whose times are taken by other values."""
    return _refuse(arrivals, rows, places, "conflict")


def by_agent(arrival: Arrival) -> list[RefusedMessage]:
    """Return what the agent had refused already and sends along: single readings of a node and reason as one item."""
    if arrival.batch is None or not arrival.batch.quarantine:
        return []
    found: list[RefusedMessage] = []
    readings: dict[tuple[str, str], list[tuple[QuarantineRecord, BatchObservation]]] = {}
    for one in arrival.batch.quarantine:
        if (reading := refused_readings.of_agent(one)) is not None:
            readings.setdefault((one.node, reasons.current(one.reason)), []).append((one, reading))
        else:
            found.append(_message(arrival, one))
    for (node, reason), some in readings.items():
        records, observations = zip(*some, strict=True)
        epochs, seqs = {record.epoch for record in records}, {record.seq for record in records}
        received_s = min(record.received_ms for record in records) / MS_PER_S
        of_pack = {"epoch": epochs.pop() if len(epochs) == 1 else None, "seq": seqs.pop() if len(seqs) == 1 else None}
        found += _items(arrival, node, reason, observations, stage="edge", received_s=received_s, **of_pack)
    return found


def _message(arrival: Arrival, one: QuarantineRecord) -> RefusedMessage:
    return RefusedMessage(
        facility=arrival.facility,
        sender=one.node,
        received_s=one.received_ms / MS_PER_S,
        reason=reasons.current(one.reason),
        field=one.field,
        fix=one.fix,
        raw=one.raw,
        size_bytes=one.bytes,
        stage="edge",
        epoch=one.epoch,
        seq=one.seq,
        place=arrival.place,
    )


def _refuse(
    arrivals: Sequence[Arrival], rows: ObservationRows, chosen: Iterable[int], reason: str
) -> list[RefusedMessage]:
    grouped: dict[tuple[int, str], list[BatchObservation]] = {}
    for row in chosen:
        index = int(rows.arrival[row])
        source = arrivals[index].batch
        assert source is not None
        observation = source.observations[rows.place[row]]
        grouped.setdefault((index, observation.name.partition(":")[0]), []).append(observation)
    return [item for (index, node), some in grouped.items() for item in _items(arrivals[index], node, reason, some)]


def _items(
    arrival: Arrival,
    node: str,
    reason: str,
    observations: Sequence[BatchObservation],
    *,
    stage: str = "ingest",
    received_s: float | None = None,
    epoch: str | None = None,
    seq: int | None = None,
) -> Iterator[RefusedMessage]:
    """Readings of one batch and node that were refused for one reason."""
    told_s = arrival.received_s if received_s is None else received_s
    whole = RefusedReadings(arrival.facility, node, reason, told_s, stage, epoch=epoch, seq=seq, place=arrival.place)
    return whole.messages(observations)
