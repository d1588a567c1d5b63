"""Records of a batch as msgspec reads them, and the observations among them as columns.

Nothing is done row by row in Python but list comprehensions, one a column; the checks are made on whole columns or on
the few distinct texts in them.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from codec import observation
from codec.batch_items import BatchObservation
from codec.columns import Columns, cfg_of, numbered, tests_of
from codec.pack import MISSING
from codec.text_cache import remembered
from wire import limits, quality
from wire.names import is_id

CACHED = 1 << 16  # distinct names and texts that stay known, all of them valid; an attacker can only evict them
MAX_EXACT = 2.0**53  # what is as large or larger is left to the reference, for float() is not exact there
_NAN = float("nan")
_QUOTES = 2 * (4 + 1)  # labels n t q, v or vs, and the text of n


class BatchRecord(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A record of a batch, fields in the order of the wire, which the parser guesses first.

    None means absent, for a null is found by its quotes. So do t = 0, v = NaN and q = 0: no valid record has them.
    """

    n: str
    t: float = 0
    u: str | None = None
    v: int | float = _NAN
    q: int = 0
    vs: str | None = None
    qt: str | None = None
    cfg: int | None = None
    st: str | None = None
    dropped: int | None = None
    at: int | None = None
    late: int | None = None
    bn: str | None = None
    p: int | None = None
    chain: str | None = None


class WideRow(BatchRecord, forbid_unknown_fields=True, gc=False):
    """With the fields of quarantine records and verdicts: few batches have one, and a smaller row is a faster one."""

    vd: str | None = None
    reason: str | None = None
    field: str | None = None
    fix: str | None = None
    bytes: int | None = None
    epoch: str | None = None
    seq: int | None = None
    verdict: int | None = None


_decode = msgspec.json.Decoder(list[BatchRecord]).decode
_decode_wide = msgspec.json.Decoder(list[WideRow]).decode
_DEFAULTS = msgspec.structs.astuple(WideRow(""))
_is_symbol = remembered(observation.is_symbol, CACHED)
_is_tests = remembered(observation.is_tests, CACHED)


def read_rows(data: bytes) -> list[BatchRecord] | list[WideRow]:
    """The records of a batch, or of many as one; raises msgspec.MsgspecError or UnicodeDecodeError."""
    try:
        return _decode(data)
    except msgspec.ValidationError:
        return _decode_wide(data)


def fields_of(row: BatchRecord) -> dict[str, object]:
    """The fields that are there, as the reference sees them."""
    every = zip(row.__struct_fields__, msgspec.structs.astuple(row), _DEFAULTS, strict=False)
    return {label: value for label, value, default in every if value is not default}


def observations_of(rows: Sequence[BatchRecord]) -> list[BatchObservation]:
    """The observations among valid rows."""
    return [_observation(row) for row in rows if row.q]


def _observation(row: BatchRecord) -> BatchObservation:
    value, missing = (row.v + 0.0, None) if row.vs is None else (None, row.vs[len(MISSING) :])
    return BatchObservation(row.n, round(row.t * 1000), value, row.q, row.qt, cfg=row.cfg, unit=row.u, missing=missing)


def columns_of_rows(rows: Sequence[BatchRecord], flags: npt.NDArray[np.uint8]) -> tuple[Columns, int] | None:
    """Observations as columns, and how many quotes they have on the wire; None, or ValueError, if one of them is not
    plainly valid."""
    named = numbered([row.n for row in rows])
    time_s = np.array([row.t for row in rows], np.float64)
    result = np.array([row.v for row in rows], np.float64) + 0.0
    is_missing = np.isnan(result)
    if (
        named is None
        or not ((time_s >= limits.MIN_ABSOLUTE_TIME_S) & (time_s <= limits.MAX_ABSOLUTE_TIME_S)).all()
        or not (is_missing | (np.abs(result) < MAX_EXACT)).all()
        or not ((flags <= quality.FAIL) | is_missing).all()
        or not ((flags == quality.MISSING) == is_missing).all()
        or not all(_is_missing(rows[place].vs) for place in np.flatnonzero(is_missing).tolist())
    ):
        return None
    optional = _optional(rows)
    if optional is None:
        return None
    tests, cfg, quotes = optional
    columns = Columns(*named, np.rint(time_s * 1000).astype(np.int64), result, flags, tests, cfg)
    return columns, quotes + _QUOTES * len(rows) + 2 * int(np.count_nonzero(is_missing))


def _optional(rows: Sequence[BatchRecord]) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.int64], int] | None:
    """Tests and configuration versions as columns, and the quotes of both and of the units; None if one is invalid."""
    symbols, tests, versions = [row.u for row in rows], [row.qt for row in rows], [row.cfg for row in rows]
    if not all(map(_is_symbol, _distinct(symbols))) or not all(map(_is_tests, _distinct(tests))):
        return None
    cfg = cfg_of(versions)
    told = len(rows) - versions.count(None)
    if told and np.count_nonzero((cfg >= 0) & (cfg <= limits.MAX_COUNT)) != told:
        return None
    return tests_of(tests), cfg, 2 * told + 4 * (2 * len(rows) - symbols.count(None) - tests.count(None))


def _distinct(texts: list[str | None]) -> set[str]:
    """The texts among these; to compare one with all is cheaper than to hash all, and mostly they are equal."""
    is_one = texts.count(texts[0]) == len(texts) if texts else True
    return {text for text in (texts[:1] if is_one else texts) if text is not None}


def _names_reason(text: str | None) -> bool:
    return text is not None and text.startswith(MISSING) and is_id(text[len(MISSING) :])


_is_missing = remembered(_names_reason, CACHED)
