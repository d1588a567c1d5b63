"""What the pages of registers say: the list with its filters, and one facility with what was said of it before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from api.register.models import (
    Contradiction,
    RegisterCandidate,
    RegisterCandidates,
    RegisterChoices,
    RegisterEntries,
    RegisterEntry,
    RegisterEntryDocument,
    RegisterRevision,
    Registers,
    Value,
)
from dashboard import numbers, pages
from dashboard.filter_fields import FilterField, fields
from dashboard.key_figures import Fact
from dashboard.land.amounts import named
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from tailings.mapped_tables.coordinates import ANGLES
from tailings.register.columns import BY_NAME
from texts import Texts, say, writing

FORMS: Final = ("csv", "geojson", "gpkg")
PLACE_DECIMALS: Final = 5
"""A metre."""
WHERE: Final = ("municipality", "region", "country")
FIGURES: Final = 6


def listed(
    shown: Shown,
    known: Registers,
    found: RegisterEntries,
    asked: Mapping[str, str],
    following: str,
    *,
    may_import: bool,
    texts: Texts,
) -> dict[str, Any]:
    """Make the page of the list; following: the cursor of the next page, "" on the last."""
    words = texts["register"]
    chosen = {name: value for name, value in asked.items() if value}
    total, gone = (sum(getattr(one, name) for one in known.registers) for name in ("facilities", "gone"))
    title = say(words["count"], total, registers=len(known.registers)) if total else words["none"]
    return pages.shared(shown, texts, "register", pages.zone_of(shown)) | {
        "heading": words["title"],
        "verdict": VerdictBanner("", title, words["says"] if total else words["none_says"]),
        "facts": [
            Fact(words["facts"]["facilities"], numbers.count(total)),
            Fact(words["facts"]["registers"], numbers.count(len(known.registers))),
            Fact(words["facts"]["without_place"], numbers.count(sum(one.without_place for one in known.registers))),
            Fact(words["facts"]["gone"], numbers.count(gone)),
        ],
        "registers": known.registers,
        "entries": [(one, cells(one, texts)) for one in found.entries],
        "fields": _fields(found, asked, texts),
        "is_chosen": bool(chosen),
        "counted": say(words["counted"], found.total, all=numbers.count(total)) if chosen else "",
        "following": f"?{urlencode({**chosen, 'cursor': following})}" if following else "",
        "exports": [(form, f"/api/v1/registers/export?{urlencode({**chosen, 'form': form})}") for form in FORMS],
        "may_import": may_import,
    }


def cells(one: RegisterEntry, texts: Texts) -> dict[str, str]:
    """The words of a row of the list."""
    values = one.values
    written = {name: value_words(name, value, texts) for name, value in values.items()}
    system = values.get("consequence_system", "")
    return {
        "name": written["name"],
        "id": written["id"],
        "where": ", ".join(written[name] for name in WHERE if name in written),
        "status": written.get("status", ""),
        "consequence": f"{written['consequence_class']} ({system})" if "consequence_class" in written else "",
        "volume": written.get("volume_m3", ""),
        "height": written.get("height_m", ""),
        "last_review": written.get("last_review", ""),
    }


def value_words(name: str, value: Value, texts: Texts) -> str:
    """A value of a column as a person reads it."""
    column = BY_NAME[name]
    if column.kind == "day":
        return writing.calendar_day(str(value))
    if name in ANGLES:
        return numbers.fixed(float(value), PLACE_DECIMALS)
    if isinstance(value, float):
        return writing.short(value, FIGURES)
    words = texts["register"]["words"].get("yes_no" if column.kind == "yes_no" else name, {})
    return str(words.get(str(value), value))


def entry(
    shown: Shown, one: RegisterEntryDocument, elsewhere: RegisterCandidates, *, may_match: bool, texts: Texts
) -> dict[str, Any]:
    """Make the page of one facility."""
    words = texts["register"]
    says = say(words["of_register"], register=one.title, day=writing.day(one.day), licence=one.licence)
    return pages.shared(shown, texts, "register", pages.zone_of(shown)) | {
        "heading": str(one.values["name"]),
        "path": [(words["title"], "/register"), (str(one.values["id"]), "")],
        "verdict": VerdictBanner(
            "", words["is_gone"] if one.is_gone else says, says if one.is_gone else words["as_said"]
        ),
        "facts": [],
        "rows": [
            (words["columns"][name], value_words(name, one.values[name], texts))
            for name in words["columns"]
            if name in one.values
        ],
        "number": one.number,
        "elsewhere": [(found, _likeness(found, texts), _contradicts(found, texts)) for found in elsewhere.candidates],
        "by_layers": [_contradiction(found, texts) for found in elsewhere.by_layers],
        "may_match": may_match,
        "history": [
            (revision, _changes(revision, before, texts))
            for revision, before in zip(one.history, [*one.history[1:], None], strict=True)
        ],
    }


def _likeness(one: RegisterCandidate, texts: Texts) -> str:
    """By what it may be the same: id, name, distance."""
    words = texts["register"]
    parts = [str(words["same_id"])] if one.is_same_id else []
    parts.append(say(words["name_likeness"], percent=round(100 * one.name_likeness)))
    if one.distance_m is not None:
        parts.append(say(words["distance"], m=numbers.count(one.distance_m)))
    return ", ".join(parts)


def _contradicts(one: RegisterCandidate, texts: Texts) -> list[str]:
    """Each column that both fill otherwise, with both values; what this site measures first."""
    return [_contradiction(found, texts) for found in one.contradictions]


def _contradiction(found: Contradiction, texts: Texts) -> str:
    words = texts["register"]
    is_verdict = found.is_measured and found.column == "stability_concern"
    said = "measured" if found.is_measured else "by_layers" if found.layers else "contradicts"
    return say(
        words[said],
        column=words["columns"][found.column],
        here=value_words(found.column, found.here, texts),
        there=texts["states"][found.there] if is_verdict else value_words(found.column, found.there, texts),
        layers="; ".join(named(layer, texts["land"]) for layer in found.layers),
    )


def _changes(revision: RegisterRevision, before: RegisterRevision | None, texts: Texts) -> list[str]:
    """Each column that differs: its name, what it was and what it is."""
    words = texts["register"]
    if before is None:
        return []
    return [
        say(
            words["change"],
            column=words["columns"][name],
            before=_or_nothing(name, before.values.get(name), texts),
            after=_or_nothing(name, revision.values.get(name), texts),
        )
        for name in revision.differs
    ]


def _or_nothing(name: str, value: Value | None, texts: Texts) -> str:
    return str(texts["register"]["empty"]) if value is None else value_words(name, value, texts)


def options(choices: RegisterChoices, texts: Texts) -> dict[str, list[tuple[str, str]]]:
    """What each field of the form can be: value and words."""
    words = texts["register"]["words"]
    plain = {"register": choices.registers, "country": choices.countries, "commodity": choices.commodities}
    return {
        **{name: [(one, one) for one in known] for name, known in plain.items()},
        "status": [(one, str(words["status"].get(one, one))) for one in choices.statuses],
        "consequence": [(one, class_words(one)) for one in choices.consequences],
        "attention": list(words["attention"].items()),
    }


def class_words(said: str) -> str:
    """A class with its system as a person reads it: 'High (GISTM)'."""
    system, _, name = said.partition(": ")
    return f"{name} ({system})" if name else ""


def _fields(found: RegisterEntries, asked: Mapping[str, str], texts: Texts) -> list[FilterField]:
    return fields(asked, options(found.choices, texts))
