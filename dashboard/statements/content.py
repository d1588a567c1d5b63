"""What an annual statement says in words: figures by part, remarks of who signed, and gaps with what closes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.statements.gaps import DIRECTIVE
from api.statements.models import REMARKS, AnnualStatement, DamEvent, MonitoringResult, PlanInYear, StatementGap
from dashboard import ages, numbers, paper
from dashboard.full_times import full_day, full_time
from dashboard.water import verdicts
from tailings.levels import LEVELS
from texts import Texts, called, say, sentence, writing

PERCENT: Final = 100
GISTM: Final = "GISTM 7.5, 15.1"
Cell = str | list[str]
"""A cell of a table: a text, or a text with smaller lines below it."""
WIDTHS: Final[dict[str, tuple[float, ...]]] = {
    "plans": (2.4, 1.4, 0.8, 0.8, 0.8, 1.3, 0.9, 0.9, 1),
    "events": (1.3, 2.4, 1.4, 1.4, 1.2, 1.3),
    "limits": (1.6, 1.1, 1.2, 1.2, 2.6),
    "results": (3, 1.1, 0.9, 1, 1, 1),
    "counts": (3, 1),
    "calibrations": (3, 1.5),
    "revisions": (2, 1, 1, 1),
}


def document(
    found: AnnualStatement, texts: Texts, *, language: str, now: datetime, is_sealed: bool = False
) -> dict[str, Any]:
    """Give the data of `statement.typ`."""
    words, day = texts["statement"], now.astimezone(ZoneInfo(found.timezone)).date()
    signature = found.signature
    return {
        "lang": language,
        "title": say(words["title"], facility=found.name, year=str(found.year)),
        "author": signature.name if signature else found.operator or found.name,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "by": say(words["by"], gistm=GISTM),
        "about": _about(found, words),
        "standing": _standing(found, words, is_sealed),
        "remarks": [
            {"title": words["remarks"][name], "lines": found.remarks[name].splitlines()}
            for name in REMARKS
            if name in found.remarks
        ],
        "gaps": paper.gaps(
            [{"ref": asked_by(one, words), **gap(one, found.timezone, words)} for one in found.gaps], texts
        ),
        "parts": [*_parts(found, texts)],
        "foot": say(
            words["foot"], facility=found.name, year=str(found.year), hash=found.figures_sha256, made=writing.day(day)
        ),
        "page": texts["document"]["page"],
    }


def _standing(found: AnnualStatement, words: Texts, is_sealed: bool) -> dict[str, str]:
    """Say whose statement it is: of nobody yet, or of who signed."""
    one = found.signature
    if one is None:
        return {"title": words["draft"], "says": words["draft_says"]}
    date = full_day(one.signed_at, found.timezone)
    said = say(words["signed"], name=one.name, role=one.role, date=date, version=str(one.version))
    return {"title": said, "says": f"{words['signed_says']} {words['sealed' if is_sealed else 'unsealed']}"}


def asked_by(one: StatementGap, words: Texts) -> str:
    """Name the law in the reader's language; requirements of GISTM have numbers alone."""
    return str(words["directive"]) if one.ref == DIRECTIVE else one.ref


def gap(one: StatementGap, zone: str, words: Texts) -> dict[str, str]:
    """Say what is missing and what closes it."""
    values = {name: _written(name, value, zone) for name, value in one.values.items()}
    return {part: say(words["gaps"]["codes"][one.code][part], None, **values) for part in ("says", "closes")}


def _written(name: str, value: str | float | list[str], zone: str) -> object:
    if isinstance(value, list):
        return ", ".join(_by_instrument(value) if name == "datastreams" else value)
    if name == "began_at":
        return full_time(datetime.fromisoformat(str(value)), zone)
    if name in ("least", "share") and isinstance(value, float):
        return percent(value)
    return numbers.fixed(value, 0 if name == "packs" else 1) if isinstance(value, float) else value


def _by_instrument(datastreams: Sequence[str]) -> list[str]:
    """Name an instrument once: 'n02:vw1.frequency, n02:vw1.snr' is 'n02:vw1.frequency/snr'."""
    grouped = groupby(datastreams, lambda one: one.rpartition(".")[0])
    return [f"{instrument}.{'/'.join(one.rpartition('.')[2] for one in some)}" for instrument, some in grouped]


def _about(found: AnnualStatement, words: Texts) -> list[str]:
    unknown = words["unknown"]
    last = found.stop - timedelta(days=1)
    lines = [
        say(words["span"], first=_day(found.start, found), last=_day(last, found)),
        say(words["operator"], value=found.operator or unknown),
        say(words["region"], value=found.region or unknown),
        say(words["consequence_class"], value=found.consequence_class or unknown),
        say(words["file"], version=str(found.version), hash=found.file_hash),
    ]
    return [*lines, say(words["invented"], what=found.sample_data)] if found.sample_data else lines


