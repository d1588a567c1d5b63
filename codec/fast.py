"""The fast way to read packs, with the values and the refusals of the reference.

It only recognises what is plainly valid, in the usual spelling. Whatever else it meets, right or wrong, it hands to
`pack.decode`, so a refusal has one origin. What must hold is that nothing is accepted here that the
reference would refuse or read differently; test_fast.py searches for that with generated and mutated bytes.

msgspec keeps the last of two equal labels without a word. They are found by counting quotes: every label and every
text has two, so more quotes than the decoded fields account for mean a repeated label, a null or an escaped quote.
"""

from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import Any

import cbor2
import msgspec

from codec import pack, senml, units
from codec.pack import MISSING, Pack, Record
from codec.text_cache import remembered
from wire import limits
from wire.names import FAULT, is_base, is_channel, is_epoch, is_id
from wire.protocol import UNSTATED

_CACHED = 1 << 14  # distinct names and texts that stay known, all of them valid; an attacker can only evict them
_MAX_EXACT = 2**53  # larger integers are left to the reference, for float() is not exact there
_UNITS = frozenset([None, *units.symbols()])
_PLAIN = frozenset([int, float, str])  # types of the fields of a plain pack
_SILENT_TAGS = (2, 3, 25, 28, 29, 256, 55799)  # tags that cbor2 resolves to plain values
_CHANNEL, _FAULT, _RESERVED = 1, 2, 3  # kinds of names
_CBOR_LABELS = (0, 2, 1, 3, 6, -2, -3)  # in the order of _Fields


