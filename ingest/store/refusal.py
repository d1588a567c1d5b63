"""What the store refuses observation by observation, as rows of the quarantine; the rest of a batch is not touched."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from codec import batch
from codec.batch import Batch, BatchObservation
from ingest.store.rows import UNKNOWN, ObservationRows
from ingest.values import Arrival, RefusedMessage
from wire import clock, reasons

MS_PER_S: Final = 1000
MAX_CFG: Final = 2**31 - 1


def is_unknown(rows: ObservationRows) -> npt.NDArray[np.bool_]:
    """Return a mask of the rows whose datastream is not registered."""
    return np.asarray(rows.datastream == UNKNOWN)


def sort_out(arrivals: Sequence[Arrival], rows: ObservationRows) -> tuple[ObservationRows, list[RefusedMessage]]:
    """Return the rows that can be stored, and the others, one item for each datastream of an arrival."""
    unknown = is_unknown(rows)
    latest_ms = np.array([clock.latest_ms(round(arrival.received_s * MS_PER_S)) for arrival in arrivals])
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
    """Return what the agent had refused already and sends along."""
    return [
        RefusedMessage(
            facility=arrival.facility,
            sender=one.node,
            received_s=one.received_ms / 1000,
            reason=reasons.current(one.reason),
            field=one.field,
            fix=one.fix,
            raw=one.raw,
            size_bytes=one.bytes,
            stage="edge",
            epoch=one.epoch,
            seq=one.seq,
        )
        for one in (arrival.batch.quarantine if arrival.batch else ())
    ]


def _refuse(
    arrivals: Sequence[Arrival], rows: ObservationRows, chosen: Iterable[int], reason: str
) -> list[RefusedMessage]:
    grouped: dict[tuple[int, str], list[BatchObservation]] = {}
    for row in chosen:
        index = int(rows.arrival[row])
        source = arrivals[index].batch
        assert source is not None
        observation = source.observations[rows.place[row]]
        grouped.setdefault((index, observation.name), []).append(observation)
    return [_item(arrivals[index], name, some, reason) for (index, name), some in grouped.items()]


def _item(arrival: Arrival, name: str, observations: list[BatchObservation], reason: str) -> RefusedMessage:
    # As records of a batch without its head: the same observations in another batch are the same bytes.
    raw = b"[" + batch.encode(Batch(arrival.facility, arrival.agent, "", 0, 0, observations=observations)) + b"]"
    return RefusedMessage(
        facility=arrival.facility,
        sender=name.partition(":")[0],
        received_s=arrival.received_s,
        reason=reason,
        field=f"{arrival.facility}:{name}",
        fix=reasons.FIXES[reason],
        raw=raw,
        size_bytes=len(raw),
    )
