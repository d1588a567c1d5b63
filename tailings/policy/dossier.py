"""A dossier: what was frozen of a policy instrument, before and after, with differences; checked from itself alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from tailings.policy.difference import Comparison, OtherQuery, differences
from tailings.policy.evaluation import BadQuery, Evaluation, again, sha256

FORMAT: Final = 1
FaultKind = Literal["file", "signature", "unreadable", "query", "hash", "method", "value", "difference"]
Moment = Literal["before", "after"]


class FrozenMoment(Struct, frozen=True):
    """All indicators of an instrument at one instant."""

    moment: Moment
    as_of: str
    evaluations: tuple[Evaluation, ...]
    frozen_at: str = ""


class Dossier(Struct, frozen=True, kw_only=True):
    """The data of a dossier; differences: an indicator each, in the order of the moments' evaluations."""

    format: int = FORMAT
    instrument: dict[str, Any]
    release: str
    before: FrozenMoment
    after: FrozenMoment
    differences: tuple[Comparison, ...]


class DossierFault(Struct, frozen=True):
    """Something that does not follow from the rest; place: which moment and indicator."""

    kind: FaultKind
    place: str
    stored: str = ""
    recomputed: str = ""


def verified(content: bytes) -> tuple[Dossier | None, list[DossierFault]]:
    """Compute a dossier again from the rows in it; return it with what differs. None: it cannot be read."""
    try:
        found = msgspec.json.decode(content, type=Dossier)
    except msgspec.MsgspecError as error:
        return None, [DossierFault("unreadable", "dossier.json", str(error))]
    faults = [fault for moment in (found.before, found.after) for fault in _of_moment(moment)]
    return found, [*faults, *_of_differences(found)]


def _of_moment(moment: FrozenMoment) -> Iterator[DossierFault]:
    for one in moment.evaluations:
        place = f"{moment.moment} {one.query.indicator}"
        if (hash := sha256(one)) != one.sha256:
            yield DossierFault("hash", place, one.sha256, hash)
        try:
            made = again(one)
        except BadQuery as error:
            yield DossierFault("query", place, str(error))
            continue
        if made.method != one.method:
            yield DossierFault("method", place, str(one.method), str(made.method))
        elif (stored := _said(one)) != (recomputed := _said(made)):
            yield DossierFault("value", place, str(stored), str(recomputed))


def _said(one: Evaluation) -> tuple[object, ...]:
    return one.value, one.low, one.high, one.known, one.of, one.independent


def _of_differences(found: Dossier) -> Iterator[DossierFault]:
    pairs = list(zip(found.before.evaluations, found.after.evaluations, strict=False))
    if len(pairs) != len(found.differences):
        yield DossierFault("difference", "dossier.json", str(len(found.differences)), str(len(pairs)))
        return
    for (before, after), stored in zip(pairs, found.differences, strict=True):
        try:
            made = differences(before, after)
        except (BadQuery, OtherQuery) as error:
            yield DossierFault("query", f"difference of {after.query.indicator}", str(error))
            continue
        if made != stored:
            place = f"difference of {after.query.indicator}"
            yield DossierFault("difference", place, str(stored.effects), str(made.effects))