def _day(at: datetime, found: AnnualStatement) -> str:
    """The day of the facility's standard time that begins at `at`; its clock may be an hour ahead of that."""
    return writing.day((at + timedelta(hours=12)).date())


def _parts(found: AnnualStatement, texts: Texts) -> Iterator[dict[str, Any]]:
    words, zone = texts["statement"], found.timezone
    yield _part("plans", [_plan(one, texts) for one in found.plans], texts, n=found.simulated)
    yield _part("events", [_event(one, zone, texts) for one in found.events], texts)
    yield _part("limits", [*_limits(found, texts)], texts, n=found.samples)
    yield _part("results", [_result(one, texts) for one in found.results], texts)
    rules = texts["alarms"]["rules"]
    equipment = [[sentence(rules[rule]), numbers.count(n)] for rule, n in found.equipment.items()]
    yield _part("equipment", equipment, texts, widths="counts")
    made = [[called(one.title or one.instrument, None), full_time(one.valid_from, zone)] for one in found.calibrations]
    yield _part("calibrations", made, texts)
    kinds = texts["safety"]["log"]["kinds"]
    revised = [
        [kinds.get(one.kind, one.kind), *map(numbers.count, (one.revisions, one.changed, one.added))]
        for one in found.revisions
    ]
    yield _part("revisions", revised, texts, n=len(found.versions))
    delivered = found.delivered.model_dump()
    fates = [[words["fates"][name], numbers.count(count)] for name, count in delivered.items()]
    yield _part("delivered", fates, texts, widths="counts")


def _part(name: str, rows: Sequence[Sequence[Cell]], texts: Texts, *, widths: str = "", n: int = 0) -> dict[str, Any]:
    words = texts["statement"]["parts"][name]
    also = f" {say(words['also'], n)}" if n else ""
    return {
        "title": words["title"],
        "says": (words["says"] if rows else words["none"]) + also,
        "columns": list(words["columns"].values()),
        "widths": WIDTHS[widths or name],
        "rows": rows,
    }


def _plan(one: PlanInYear, texts: Texts) -> list[Cell]:
    approval = texts["statement"]["approval"][one.approval]
    by = say(texts["statement"]["approved"], who=one.approved_by, date=writing.calendar_day(one.approved_on))
    hours = "  ".join(numbers.fixed(one.hours[level], 1) for level in LEVELS[1:])
    counts = [numbers.count(one.events[level]) for level in LEVELS[1:]]
    who: Cell = [approval, by] if one.approved_by and one.approval == "in-force" else approval
    return [one.title, who, *counts, hours, *map(percent, (one.seen, one.blind, one.not_proved))]


def _event(one: DamEvent, zone: str, texts: Texts) -> list[Cell]:
    words = texts["statement"]
    level = texts["states"][LEVELS[one.highest]]
    what = say(words["types"][one.type], level=level)
    answered = words["nobody"] if one.acknowledged_after_s is None else ages.age_words(one.acknowledged_after_s)
    return [
        full_time(one.began_at, zone),
        one.title,
        [what, words["taken_back"]] if one.is_taken_back else what,
        words["not_over"] if one.returned_at is None else full_time(one.returned_at, zone),
        answered,
        words["nobody"] if one.notified_at is None else full_time(one.notified_at, zone),
    ]


def _limits(found: AnnualStatement, texts: Texts) -> Iterator[list[Cell]]:
    claims = texts["water"]["limits"]["claims"]
    for one in found.limits:
        line = verdicts.line(one, texts, found.timezone)
        value = f"{line.value} {line.unit}".strip() if line.value else texts["statement"]["no_value"]
        yield [
            [line.name, one.point],
            claims[one.outcome],
            value,
            f"{line.limit} {line.unit}",
            [line.says, line.source, *([line.since] if one.valid_to else [])],
        ]


def _result(one: MonitoringResult, texts: Texts) -> list[Cell]:
    words, quantity = texts["statement"], texts["quantities"].get(one.quantity, one.quantity)
    name = called(one.title or one.datastream, one.place)
    named = f"{sentence(quantity)} [{numbers.unit_words(one.unit)}]" if one.unit else sentence(quantity)
    stated = one.passed + one.not_evaluated + one.suspect + one.rejected
    flags = ((one.suspect, "suspect"), (one.rejected, "rejected"), (one.missing, "missing"))
    said = [say(words["flags"][key], n) for n, key in flags if n]
    return [
        [name, named, *([one.datastream] if one.title else [])],
        [numbers.count(stated), *said] if said else numbers.count(stated),
        words["no_value"] if one.coverage is None else percent(one.coverage),
        *(
            numbers.number(value, one.quantity, one.unit) or words["no_value"]
            for value in (one.minimum, one.mean, one.maximum)
        ),
    ]


def percent(share: float) -> str:
    """Write a share, rounded down: only what is whole is 100 %."""
    return f"{numbers.fixed(int(round(share * PERCENT * 10, 6)) / 10, 1)} %"
