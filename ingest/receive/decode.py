"""Bytes of a delivery into an arrival: a batch, or the reason why there is none. Whatever comes, it does not raise."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from codec import batch, cborbatch, chain, compression, fastbatch, head
from codec.batch import Batch
from codec.columns import Share, columns_of
from codec.fastbatch import ColumnBatch
from ingest.values import Arrival, BatchHead, Delivery, RefusedMessage
from wire import BadPack, limits, topics

NOBODY: Final = "?"
"""Stands for the facility and agent of a topic that no access list should have let through."""
HEAD_RECORDS: Final = 3
DecodeBatches = Callable[[Sequence[bytes]], list[Batch | BadPack]]
MAX_SENDERS: Final = 10_000
"""Topics that are not taken apart again."""


def decode_all(
    deliveries: Sequence[Delivery], decode_batches: DecodeBatches = fastbatch.decode_batches
) -> list[Arrival]:
    """Return an arrival for each delivery; the topic tells who sent it (the broker's access list stands for that)."""
    found = decode_batches([delivery.payload for delivery in deliveries])
    return list(map(_arrival, deliveries, found))


def decode(delivery: Delivery) -> Arrival:
    """Return the arrival of one delivery."""
    return decode_all([delivery])[0]


def _arrival(delivery: Delivery, found: Batch | BadPack) -> Arrival:
    facility = agent = NOBODY
    try:
        facility, agent = _sender(delivery.topic)
    except BadPack as bad:
        found = bad.with_traceback(None)  # which would keep this frame, and the message in it, until cycles are freed
    if isinstance(found, BadPack):
        return _refused(delivery, facility, agent, found)
    if found.facility != facility or found.agent != agent:
        other = BadPack("bn", "wrong-topic", f"{found.facility}/{found.agent}")
        return _refused(delivery, facility, agent, other)
    link = found.chain or _content_of(found, delivery.payload)
    known = BatchHead(found.epoch, found.seq, found.oldest_unacked, link)
    share = found.share if isinstance(found, ColumnBatch) else Share(columns_of(found), 0, len(found.observations))
    return Arrival(
        facility,
        agent,
        delivery.received_s,
        known,
        found,
        share=share,
        protocol=found.protocol,
        payload=delivery.payload,
    )


def _refused(delivery: Delivery, facility: str, agent: str, bad: BadPack) -> Arrival:
    beginning = cborbatch.json_of(compression.beginning(delivery.payload, limits.BATCH_HEAD_BYTES))
    known, stated = _read_head(beginning), head.stated(beginning)
    bare = Arrival(facility, agent, delivery.received_s, known, None, protocol=stated, payload=delivery.payload)
    return refuse(bare, delivery.payload, bad.reason, bad.field, bad.fix)


def _content_of(whole: Batch, payload: bytes) -> chain.Link:
    """The link of a batch whose agent states none."""
    data = whole.data if isinstance(whole, ColumnBatch) else compression.expanded(payload)
    return chain.of_content(cborbatch.json_of(data))


@lru_cache(MAX_SENDERS)
def _sender(topic: str) -> tuple[str, str]:
    parsed = topics.parse(topic)
    return parsed.facility, parsed.agent or NOBODY


def refuse(arrival: Arrival, payload: bytes, reason: str, field: str, fix: str) -> Arrival:
    """Return the arrival as one whose whole payload goes to quarantine; its place in the sequence is kept."""
    known = arrival.head
    refused = RefusedMessage(
        facility=arrival.facility,
        sender=arrival.sender,
        received_s=arrival.received_s,
        reason=reason,
        field=field,
        fix=fix,
        raw=payload,
        size_bytes=len(payload),
        epoch=known.epoch if known else None,
        seq=known.seq if known else None,
        place=arrival.place,
    )
    return msgspec.structs.replace(arrival, batch=None, share=None, refused=(refused,))


def _read_head(payload: bytes) -> BatchHead | None:
    """Read the first three records alone, whatever follows them."""
    end = -1
    for _ in range(HEAD_RECORDS):
        end = payload.find(b"}", end + 1)
        if end < 0:
            return None
    try:
        found = batch.decode(payload[: end + 1] + b"]")
    except BadPack:
        return None
    return BatchHead(found.epoch, found.seq, found.oldest_unacked, found.chain or chain.of_content(payload))
