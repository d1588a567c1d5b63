"""Refused readings as one document: the observations of one batch and sender that were refused for one reason.

The document is a batch in CBOR (docs/wire.md) under a head that stands for none, so the same readings are the same
bytes in whatever batch they come: 19 bytes a value, and the names once.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Final

import msgspec

from codec import batch, cborbatch
from codec.batch import Batch, BatchObservation, QuarantineRecord
from codec.columns import is_observed
from codec.observation import is_symbol
from ingest.values import BatchPlace, RefusedMessage
from wire import BadPack, limits, quality
from wire.names import is_id
from wire.reasons import FIXES

HEAD: Final = ("x", "00000000", 0, 0)
"""Stands for agent, epoch, seq and kept."""


class AgentReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading as an edge agent writes it that refuses it alone: of a pack, or of a sender without packs."""

    name: str
    time_ms: int
    value: float | None = None
    unit: str | None = None
    missing: str | None = None
    text: str | None = None


class RefusedReadings(msgspec.Struct, frozen=True):
    """What is the same for all readings of a document: whose, why, when and by whom they were refused."""

    facility: str
    sender: str
    reason: str
    received_s: float
    stage: str
    epoch: str | None = None
    seq: int | None = None
    place: BatchPlace | None = None

    def messages(self, observations: Sequence[BatchObservation]) -> Iterator[RefusedMessage]:
        """Give what goes to quarantine of these observations; `field` names the channel where there is one only."""
        for raw, some in documents(self.facility, observations):
            channels = channels_of(some)
            yield RefusedMessage(
                facility=self.facility,
                sender=self.sender,
                received_s=self.received_s,
                reason=self.reason,
                field=f"{self.facility}:{channels[0]}" if len(channels) == 1 else "",
                fix=FIXES.get(self.reason, ""),
                raw=raw,
                size_bytes=len(raw),
                stage=self.stage,
                epoch=self.epoch,
                seq=self.seq,
                readings=len(some),
                channels=channels,
                place=self.place,
            )


_DECODER: Final = msgspec.json.Decoder(AgentReading)


def documents(
    facility: str, observations: Sequence[BatchObservation]
) -> Iterator[tuple[bytes, list[BatchObservation]]]:
    """The documents of these observations, one unless they are too long for one, each with what is in it."""
    try:
        body = cborbatch.encode(Batch(facility, *HEAD, observations=list(observations)))
    except BadPack:
        if len(observations) < 2:
            raise
        half = len(observations) // 2
        yield from documents(facility, observations[:half])
        yield from documents(facility, observations[half:])
        return
    agent, epoch, seq, oldest_unacked = HEAD
    raw = cborbatch.put_head(body, facility, agent, epoch, seq, oldest_unacked=oldest_unacked)
    yield raw, list(observations)


def observations_of(raw: bytes) -> list[BatchObservation]:
    """What a document holds; raises BadPack for other bytes."""
    return batch.decode(raw).observations


def channels_of(observations: Sequence[BatchObservation]) -> tuple[str, ...]:
    """The names of their datastreams, each once, in order."""
    return tuple(sorted({one.name for one in observations}))


def of_agent(record: QuarantineRecord) -> BatchObservation | None:
    """The reading that an agent has refused; None where its bytes are no single whole reading of that node."""
    if len(record.raw) < record.bytes or not record.raw.startswith(b"{"):
        return None
    try:
        one = _DECODER.decode(record.raw)
    except msgspec.MsgspecError:
        return None
    name = one.name if ":" in one.name else f"{record.node}:{one.name}"
    if not name.startswith(f"{record.node}:") or not is_observed(name) or not _is_whole(one):
        return None
    flag = quality.MISSING if one.value is None else quality.NOT_EVALUATED
    return BatchObservation(name, one.time_ms, one.value, flag, None, cfg=None, unit=one.unit, missing=one.missing)


def _is_whole(one: AgentReading) -> bool:
    """Whether it can stand in a batch as it is."""
    earliest_ms, latest_ms = limits.MIN_ABSOLUTE_TIME_S * 1000, limits.MAX_ABSOLUTE_TIME_S * 1000
    has_value = one.value is not None and isfinite(one.value) and one.missing is None
    has_reason = one.value is None and is_id(one.missing)
    has_unit = one.unit is None or is_symbol(one.unit)
    return one.text is None and has_unit and (has_value or has_reason) and earliest_ms <= one.time_ms <= latest_ms
