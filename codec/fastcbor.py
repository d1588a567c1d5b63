"""The fast way to read batches in CBOR, many at once and into columns, with the verdicts of `cborbatch.decode`.

As in `fastbatch`, only what is plainly valid is recognised here. The JSON parts are read by `fastbatch` as one, the
arrays of all batches are joined before numpy sees them, and a list of channels that came before is not read again.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from codec import cborbatch
from codec.cborbatch import BatchArrays
from codec.columns import NO_CFG, Columns, Names, Share, numbered
from codec.observation import is_symbol, is_tests
from wire import BadPack, limits, quality
from wire.names import is_id

_LISTS = 256  # lists of channels that stay known: an agent has one for each node, or a few of all
_LIST_BYTES = 32768  # a longer one is read each time: an attacker can fill no more than this
_MIN_MS, _MAX_MS = limits.MIN_ABSOLUTE_TIME_S * 1000, limits.MAX_ABSOLUTE_TIME_S * 1000
Numbered = tuple[Names, npt.NDArray[np.int32]]


def split_all(payloads: Sequence[bytes]) -> list[BatchArrays] | None:
    """The items of each batch; None if one of them is not one."""
    try:
        return list(map(cborbatch.split, payloads))
    except BadPack:
        return None


def columns_of_parts(parts: Sequence[BatchArrays]) -> list[Share] | None:
    """What each of these batches has of the columns of all; None if not all of them are plainly valid."""
    sizes = np.array([part.rows for part in parts])
    named = _number(parts, sizes)
    time_ms = np.frombuffer(b"".join([part.time for part in parts]), "<i8").astype(np.int64)
    result = np.frombuffer(b"".join([part.value for part in parts]), "<f8").astype(np.float64) + 0.0
    flags = np.frombuffer(b"".join([part.quality for part in parts]), np.uint8)
    is_missing = np.isnan(result)
    cfg = _cfg(parts)
    if (
        named is None
        or not ((time_ms >= _MIN_MS) & (time_ms <= _MAX_MS)).all()
        or not np.isfinite(result[~is_missing]).all()
        or not ((flags <= quality.FAIL) & (flags > 0) | is_missing).all()
        or not ((flags == quality.MISSING) == is_missing).all()
        or not ((cfg >= NO_CFG) & (cfg <= limits.MAX_COUNT)).all()
    ):
        return None
    tests = _tests(parts, sizes, is_missing)
    if tests is None:
        return None
    columns = Columns(*named, time_ms, result, flags, tests, cfg)
    ends = np.cumsum(sizes).tolist()
    return [Share(columns, end - part.rows, end) for part, end in zip(parts, ends, strict=True)]


def _number(parts: Sequence[BatchArrays], sizes: npt.NDArray[Any]) -> Numbered | None:
    """The names of all observations."""
    lists = [(_known if len(part.channels) <= _LIST_BYTES else _channels)(part.channels) for part in parts]
    names = {id(one[0]): one[0] for one in lists if one is not None}
    if None in lists or len(names) != 1:
        _known.cache_clear()  # of two tables of names one is no longer in use
        return None
    place = _places(parts, sizes, "channel", np.array([len(one[1]) for one in lists if one is not None]))
    if place is None:
        return None
    return names.popitem()[1], np.concatenate([one[1] for one in lists if one is not None])[place]


def _places(
    parts: Sequence[BatchArrays], sizes: npt.NDArray[Any], column: str, lengths: npt.NDArray[Any]
) -> npt.NDArray[np.intp] | None:
    """Numbers of lines in the lists of single batches as places in one list of them all; None if one is beyond it."""
    number = np.frombuffer(b"".join([getattr(part, column) for part in parts]), "<u2").astype(np.intp)
    if (number >= np.repeat(lengths, sizes)).any():
        return None
    first: npt.NDArray[np.intp] = np.cumsum(lengths) - lengths
    return number + np.repeat(first, sizes)


def _channels(text: bytes) -> Numbered | None:
    """The numbers of the names in a list of channels; None if one is not valid."""
    lines = [line.partition(" ") for line in text.decode(errors="replace").split("\n")] if text else []
    if not all(map(is_symbol, {unit for _, blank, unit in lines if blank})):
        return None
    return numbered([name for name, _, _ in lines])


_known = lru_cache(_LISTS)(_channels)


def _cfg(parts: Sequence[BatchArrays]) -> npt.NDArray[np.int64]:
    if not any(part.cfg for part in parts):
        return np.full(sum(part.rows for part in parts), NO_CFG, np.int64)
    raw = NO_CFG.to_bytes(8, "little", signed=True)
    return np.frombuffer(b"".join([part.cfg or raw * part.rows for part in parts]), "<i8").astype(np.int64)


def _tests(
    parts: Sequence[BatchArrays], sizes: npt.NDArray[Any], is_missing: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bytes_] | None:
    """The tests that decided, of each observation; None if a word is not valid where it stands."""
    if not any(part.word or part.words for part in parts):
        return None if is_missing.any() else np.zeros(len(is_missing), "S1")
    full = [part if part.word else part._replace(word=bytes(2 * part.rows)) for part in parts]
    try:
        lists = [["", *part.words.decode().split("\n")] if part.words else [""] for part in parts]
    except UnicodeDecodeError:
        return None
    place = _places(full, sizes, "word", np.array(list(map(len, lists))))
    lines = [line for some in lists for line in some]
    if place is None or not _are(lines, place[~is_missing], _is_word) or not _are(lines, place[is_missing], _is_reason):
        return None
    present = np.array([line.encode() for line in lines])
    missing = np.array([line.partition(" ")[2].encode() for line in lines])
    found: npt.NDArray[np.bytes_] = np.where(is_missing, missing[place], present[place])
    return found


def _are(lines: list[str], place: npt.NDArray[np.intp], is_valid: Callable[[str], bool]) -> bool:
    return all(is_valid(lines[one]) for one in np.unique(place).tolist())


def _is_word(line: str) -> bool:
    return not line or is_tests(line)


def _is_reason(line: str) -> bool:
    reason, blank, tests = line.partition(" ")
    return is_id(reason) and (not blank or is_tests(tests))
