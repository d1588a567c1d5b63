"""The list of a facility's instruments, and one instrument with its calibrations and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access import Caller
from api.evidence.answers import MAX_FILES, ROLE, sheet_subject
from api.instruments.models import Calibration, InstrumentDetail, Instruments
from dashboard import ages, attention, key_figures, numbers, pages, states
from dashboard.alarms.words import who
from dashboard.evidence.page import picture
from dashboard.instruments import calibration_form, plan, preview
from dashboard.instruments.instrument_list import InstrumentRow, row_of, rows_of
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.safety import sentences
from dashboard.verdict import VerdictBanner, state_words
from dashboard.view_models import FacilityRow
from texts import Texts, load, say


@dataclass(frozen=True)
class InstrumentVersion:
    """What a version of the facility file said of an instrument for the first time, in words."""

    version: int
    applied_at: datetime
    says: str


def listed(shown: Shown, known: Instruments, texts: Texts) -> dict[str, Any]:
    """Make the list."""
    one = shown.facilities[0]
    rows = rows_of(one, known)
    items = attention.at(one, texts)
    return _shared(shown, texts) | {
        "verdict": _verdict(rows, texts),
        "facts": _figures(rows, one, texts),
        "rows": rows,
        "refused": {node.id: node.configuration_refused for node in shown.nodes if node.configuration_refused},
        "plan": plan.plan(one, known, rows, texts),
        "look": items[: attention.MAX_ITEMS],
        "more_looks": max(0, len(items) - attention.MAX_ITEMS),
    }


def single(shown: Shown, found: InstrumentDetail, texts: Texts, caller: Caller, edit: str = "") -> dict[str, Any]:
    """Make the page of one instrument; `edit` asks for the form of a calibration."""
    one, name = shown.facilities[0], found.instrument.name
    row = row_of(one, found.instrument)
    words, title = texts["instruments"], row.called
    code = row.code if row.instrument.title else ""
    made = _shared(shown, texts)
    made["data"] |= {"instrument": name, "preview": {**words["script"], "box": preview.BOX}}
    first = min((one.first_time for one in row.datastreams if one.first_time), default=shown.now)
    return made | {
        "from_utc": ages.utc(row.instrument.calibrated_since or first),
        "to_utc": ages.utc(shown.now),
        "heading": title,
        "path": [(one.name, f"/f/{one.id}/instruments"), (title, "")],
        "subheading": " · ".join(filter(None, (code, row.instrument.driver, row.device, row.instrument.serial))),
        "verdict": VerdictBanner(
            row.summary.state,
            state_words(row.summary, texts),
            f"{_worst(row, one, texts)}{_says(row, one, texts, shown.now)}",
        ),
        "facts": _facts_of(row, one, shown.now, words),
        "row": row,
        "may_keep": caller.may(ROLE["calibration"], one.id),
        "judged": {stream.name: one.judged(stream) for stream in row.datastreams},
        "edit": calibration_form.of_instrument(found, edit, shown.now),
        "calibrations": [
            _calibration(known, found, one, shown.now, texts) for known in reversed(row.instrument.calibrations)
        ],
        "changes": history(found, texts),
        "settings": row.instrument.settings,
    }


def history(found: InstrumentDetail, texts: Texts) -> list[InstrumentVersion]:
    """Say in which versions of the file an instrument came and was changed, the newest first."""
    words = texts["instruments"]
    return [
        InstrumentVersion(one.version, one.applied_at, say(words[one.code], what=", ".join(one.fields)))
        for one in found.changes
    ]


def _calibration(
    calibration: Calibration, found: InstrumentDetail, facility: FacilityRow, now: datetime, texts: Texts
) -> dict[str, Any]:
    subject = sheet_subject(found.instrument.name, calibration.valid_from)
    sheets = [one for one in found.sheets if one.subject == subject]
    return {
        "begins": ages.utc(calibration.valid_from),
        "start": ages.day_of(calibration.valid_from, facility.timezone, now),
        "end": ages.day_of(calibration.valid_to, facility.timezone, now) if calibration.valid_to else "",
        "values": calibration.values,
        "subject": f"calibration:{subject}",
        "has_room": len(sheets) < MAX_FILES,
        "sheets": [
            picture(one, who(one.author, found.names, texts), zone=facility.timezone, now=now, texts=texts)
            for one in sheets
        ],
    }


def _shared(shown: Shown, texts: Texts) -> dict[str, Any]:
    one = shown.facilities[0]
    return (
        pages.shared(shown, texts, "facilities", one.timezone, one) | pages.heading(one, texts) | {"tab": "instruments"}
    )


def _verdict(rows: Sequence[InstrumentRow], texts: Texts) -> VerdictBanner:
    words = texts["instruments"]
    if not rows:
        return VerdictBanner(states.UNKNOWN, words["none"], words["none_says"])
    told = [row.summary.state for row in rows]
    raised = sum(state in states.RAISED for state in told)
    parts = [say(words["raised"], raised)] if raised else []
    parts += [say(words["states"][state], n) for state in words["states"] if (n := told.count(state))]
    without = [row.called for row in rows if not row.instrument.is_calibrated]
    says = say(words["uncalibrated"], len(without), names=", ".join(without[:3])) if without else words["calibrated"]
    state = min(told, key=states.severity)
    return VerdictBanner(state, say(words["title"], len(rows)), f"{sentences.listed(parts)}. {says}" if parts else says)


def _figures(rows: Sequence[InstrumentRow], facility: FacilityRow, texts: Texts) -> list[Fact]:
    words = texts["instruments"]
    dated = [row for row in rows if row.instrument.calibrated_since]
    return [
        Fact(words["instruments"], numbers.count(len(rows))),
        Fact(words["with_calibration"], numbers.count(len(dated))),
        key_figures.data(facility.datastreams, texts),
    ]


def _facts_of(row: InstrumentRow, facility: FacilityRow, now: datetime, words: Any) -> list[Fact]:
    known = [Fact(words["serial"], row.instrument.serial or words["not_stated"])]
    if (tip := row.instrument.tip) is not None:
        since = say(words["to_now"], start=ages.day_of(tip.valid_from, facility.timezone, now))
        known.append(
            Fact(
                words["tip"],
                numbers.number(tip.tip_elevation_m, "water-level"),
                load()["script"]["chart"]["above_sea"],
                since,
            )
        )
    known.append(Fact(words["calibrations"], numbers.count(len(row.instrument.calibrations))))
    known.append(Fact(words["datastreams"], numbers.count(len(row.datastreams))))
    return known


def _worst(row: InstrumentRow, facility: FacilityRow, texts: Texts) -> str:
    """Name the datastream whose state the instrument has; '' where all of them report."""
    if row.summary.state in (states.GREEN, states.FRESH) or not row.datastreams:
        return ""
    one = min(row.datastreams, key=lambda one: states.severity(facility.judged(one)))
    value = f"{one.number} {one.unit_words}".strip() if one.is_usable else texts["quality"][str(one.quality or 9)]
    return say(texts["instruments"]["worst"], name=one.name, value=value)


def _says(row: InstrumentRow, facility: FacilityRow, texts: Texts, now: datetime) -> str:
    words = texts["instruments"]
    if since := row.instrument.calibrated_since:
        day = ages.day_of(since, facility.timezone, now)
        age = ages.age_words(ages.age_s(since, now))
        return say(words["since"], day=day, age=age)
    return str(words["no_calibration"] if not row.instrument.calibrations else words["ended"])