class _Fields(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A record of a pack; None means absent, for a null is found by its quotes."""

    n: str
    v: int | float | None = None
    u: str | None = None
    vs: str | None = None
    t: int | float | None = None
    bn: str | None = None
    bt: int | None = None
    p: int | None = None


_decode_fields = msgspec.json.Decoder(list[_Fields]).decode
_new = tuple.__new__  # a namedtuple's own constructor costs twice as much


def decode_pack(data: bytes, content_type: str = senml.JSON) -> Pack:
    """What `pack.decode` gives for the same bytes; raises the same BadPack."""
    if 0 < len(data) <= limits.MAX_PACK_BYTES:
        found = None
        with suppress(ValueError):  # of what is not valid, which nothing remembers
            if content_type == senml.JSON:
                found = _pack_from_json(data)
            elif content_type == senml.CBOR:
                found = _pack_from_cbor(data)
        if found is not None:
            return found
    return pack.decode(data, content_type)


def _pack_from_json(data: bytes) -> Pack | None:
    try:
        found = _decode_fields(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    read = _assemble(found)
    if read is None:
        return None
    labels, texts = read[1:]
    return read[0] if data.count(b'"') == 2 * (labels + texts) else None


def _refuse_tag(decoder: object, immutable: bool) -> object:
    raise cbor2.CBORDecodeError("a tag")


_TAGS = dict.fromkeys(_SILENT_TAGS, _refuse_tag)


def _pack_from_cbor(data: bytes) -> Pack | None:
    file = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        file, max_depth=limits.MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False, semantic_decoders=_TAGS
    )
    try:
        items: Any = decoder.decode()
    except (cbor2.CBORError, ValueError, TypeError, OverflowError):
        return None
    if type(items) is not list or file.tell() != len(data) or set(map(type, items)) != {dict}:
        return None
    if set(map(type, chain.from_iterable(items))) != {int}:  # False and 0.0 would also be found under 0
        return None
    if not _PLAIN.issuperset(map(type, chain.from_iterable(map(dict.values, items)))):
        return None
    found = [_Fields(*map(item.get, _CBOR_LABELS)) for item in items]
    read = _assemble(found)
    return read[0] if read is not None and read[1] == sum(map(len, items)) else None


@lru_cache(_CACHED)
def _kind(name: object) -> int:
    if not is_channel(name):
        if name in ("boot", "uptime", "dropped"):
            return _RESERVED
        raise ValueError
    return _FAULT if str(name).startswith(FAULT) else _CHANNEL


@lru_cache(_CACHED)
def _missing(text: object) -> str:
    if isinstance(text, str) and text.startswith(MISSING) and is_id(text[len(MISSING) :]):
        return text[len(MISSING) :]
    raise ValueError


def _is_plain_text(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= limits.MAX_TEXT and text.isprintable()


_is_base = remembered(is_base, _CACHED)
_is_epoch = remembered(is_epoch, _CACHED)


def _assemble(found: list[_Fields]) -> tuple[Pack, int, int] | None:
    """The pack, its number of labels and of text values; None if it is not plainly valid."""
    if not 3 <= len(found) <= limits.MAX_PACK_RECORDS:
        return None
    first, second, third = found[:3]
    base, time_s, epoch, seq, oldest_unacked = first.bn, first.bt, first.vs, second.v, third.v
    if (
        (first.n, second.n, third.n) != ("epoch", "seq", "kept")
        or base is None
        or epoch is None
        or not _is_base(base)
        or not _is_epoch(epoch)
        or type(time_s) is not int
        or not limits.MIN_ABSOLUTE_TIME_S <= time_s <= limits.MAX_ABSOLUTE_TIME_S
        or type(seq) is not int
        or type(oldest_unacked) is not int
        or not 0 <= oldest_unacked <= seq <= limits.MAX_SEQ
    ):
        return None
    stated = UNSTATED if first.p is None else first.p
    if not 0 < stated <= limits.MAX_SEQ:
        return None
    reading = _read(found[3:], time_s * 1000)
    if reading is None:
        return None
    records, reserved, labels, texts = reading
    of = reserved.get
    fields = (base, epoch, seq, oldest_unacked, time_s, of("boot"), of("uptime"), None, of("dropped"), records, stated)
    return _new(Pack, fields), 2 * len(found) + 2 + (first.p is not None) + labels, len(found) + 2 + texts


def _read(found: list[_Fields], time_ms: int) -> tuple[list[Record], dict[str, Any], int, int] | None:
    """Records, values of reserved names, labels besides n and one value for each record, texts besides n."""
    records: list[Record] = []
    reserved: dict[str, Any] = {}
    labels = texts = 0
    for fields in found:
        name, value, unit = fields.n, fields.v, fields.u
        kind = _kind(name)
        if kind == _RESERVED and _take_reserved(reserved, name, fields):
            continue
        at_ms: int | None = time_ms
        if fields.t is not None:
            labels += 1
            at_ms = _at_ms(time_ms, fields.t)
        if unit is not None:
            labels += 1
            texts += 1
        if kind == _CHANNEL and type(value) is float and value - value == 0 and unit in _UNITS:
            records.append(_new(Record, (name, at_ms, value + 0.0, unit, None, None)))
            continue
        record = _uncommon(kind, at_ms, fields)
        if record is None:
            return None
        texts += value is None
        records.append(record)
    if len({record[:2] for record in records}) != len(records) or (labels and None in [r[1] for r in records]):
        return None
    return records, reserved, labels, texts


def _take_reserved(reserved: dict[str, Any], name: str, fields: _Fields) -> bool:
    value = fields.v
    if name in reserved:
        return False
    if name == "uptime":
        if (type(value) is not float and type(value) is not int) or not 0 <= value <= _MAX_EXACT:
            return False
        reserved[name] = float(value) + 0.0
        return True
    if type(value) is not int or not 0 <= value <= limits.MAX_SEQ:
        return False
    reserved[name] = value
    return True


def _at_ms(time_ms: int, offset_s: object) -> int | None:
    if (type(offset_s) is float or type(offset_s) is int) and -limits.MAX_OFFSET_S <= offset_s <= limits.MAX_OFFSET_S:
        return time_ms + round(offset_s * 1000)
    return None


def _uncommon(kind: int, at_ms: int | None, fields: _Fields) -> Record | None:
    """A record with an integer, a missing one or a fault; None for what the reference should look at."""
    name, value, unit = fields.n, fields.v, fields.u
    if at_ms is None or unit not in _UNITS:
        return None
    if kind == _FAULT and unit is None and value is None and _is_plain_text(fields.vs):
        return Record(name, at_ms, None, None, None, text=fields.vs)
    if kind == _CHANNEL and value is None:
        return Record(name, at_ms, None, unit, _missing(fields.vs))
    if kind == _CHANNEL and type(value) is int and -_MAX_EXACT <= value <= _MAX_EXACT:
        return Record(name, at_ms, float(value), unit, None)
    return None
