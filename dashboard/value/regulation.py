"""What Article 27 of Regulation (EU) 2024/1252 asks: dates, materials of both annexes, exemption, original deposit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.studies.models import Due
from dashboard import states
from tailings.study.materials import AnnexMaterial, unknown
from tailings.study.results import StudyResult
from texts import Texts, say, writing

from .valued import ValuedFacility


@dataclass(frozen=True)
class DueLine:
    """A date of the article as it is written; `state` is that of its shape."""

    state: str
    name: str
    day: str
    whose: str
    left: str


@dataclass(frozen=True)
class MaterialRow:
    """A material as it is written, with the annexes that name it."""

    annexes: str
    name: str
    elements: str
    state: str
    note: str
    intervals: int
    is_known: bool


def context(valued: ValuedFacility, texts: Texts) -> dict[str, Any]:
    """Give the part of the page."""
    words, of = texts["value"]["article"], valued.now.materials
    return {
        "sub": _sub(of, texts) if of else words["old"],
        "dues": [_due(one, texts) for one in valued.now.dues],
        "says": [_exemption(valued.result, texts), _original(valued.result, texts)],
        "materials": [_row(one, _annexes(one, of), texts) for one in _once(of) if one.state != "not_assayed"],
        "not_assayed": ", ".join(_unassayed(one, texts) for one in _once(of) if one.state == "not_assayed"),
        "group": words["group"],
    }


def _sub(of: Sequence[AnnexMaterial], texts: Texts) -> str:
    first, second = ([one for one in of if one.annex == annex] for annex in ("I", "II"))
    return say(
        texts["value"]["article"]["sub"],
        i=len(first) - len(unknown(first)),
        of_i=len(first),
        ii=len(second) - len(unknown(second)),
        of_ii=len(second),
    )


def _due(one: Due, texts: Texts) -> DueLine:
    words = texts["value"]["article"]
    left = words["today"] if one.days == 0 else say(words["left" if one.days > 0 else "past"], abs(one.days))
    is_missed = one.days < 0 and one.whose == "operator"
    mark = states.YELLOW if is_missed else "event"
    return DueLine(mark, texts["value"]["dues"][one.name], writing.day(one.date), words[one.whose], left)


def _once(of: Sequence[AnnexMaterial]) -> list[AnnexMaterial]:
    """Each material once: what both annexes name alike has the same elements in both."""
    return list({one.name: one for one in of}.values())


def _annexes(one: AnnexMaterial, of: Sequence[AnnexMaterial]) -> str:
    return ", ".join(other.annex for other in of if other.name == one.name)


def _unassayed(one: AnnexMaterial, texts: Texts) -> str:
    """Name it, with the elements that count where the annex names a group."""
    name = texts["value"]["materials"].get(one.name, one.name)
    return f"{name} ({', '.join(one.elements)})*" if one.note else name


def _row(one: AnnexMaterial, annexes: str, texts: Texts) -> MaterialRow:
    words = texts["value"]["article"]
    note = say(words["without"], elements=", ".join(one.without)) if one.state == "partly" else ""
    return MaterialRow(
        annexes=annexes,
        name=texts["value"]["materials"].get(one.name, one.name),
        elements=", ".join(one.elements) + ("*" if one.note else ""),
        state=words[one.state],
        note=note,
        intervals=one.intervals,
        is_known=not unknown([one]),
    )


def _exemption(result: StudyResult, texts: Texts) -> str:
    words, claim = texts["value"]["article"], result.exemption
    if claim is None:
        return str(words["no_exemption"])
    return say(words["exemption"], author=claim.author, date=writing.day(claim.dated), says=claim.says)


def _original(result: StudyResult, texts: Texts) -> str:
    words, stated = texts["value"]["article"], result.original_deposit
    if stated is None:
        return str(words["no_original"])
    if none := stated.none:
        return say(words["original_none"], says=none.says, author=none.author, date=writing.day(none.dated))
    return say(words["original"], elements=", ".join(one.element for one in stated.concentration))
