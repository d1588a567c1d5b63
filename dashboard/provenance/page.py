"""The panel 'where does this figure come from?': the api's provenance in words, for a page and for a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.provenance.models import DerivationStep, Provenance
from dashboard import ages, numbers
from dashboard.view_models import quantity_words
from texts import Texts, load, record, say

DIGITS = 15
"""Of a setting all that were given."""
HIDDEN = frozenset({"kind", "convention", "valid_from", "valid_to"})


@dataclass(frozen=True)
class Item:
    """One step of the way: what it is, the figure, and lines below it; `address` leads to its readings.

    is_origin: the address is that of another origin, which the panel shows itself.
    english: what the document of functions says, which is in English alone.
    """

    name: str
    value: str
    lines: list[str] = field(default_factory=list)
    address: str = ""
    is_origin: bool = False
    english: str = ""


def context(found: Provenance, zone: str, now: datetime, texts: Texts, over: Item | None = None) -> dict[str, Any]:
    """Make the panel of a figure: from what was measured to the figure, quality and history.

    over: how it is made of many readings, of which the newest is shown.
    """
    words, figure = texts["provenance"], found.steps[0]
    value = over.value if over else _figure(figure, texts)
    items = [_item(step, texts, zone, now) for step in reversed(found.steps)]
    items += [over] if over else []
    return {
        "provenance_title": say(words["title"], value=value),
        "provenance_sub": f"{_title(figure, texts)}, {ages.day_and_clock(found.time, zone, now)} "
        f"{ages.zone_name(zone, found.time)} ({ages.utc_clock(found.time)})",
        "provenance_items": [*items, _quality(figure, texts), _history(found, texts, zone, now)],
        "provenance_json": f"/api/v1/datastreams/{found.datastream}/provenance?at={ages.utc(found.time)}",
        "provenance_ok": figure.is_equal,
        "provenance_sheets": found.sheets,
    }


def _figure(step: DerivationStep, texts: Texts) -> str:
    number = numbers.number(step.result, step.quantity)
    return f"{number} {numbers.unit_words(step.unit)}".strip() if number else str(texts["quality"]["9"])


def _title(step: DerivationStep, texts: Texts) -> str:
    own = step.datastream.partition(":")[2]
    node, _, rest = own.partition(":")
    return f"{node} {rest.partition('.')[0]} {quantity_words(step.quantity, texts).lower()}"


def _item(step: DerivationStep, texts: Texts, zone: str, now: datetime) -> Item:
    words = texts["provenance"]
    lines = [f"{ages.day_and_clock(step.time, zone, now)}, {step.datastream}"]
    if step.formula is None:
        lines.append(words["raw"])
    else:
        lines.append(say(words["formula"], name=step.formula))
        lines += _parameters(step, texts) + _calibration(step, texts, zone, now)
        lines += _geometry(step, texts, zone, now) + _again(step, texts)
    facility, _, own = step.datastream.partition(":")
    english = step.says if step.formula is not None else ""
    return Item(_title(step, texts), _figure(step, texts), lines, f"/f/{facility}/data?ds={own}", english=english)


def _parameters(step: DerivationStep, texts: Texts) -> list[str]:
    given = _given({key: value for key, value in step.parameters.items() if value is not None})
    return [say(texts["provenance"]["parameters"], list=given)] if given else []


def _calibration(step: DerivationStep, texts: Texts, zone: str, now: datetime) -> list[str]:
    words, known = texts["provenance"], step.calibration
    if known is None:
        return []
    given = _given(known)
    day = ages.day_of(datetime.fromisoformat(str(known["valid_from"])), zone, now)
    convention = f"{known.get('convention', '')} {known.get('kind', '')}".strip()
    return [f"{words['calibration']} {convention}, {say(words['calibrated'], day=day)}: {given}"]


def _geometry(step: DerivationStep, texts: Texts, zone: str, now: datetime) -> list[str]:
    words, lines = texts["provenance"], []
    for known in step.geometry:
        given = _given(known)
        day = ages.day_of(datetime.fromisoformat(str(known["valid_from"])), zone, now)
        lines.append(f"{words['geometry']}, {say(words['calibrated'], day=day)}: {given}")
    return lines


def _given(known: Mapping[str, Any]) -> str:
    """Write keys and values of the facility file."""
    shown = {key: value for key, value in known.items() if key not in HIDDEN}
    named = load()["provenance"]["given"]
    return ", ".join(
        f"{named.get(key, key)} {numbers.short(value, DIGITS) if isinstance(value, float) else value}"
        for key, value in shown.items()
    )


def _again(step: DerivationStep, texts: Texts) -> list[str]:
    words = texts["provenance"]
    if step.recomputed is None:
        return [words["not_again"]]
    sentence = words["again" if step.is_equal else "differs"]
    value, unit = numbers.number(step.recomputed, step.quantity), numbers.unit_words(step.unit)
    return [say(sentence, value=value, unit=unit)]


def _quality(step: DerivationStep, texts: Texts) -> Item:
    words = texts["provenance"]
    run = say(words["filters"], tests=", ".join(step.filters)) if step.filters else words["no_filters"]
    decided = [say(words["tests"], tests=step.tests)] if step.tests else []
    return Item(words["quality"], str(texts["quality"][str(step.quality)]).capitalize(), [*decided, run])


def _history(found: Provenance, texts: Texts, zone: str, now: datetime) -> Item:
    words, quantity = texts["provenance"], found.steps[0].quantity
    kinds = texts["safety"]["log"]["kinds"]
    lines = [
        say(
            words["replaced"],
            kind=kinds.get(one.kind, one.kind),
            reason=record.reason(one.reason, one.author, one.version, texts),
            time=ages.day_and_clock(one.replaced_at, zone, now),
            value=numbers.number(one.result, quantity) or words["nothing"],
        )
        for one in found.replaced
    ]
    if applied := found.facility_version:
        key = "version" if applied.audit_number else "version_plain"
        time = ages.day_and_clock(applied.applied_at, zone, now)
        lines.append(say(words[key], version=applied.version, time=time, number=applied.audit_number))
        lines.append(say(words["hash"], hash=applied.hash[:12], functions=found.functions))
        if applied.audit_digest:
            lines.append(say(words["audit"], digest=applied.audit_digest[:16]))
    return Item(words["history"], "" if found.replaced else words["never"], lines)
