"""The panel 'where does this figure come from?': the api's provenance in words, for a page and for a dialog."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.provenance.models import DerivationStep, Provenance
from dashboard import ages, numbers
from dashboard.view_models import quantity_words
from texts import Texts, record, say

from . import equation, inputs, settings


@dataclass(frozen=True)
class Item:
    """One step of the way: what it is, the figure, and lines below it; `address` leads to its readings.

    is_origin: the address is that of another origin, which the panel shows itself. equation: the formula as a line, and
    the line with its numbers.
    english: what the document of functions says, which is in English alone.
    """

    name: str
    value: str
    lines: list[str] = field(default_factory=list)
    address: str = ""
    is_origin: bool = False
    english: str = ""
    equation: tuple[str, ...] = ()


def context(found: Provenance, zone: str, now: datetime, texts: Texts, over: Item | None = None) -> dict[str, Any]:
    """Make the panel of a figure: from what was measured to the figure, quality and history.

    over: how it is made of many readings, of which the newest is shown.
    """
    words, figure = texts["provenance"], found.steps[0]
    value = over.value if over else _figure(figure, texts)
    items = [_item(step, found, texts, zone, now) for step in reversed(found.steps)]
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
    return numbers.with_unit(step.result, step.quantity, step.unit) or str(texts["quality"]["9"])


def _title(step: DerivationStep, texts: Texts) -> str:
    own = step.datastream.partition(":")[2]
    node, _, rest = own.partition(":")
    return f"{node} {rest.partition('.')[0]} {quantity_words(step.quantity, texts).lower()}"


def _item(step: DerivationStep, found: Provenance, texts: Texts, zone: str, now: datetime) -> Item:
    words = texts["provenance"]
    lines = [f"{ages.day_and_clock(step.time, zone, now)}, {step.datastream}"]
    if step.formula is None:
        lines.append(words["raw"])
    else:
        lines += _method(step, texts) + inputs.lines(step, found, texts, zone, now)
        lines.append(say(words["formula"], name=step.formula))
        lines += settings.parameters(step, texts) + settings.calibration(step, texts, zone, now)
        lines += settings.geometry(step, texts, zone, now) + _again(step, texts)
    facility, _, own = step.datastream.partition(":")
    address, english = f"/f/{facility}/data?ds={own}", step.says if step.formula is not None else ""
    return Item(_title(step, texts), _figure(step, texts), lines, address, english=english, equation=_line(step, texts))


def _line(step: DerivationStep, texts: Texts) -> tuple[str, ...]:
    """The formula and its numbers, as they give the value again."""
    if step.equation is None or not step.equation.line:
        return ()
    result = equation.result(step.recomputed, step.quantity, step.unit, texts)
    return tuple(line for line in equation.lines(step.equation, result, step, texts) if line)


def _method(step: DerivationStep, texts: Texts) -> list[str]:
    """What a formula does that is no line; nothing for one whose method has no words."""
    words = texts["provenance"]["methods"].get(step.equation.method) if step.equation else None
    if step.equation is None or words is None:
        return []
    values: dict[str, Any] = {one.name: equation.amount(one) for one in step.equation.numbers}
    return [say(words, **values)]


def _again(step: DerivationStep, texts: Texts) -> list[str]:
    words = texts["provenance"]
    if step.recomputed is None:
        return [words["not_again"]]
    sentence = words["again" if step.is_equal else "differs"]
    value, unit = numbers.number(step.recomputed, step.quantity, step.unit), numbers.unit_words(step.unit)
    return [say(sentence, value=value, unit=unit)]


def _quality(step: DerivationStep, texts: Texts) -> Item:
    words = texts["provenance"]
    run = say(words["filters"], tests=", ".join(step.filters)) if step.filters else words["no_filters"]
    decided = [say(words["tests"], tests=step.tests)] if step.tests else []
    return Item(words["quality"], str(texts["quality"][str(step.quality)]).capitalize(), [*decided, run])


def _history(found: Provenance, texts: Texts, zone: str, now: datetime) -> Item:
    words, first = texts["provenance"], found.steps[0]
    kinds = texts["safety"]["log"]["kinds"]
    lines = [
        say(
            words["replaced"],
            kind=kinds.get(one.kind, one.kind),
            reason=record.reason(one.reason, one.author, one.version, texts),
            time=ages.day_and_clock(one.replaced_at, zone, now),
            value=numbers.number(one.result, first.quantity, first.unit) or words["nothing"],
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
