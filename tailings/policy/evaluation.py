"""An indicator evaluated: query, instant, rows and what they give, as one document with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from types import ModuleType
from typing import Final

import msgspec
from msgspec import Struct

from tailings.instants import rfc3339
from tailings.plugins import UnknownPlugin
from tailings.policy import indicators
from tailings.policy.values import Measured, PolicyRow, Shown

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
MAX_WORD: Final = 40


class BadQuery(ValueError):
    """A query that no indicator can answer; the sentence names what to change."""


class PolicyQuery(Struct, frozen=True, omit_defaults=True):
    """What is asked: an indicator of the facilities of a place. country: ISO 3166; region: as registers and facility
    files name it, from its first letters on (`PT18`, `Alentejo`); year and element where the indicator asks for one."""

    indicator: str
    country: str = ""
    region: str = ""
    year: int = 0
    element: str = ""


class Evaluation(Struct, frozen=True):
    """What an indicator said at an instant, with the rows that it stands on, by key."""

    query: PolicyQuery
    as_of: str
    method: int
    shown: Shown
    value: float | None
    low: float | None
    high: float | None
    known: int
    of: int
    independent: tuple[float, float, float] | None
    rows: tuple[PolicyRow, ...]
    sha256: str = ""
    """Of all the rest."""


def indicator(query: PolicyQuery) -> ModuleType:
    """Return the indicator of a query, checked; raise BadQuery."""
    try:
        found = indicators.find(query.indicator)
    except UnknownPlugin as error:
        raise BadQuery(f"{error}; known are {', '.join(indicators.names())}.") from error
    for name in ("year", "element"):
        if bool(getattr(query, name)) != (name in found.PARAMETERS):
            does = "needs" if name in found.PARAMETERS else "takes no"
            raise BadQuery(f"{query.indicator} {does} {name}: {'add' if does == 'needs' else 'leave out'} `{name}`.")
    if query.year and not FIRST_YEAR <= query.year <= LAST_YEAR:
        raise BadQuery(f"year is {query.year}; give one from {FIRST_YEAR} to {LAST_YEAR}.")
    if max(len(query.country), len(query.region), len(query.element)) > MAX_WORD:
        raise BadQuery(f"a word of the query is longer than {MAX_WORD} characters; shorten it.")
    return found


def evaluated(query: PolicyQuery, as_of: datetime, rows: Sequence[PolicyRow]) -> Evaluation:
    """Evaluate an indicator over rows, of which each keeps the values that it needs; raise BadQuery."""
    of = indicator(query)
    kept = tuple(sorted((_kept(row, of.NEEDS) for row in rows), key=lambda row: row.key))
    return _sealed(query, rfc3339(as_of), kept, of)


def again(found: Evaluation) -> Evaluation:
    """Evaluate what was stored once more, from its own rows, by the method of this program; raise BadQuery."""
    return _sealed(found.query, found.as_of, found.rows, indicator(found.query))


def sha256(found: Evaluation) -> str:
    """Return the hash of an evaluation, over all of it but the hash."""
    bare = msgspec.structs.replace(found, sha256="")
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def measured(query: PolicyQuery, rows: Sequence[PolicyRow]) -> Measured:
    """Return what an indicator says of rows, exactly."""
    said: Measured = indicator(query).measure(rows)
    return said


def _kept(row: PolicyRow, needs: Sequence[str]) -> PolicyRow:
    return msgspec.structs.replace(row, values={name: row.values[name] for name in needs if name in row.values})


def _sealed(query: PolicyQuery, as_of: str, rows: tuple[PolicyRow, ...], of: ModuleType) -> Evaluation:
    said: Measured = of.measure(rows)
    found = Evaluation(
        query,
        as_of,
        of.METHOD,
        of.SHOWN,
        _float(said.value),
        low=_float(said.low),
        high=_float(said.high),
        known=said.known,
        of=said.of,
        independent=said.independent,
        rows=rows,
    )
    return msgspec.structs.replace(found, sha256=sha256(found))


def _float(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)
