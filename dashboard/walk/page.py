"""What the page of the walk is made of: its stops in words, what was typed, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.access import Caller
from api.commands.models import Command
from api.walk import answers
from api.walk.models import CheckedReading, ReadingFinding, Walk, WalkStop
from dashboard import ages, numbers, pages, period, verdict
from dashboard.reads import Shown
from dashboard.view_models import quantity_words
from dashboard.walk import entries
from dashboard.walk.form import WalkForm, key_of, told
from texts import Texts, called, say

RUNNING: Final = ("issued", "running")
COUNTED: Final = ("stored", "already", "replaced")


def walk(
    shown: Shown,
    found: Walk,
    texts: Texts,
    caller: Caller,
    *,
    form: WalkForm | None = None,
    checked: Sequence[CheckedReading] = (),
    command: Command | None = None,
) -> dict[str, Any]:
    """Make the page: empty, or with what was typed and what is to be known of it; command: what enters the readings."""
    one, words, typed = shown.facilities[0], texts["walk"], form or WalkForm({})
    findings = {key_of(reading.datastream): reading for reading in checked}
    stops = [_stop(stop, typed, findings.get(key_of(stop.datastream)), one.timezone, texts) for stop in found.stops]
    asks = words["asks_wrong"] if typed.wrong else words["asks"] if told(checked) else ""
    if form is not None and not typed.readings and not typed.wrong:
        asks = words["empty"]
    return (
        pages.shared(shown, texts, "facilities", one.timezone, one)
        | pages.heading(one, texts)
        | {
            "heading": words["title"],
            "path": [(one.name, f"/f/{one.id}/data"), (words["title"], "")],
            "tab": "data",
            "verdict": verdict.of_facility(one, shown.now, texts),
            "facts": [],
            "stops": stops,
            "entries": entries.of_walk(found, one.timezone, texts),
            "may_enter": caller.may("annotate", one.id),
            "at_local": typed.fields.get("at") or period.field(found.now, one.timezone),
            "asks": asks,
            "confirmed": " ".join(told(checked)),
            "asks_reason": any(finding.code == "differs" for reading in checked for finding in reading.findings),
            "reason": typed.reason,
            "outcome": outcome(command, texts) if command else None,
        }
    )


def outcome(command: Command, texts: Texts) -> dict[str, Any]:
    """Say what became of the readings: how many were stored, were there, were replaced, stayed out; or why none was.

    Of a withdrawal: that it is done, or why not.
    """
    is_withdrawal = command.kind == answers.WITHDRAWS
    words, done = texts["walk"]["withdrawal" if is_withdrawal else "outcome"], command.outcome or {}
    lines = [str(done["reason"])] if "reason" in done else []
    if command.state == "done" and not is_withdrawal:
        lines = [say(words[key], int(str(done.get(key, 0)))) for key in COUNTED if done.get(key)]
        kept = done.get("conflicts")
        lines += [say(words["conflicts"], len(kept))] if isinstance(kept, list) and kept else []
        lines += [say(words["revision"], revision=done["revision"])] if done.get("revision") else []
    state = "waiting" if command.state in RUNNING else command.state
    return {"title": words["states"][state], "lines": lines, "is_waiting": command.state in RUNNING}


def _stop(stop: WalkStop, form: WalkForm, checked: CheckedReading | None, zone: str, texts: Texts) -> dict[str, Any]:
    key, words = key_of(stop.datastream), texts["walk"]
    wrong = form.wrong.get(key)
    says = (
        [words["wrong"][wrong]] if wrong else [_says(one, stop, texts) for one in checked.findings] if checked else []
    )
    code = f"{stop.node} {stop.instrument}"
    return {
        "key": key,
        "title": called(stop.title, stop.place) if stop.title else code,
        "sub": code if stop.title else stop.place,
        "quantity": quantity_words(stop.quantity, texts),
        "unit": numbers.unit_words(stop.unit),
        "last": _last(stop, zone, words),
        "likely": _likely(stop, words),
        "due": _due(stop, zone, words),
        "value": form.typed("value", key),
        "at": form.typed("at", key),
        "is_missing": bool(form.typed("missing", key)),
        "is_wrong": wrong is not None,
        "says": says,
    }


def _last(stop: WalkStop, zone: str, words: Texts) -> str:
    if stop.last is None:
        return str(words["never"])
    time = ages.day_and_clock(stop.last.time, zone)
    value = _value(stop.last.result, stop)
    return say(words["last"], value=value, time=time) if value else say(words["last_missing"], time=time)


def _likely(stop: WalkStop, words: Texts) -> str:
    low, high = _value(stop.lowest, stop), _value(stop.highest, stop)
    if low and high:
        return say(words["likely"], low=numbers.number(stop.lowest, stop.quantity, stop.unit), high=high)
    if low:
        return say(words["likely_from"], low=low)
    return say(words["likely_to"], high=high) if high else ""


def _due(stop: WalkStop, zone: str, words: Texts) -> str:
    if stop.due_at is None:
        return str(words["due_now"]) if stop.is_due else ""
    return say(words["due_since" if stop.is_due else "due_on"], day=ages.day_and_clock(stop.due_at, zone))


def _says(finding: ReadingFinding, stop: WalkStop, texts: Texts) -> str:
    words = texts["walk"]["findings"]
    value = _value(finding.limit, stop) or texts["quality"]["9"]
    return say(words[finding.code], value=value)


def _value(value: float | None, stop: WalkStop) -> str:
    """A value with its unit, '' for none."""
    return numbers.with_unit(value, stop.quantity, stop.unit)
