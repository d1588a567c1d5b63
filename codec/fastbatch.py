"""The fast way to read batches, many at once and into columns, with the verdicts of `batch.decode`.

As in `fast`, only what is plainly valid is recognised here, and repeated labels are found by counting quotes: a label
and a text have two each, and nothing is counted that is not there. What is not plain is read again by the reference.

Where the time goes: parsing is C (msgspec, one flat struct: a choice of structs would cost more than the empty fields);
after it nothing is done row by row in Python but list comprehensions, one a column, and checks are made on whole
columns or on the few distinct texts in them. That costs the same for one message as for fifty, so many are read as one.

Many as one: `[a,b]` and `[c]` become `[a,b,c]`. Each message must begin with `[{"bn":"` and end with `}]`. Then none
can reach into the next: an open text would end at that quote in front of `bn`, an open record would have a record for a
label, an empty message would leave a comma too many, and each of these is no JSON. So if as many records have a `bn` as
there are messages, these are where the messages begin.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from codec import batch, cborbatch, compression, fastcbor
from codec.batch import STORED, Batch, BatchObservation, FaultRecord, PackRecord, QuarantineRecord, added
from codec.chain import Link
from codec.columns import Columns, Share
from codec.fastrows import CACHED, MAX_EXACT, BatchRecord, columns_of_rows, fields_of, observations_of, read_rows
from codec.observation import VERDICT, verdict_of
from codec.text_cache import remembered
from wire import BadPack, limits
from wire.names import EPOCH_CHARS, FAULT, is_epoch, is_id
from wire.protocol import UNSTATED
from wire.topics import EDGE

_new = tuple.__new__  # a namedtuple's own constructor costs twice as much
_numbers_of = re.compile(r"([0-9a-f]{8}) (0|[1-9][0-9]{0,9}) (0|[1-9][0-9]{0,9})", re.ASCII).fullmatch
_is_chain = re.compile(r"[0-9a-f]{8} [0-9a-f]{8}", re.ASCII).fullmatch
_BEGIN, _END = b'[{"bn":"', b"}]"
_QUOTE = ord('"')
_HEAD_ROWS = 3
_HEAD_QUOTES = 2 * (7 + 5)  # labels bn n vs, n v, n v and the texts of bn, vs and three n
_CHAIN_QUOTES = 2 * (1 + 1)  # its label and its text
_PLAIN_PACK_QUOTES = 2 * (4 + 2)  # labels n t vs at and the texts of n and vs
_is_id = remembered(is_id, CACHED)


class ColumnBatch(Batch):
    """A batch that has its observations as columns; one by one they are read again when somebody asks.

    The rows that msgspec made of them are not kept: what is freed at once is used again while it is in the CPU's cache.
    """

    share: Share
    data: bytes
    read: list[BatchObservation] | None = None
    """The observations one by one, once somebody has asked."""
    repeats: Sequence[tuple[str, int]] = ()
    quarantine: Sequence[QuarantineRecord] = ()
    faults: Sequence[FaultRecord] = ()
    verdicts: Sequence[BatchObservation] = ()

    def __init__(
        self, facility: str, agent: str, epoch: str, seq: int, oldest_unacked: int, *, protocol: int, chain: Link | None
    ) -> None:
        """Begin it as its head says. Few have more than packs: a list of each kind would take as long as the rest."""
        self.facility, self.agent, self.epoch = facility, agent, epoch
        self.seq, self.oldest_unacked = seq, oldest_unacked
        self.packs = []
        self.protocol, self.chain = protocol, chain

    @property
    def columns(self) -> Columns:
        """The observations column by column."""
        return self.share.columns

    @property
    def observations(self) -> list[BatchObservation]:
        """The observations one by one, in the order of the wire."""
        if self.read is None and self.data[:1] == cborbatch.FIRST:
            self.read = cborbatch.decode(self.data).observations
        elif self.read is None:
            self.read = observations_of(read_rows(self.data))
        return self.read


def decode_batch(data: bytes) -> Batch:
    """What `batch.decode` gives for the same bytes; raises the same BadPack."""
    data = compression.expanded(data)
    found = _read_cbor([data]) if data[:1] == cborbatch.FIRST else _read([data])
    return found[0] if found else batch.decode(data)


def decode_batches(payloads: Sequence[bytes]) -> list[Batch | BadPack]:
    """For each payload what `batch.decode` gives, or the BadPack that it raises."""
    expanded = [_expanded(data) for data in payloads]
    whole = [data for data in expanded if isinstance(data, bytes)]
    in_cbor = [data for data in whole if data[:1] == cborbatch.FIRST]
    cbor = iter(_verdicts(in_cbor, _read_cbor))
    json = iter(_verdicts([data for data in whole if data[:1] != cborbatch.FIRST] if in_cbor else whole, _read))
    return [
        data if isinstance(data, BadPack) else next(cbor if data[:1] == cborbatch.FIRST else json) for data in expanded
    ]


def _verdicts(
    payloads: Sequence[bytes], read: Callable[[Sequence[bytes]], list["ColumnBatch"] | None]
) -> Sequence[Batch | BadPack]:
    """Those of all at once where they are plainly valid, else of one after the other."""
    found = read(payloads) if payloads else []
    return list(map(_verdict, payloads)) if found is None else found


def _expanded(data: bytes) -> bytes | BadPack:
    try:
        return compression.expanded(data)
    except BadPack as bad:
        return _told(bad)


def _verdict(data: bytes) -> Batch | BadPack:
    try:
        return decode_batch(data)
    except BadPack as bad:
        return _told(bad)


def _told(bad: BadPack) -> BadPack:
    """The same as a value: raised and caught, it and its cause hold frames, which hold it, and with it the message."""
    return BadPack(*bad.args)


def _read(payloads: Sequence[bytes]) -> list[ColumnBatch] | None:
    """The batches; None if not all of them are plainly valid."""
    if max(map(len, payloads)) > limits.MAX_BATCH_BYTES:
        return None
    data = payloads[0] if len(payloads) == 1 else _joined(payloads)
    if data is None:
        return None
    try:
        rows = read_rows(data)
        flags = np.frombuffer(bytes([row.q for row in rows]), np.uint8)
        quotes = int(np.count_nonzero(np.frombuffer(data, np.uint8) == _QUOTE))
        return _assemble(rows, flags, payloads, quotes)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, OverflowError):  # numbers too large for a column
        return None


def _read_cbor(payloads: Sequence[bytes]) -> list[ColumnBatch] | None:
    """The batches in CBOR; None if not all of them are plainly valid."""
    if max(map(len, payloads)) > limits.MAX_BATCH_BYTES:
        return None
    parts = fastcbor.split_all(payloads)
    if parts is None:
        return None
    found, shares = _read([part.json for part in parts]), fastcbor.columns_of_parts(parts)
    if found is None or shares is None:
        return None
    for whole, part, share, data in zip(found, parts, shares, payloads, strict=True):
        count = batch.others_of(whole) + part.rows
        if whole.share.first != whole.share.end or count > limits.MAX_BATCH_RECORDS:
            return None
        whole.share, whole.data = share, data
    return found


def _joined(payloads: Sequence[bytes]) -> bytes | None:
    if all(data.startswith(_BEGIN) and data.endswith(_END) for data in payloads):
        return b"[" + b",".join([data[1:-1] for data in payloads]) + b"]"
    return None


def _assemble(
    rows: Sequence[BatchRecord], flags: npt.NDArray[np.uint8], payloads: Sequence[bytes], quotes: int
) -> list[ColumnBatch] | None:
    """A batch for each payload; `flags` are the qualities of the rows, and only observations have one."""
    others = np.flatnonzero(flags == 0).tolist()
    heads = [place for place in others if rows[place].bn is not None]
    if len(heads) != len(payloads) or heads[0] != 0:
        return None
    found: list[ColumnBatch] = []
    head_end = 0
    for place in others:
        row = rows[place]
        if row.bn is not None:
            head = rows[place : place + _HEAD_ROWS]
            whole = _begin(*head) if len(head) == _HEAD_ROWS else None
            if whole is None:
                return None
            whole.data = payloads[len(found)]
            found.append(whole)
            quotes -= _HEAD_QUOTES if row.p is None else _HEAD_QUOTES + 2
            quotes -= 0 if row.chain is None else _CHAIN_QUOTES
            head_end = place + _HEAD_ROWS
        elif place >= head_end:
            taken = _take_other(found[-1], row)
            if taken is None:
                return None
            quotes -= taken
    return found if _give_columns(found, rows, flags, others, heads) == quotes else None


def _give_columns(
    found: list[ColumnBatch],
    rows: Sequence[BatchRecord],
    flags: npt.NDArray[np.uint8],
    others: list[int],
    heads: list[int],
) -> int:
    """Give each batch its observations; their quotes on the wire, or -1 if they are not plainly valid."""
    ends = [*heads[1:], len(rows)]
    if max(end - head for head, end in zip(heads, ends, strict=True)) > limits.MAX_BATCH_RECORDS:
        return -1
    read = columns_of_rows(_between(rows, others), flags[flags > 0])
    if read is None:
        return -1
    columns, quotes = read
    before = np.searchsorted(others, [*heads, len(rows)])  # so many of the records in front are no observations
    bounds = ([*heads, len(rows)] - before).tolist()
    for whole, first, end in zip(found, bounds, bounds[1:], strict=False):
        whole.share = Share(columns, first, end)
    return quotes


def _between(rows: Sequence[BatchRecord], others: list[int]) -> list[BatchRecord]:
    """The rows without those at the places `others`, which are few: slices are cheaper than a look at each row."""
    found: list[BatchRecord] = []
    first = 0
    for place in [*others, len(rows)]:
        if place > first:
            found += rows[first:place]
        first = place + 1
    return found


def _begin(first: BatchRecord, second: BatchRecord, third: BatchRecord) -> ColumnBatch | None:
    """The batch that these three records open."""
    base, seq, oldest_unacked = first.bn, second.v, third.v
    facility, agent, epoch = _sender(base, first.vs, first.n, second.n, third.n)
    if second.bn is not None or third.bn is not None or second.q or third.q:
        return None
    if type(seq) is not int or type(oldest_unacked) is not int or not 0 <= oldest_unacked <= seq <= limits.MAX_SEQ:
        return None
    stated, linked = first.p, first.chain
    if stated is None:
        stated = UNSTATED
    elif not 0 < stated <= limits.MAX_SEQ:
        return None
    link = None
    if linked is not None:
        if _is_chain(linked) is None:
            return None
        link = _new(Link, (linked[:EPOCH_CHARS], linked[EPOCH_CHARS + 1 :]))
    return ColumnBatch(facility, agent, epoch, seq, oldest_unacked, protocol=stated, chain=link)


@lru_cache(CACHED)
def _sender(base: str | None, epoch: str | None, first: str, second: str, third: str) -> tuple[str, str, str]:
    """Facility, agent and epoch that the texts of the three records of a head tell: few agents, many batches.

    Raises ValueError where they are not valid, which is not remembered (`codec.text_cache`).
    """
    _, agent, _ = first.split(".")
    names = tuple(EDGE + "." + agent + "." + word for word in ("epoch", "seq", "kept"))
    if base is None or epoch is None or base[-1:] != ":" or (first, second, third) != names:
        raise ValueError
    if not is_id(base[:-1]) or not is_id(agent) or not is_epoch(epoch):
        raise ValueError
    return base[:-1], agent, epoch


def _plain_pack(node: str, row: BatchRecord) -> PackRecord | None:
    """The record of a pack that was stored as it should be: nearly all are."""
    time_s, at_s = row.t, row.at
    found = None if row.vs is None else _numbers_of(row.vs)
    if found is None or not limits.MIN_ABSOLUTE_TIME_S <= time_s <= limits.MAX_ABSOLUTE_TIME_S:
        return None
    if row.st is not None or row.dropped is not None or row.late is not None:
        return None
    seq, oldest_unacked = int(found[2]), int(found[3])
    if at_s is None or not 0 <= at_s <= limits.MAX_COUNT or not oldest_unacked <= seq <= limits.MAX_SEQ:
        return None
    return _new(PackRecord, (node, round(time_s * 1000), found[1], seq, oldest_unacked, STORED, None, at_s, 0))


def _take_other(whole: Batch, row: BatchRecord) -> int | None:
    """Put a record that is no observation into `whole`; its quotes, or None for the reference."""
    node, _, local = row.n.partition(":")
    _is_id(node)  # or ValueError
    plain = _plain_pack(node, row) if local == "pack" else None
    if plain is not None:
        whole.packs.append(plain)
        return _PLAIN_PACK_QUOTES
    fields = fields_of(row)
    try:
        if local == "pack":
            whole.packs.append(batch.pack_of(node, fields))
        elif local == "repeats":
            whole.repeats = added(whole.repeats, batch.repeats_of(node, fields))
        elif local == "quarantine":
            whole.quarantine = added(whole.quarantine, batch.quarantine_of(node, fields))
        elif local.startswith(FAULT):
            whole.faults = added(whole.faults, batch.fault_of(row.n, local, fields))
        elif VERDICT in fields and -MAX_EXACT < row.v < MAX_EXACT:
            whole.verdicts = added(whole.verdicts, verdict_of(row.n, local, fields))
        else:
            return None
    except BadPack:
        return None
    return 2 * len(fields) + 2 * sum(1 for value in fields.values() if type(value) is str)
