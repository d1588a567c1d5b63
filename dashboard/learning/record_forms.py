"""The forms that write records of learning: their fields, and what a browser sends of them.

A list is a text with a line for each: its parts stand between bars, `what | value | source`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.learning.models import (
    FacilityFigures,
    WritingEvent,
    WritingOrganisation,
    WritingPractice,
)
from api.policy.models import MAX_TEXT, MAX_TITLE
from dashboard.forms import Fields

MAX_FIELDS: Final = 40
BAR: Final = "|"
PRACTICES, EVENTS, ORGANISATIONS = "practices", "events", "organisations"
NOUNS: Final = (PRACTICES, EVENTS, ORGANISATIONS)
LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "results": ("what", "value", "source"),
    "validations": ("name", "on"),
    "learned": ("organisation", "what"),
}
"""Lists of things, and the parts of each."""
IDS: Final = ("organisations", "practices")
LONG: Final = ("problem", "done", "resources", "evidence", "difficulties", "transfer", "influence", "about")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    PRACTICES: (
        *("title", "region", "institution", "summary", "problem", "done", "resources", "evidence", "results"),
        *("difficulties", "transfer", "influence", "address", "validations"),
    ),
    EVENTS: ("title", "day", "until", "place", "about", "organisations", "learned", "practices", "address"),
    ORGANISATIONS: ("title", "kind", "country", "region", "address", "about"),
}
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    PRACTICES: ("has_failed", "is_example"),
    EVENTS: ("is_example",),
    ORGANISATIONS: ("is_example",),
}
KINDS: Final = ("authority", "operator", "research", "business", "association", "other")
DAYS: Final = ("day", "until")
FILL: Final = ("consequence_known", "under_monitoring", "limits_exceeded")
"""What a sheet is filled with from a facility; with a year also the hours blind in it."""


@dataclass(frozen=True)
class FormField:
    """A field of a form; shape: line, text, day, kind or check."""

    name: str
    shape: str
    value: str
    rows: int = 0
    most: int = MAX_TITLE
    is_required: bool = False


def form_fields(noun: str, document: Mapping[str, Any], given: Mapping[str, str]) -> list[FormField]:
    """Give the fields, as a refused form had them, or as the document has them."""
    found = [_field(name, given.get(name, _text(name, document.get(name)))) for name in FIELDS[noun]]
    checks = [
        FormField(name, "check", "on" if (name in given if given else bool(document.get(name))) else "")
        for name in CHECKS[noun]
    ]
    return [*found, *checks]


def _field(name: str, value: str) -> FormField:
    if name in DAYS:
        return FormField(name, "day", value, is_required=name == "day")
    if name == "kind":
        return FormField(name, "kind", value or KINDS[-1])
    if name in LONG or name in LINES or name in IDS:
        return FormField(name, "text", value, rows=3, most=MAX_TEXT)
    return FormField(name, "line", value, is_required=name == "title", most=500 if name == "address" else MAX_TITLE)


def _text(name: str, value: Any) -> str:
    if name in LINES:
        return "\n".join(f" {BAR} ".join(str(one.get(part) or "") for part in LINES[name]) for one in value or ())
    if name in IDS:
        return "\n".join(value or ())
    return "" if value is None else str(value)


def document_of(noun: str, fields: Fields) -> dict[str, Any]:
    """What a form says, for the models of the api to check."""
    found: dict[str, Any] = {}
    for name in FIELDS[noun]:
        said = fields.get(name, "").replace("\r\n", "\n").strip()
        if name in LINES:
            found[name] = [_parts(line, LINES[name]) for line in said.splitlines() if line.strip()]
        elif name in IDS:
            found[name] = [line.strip() for line in said.splitlines() if line.strip()]
        else:
            found[name] = said or None if name in DAYS else said
    return found | {name: name in fields for name in CHECKS[noun]}


def _parts(line: str, names: Sequence[str]) -> dict[str, str]:
    said = [one.strip() for one in line.split(BAR, len(names) - 1)]
    return {name: said[at] for at, name in enumerate(names) if at < len(said)}


def writing(
    noun: str, fields: Fields, figures: FacilityFigures | None
) -> WritingPractice | WritingEvent | WritingOrganisation:
    """Return what a form writes; figures: those that the practice has, which stay where none are asked for anew."""
    said: dict[str, Any] = {"version": fields.get("version", "0"), "is_public": "is_public" in fields}
    said |= {"is_withdrawn": "is_withdrawn" in fields, "document": document_of(noun, fields)}
    if noun == EVENTS:
        return WritingEvent.model_validate(said)
    if noun == ORGANISATIONS:
        return WritingOrganisation.model_validate(said)
    if fields.get("fill_facility"):
        said["fill"] = {"facility": fields["fill_facility"].strip(), "indicators": _fill(fields.get("fill_year", ""))}
    elif figures is not None and "drop_figures" not in fields:
        said["document"]["figures"] = figures.model_dump(mode="json")
    return WritingPractice.model_validate(said)


def _fill(year: str) -> list[dict[str, Any]]:
    blind = [{"indicator": "blind_hours", "year": year}] if year else []
    return [*({"indicator": name} for name in FILL), *blind]
