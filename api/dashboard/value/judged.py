"""Verdict and figures of the value page, in sentences made from the study."""

from __future__ import annotations

from dataclasses import replace

from api.dashboard import numbers, states
from api.dashboard.facts import Fact
from api.dashboard.rows import FacilityRow
from api.dashboard.texts import Texts, say
from api.dashboard.verdict import Verdict
from tailings.estimate.outcomes import p90_p50_p10
from tailings.study import article_27

from .addresses import address
from .amounts import figures, millions, percent, signed
from .reads import Study, Valued

WORTH_DRILLING = 0.10
DECIDING = 2
FACTS = ("tonnes", "paid", "in_situ", "reachable", "flooded", "record")
"""The figures below the verdict, by the names of their origins."""


def verdict(valued: Valued, texts: Texts) -> Verdict:
    """Answer 'is it worth it, and how sure?'."""
    words, study = texts["value"], valued.study
    if study is None or valued.plain is None:
        return Verdict("", words["none"], words["none_says"])
    p90, p50, p10 = p90_p50_p10(valued.plain.net)
    loss = percent(valued.plain.chance_of_loss)
    first = sentence(deciding(valued, texts))
    says = say(words["says"], p50=signed(p50), p90=signed(p90), p10=signed(p10), loss=loss, deciding=first)
    note = say(words["note"], draws=numbers.count(study.result.draws))
    why = address(valued.facility.id, "net")
    return Verdict("", words[title(study, p90, p50)], says, f"{synthetic(study, texts)} {note}".strip(), why)


def title(study: Study, p90: float, p50: float) -> str:
    """Give the key of the verdict: what nine in ten, and what half of the outcomes say."""
    if p50 <= 0:
        return "not_worth"
    if p90 > 0:
        return "worth"
    removed = max((hole.removed for hole in study.result.next_holes), default=0.0)
    return "drill" if removed >= WORTH_DRILLING else "look_closer"


def deciding(valued: Valued, texts: Texts) -> str:
    """Name the inputs that move the net value most."""
    bars = valued.asked.bars if valued.asked else []
    return f" {texts['value']['and']} ".join(input_words(bar.name, texts) for bar in bars[:DECIDING])


def input_words(name: str, texts: Texts) -> str:
    """Say an input ('price W' is 'price of W')."""
    what, _, of = name.partition(" ")
    if name in texts["value"]["inputs"]:
        return str(texts["value"]["inputs"][name])
    return say(texts["value"]["input_of"], what=texts["value"]["inputs"].get(what, what), of=of)


def sentence(words: str) -> str:
    """Begin words with a capital letter and leave the rest (W stays W)."""
    return words[:1].upper() + words[1:]


def synthetic(study: Study, texts: Texts) -> str:
    """Say that no laboratory measured the assays, where that is so."""
    return say(texts["value"]["synthetic"], why=study.result.synthetic) if study.result.synthetic else ""


def facts(valued: Valued, texts: Texts) -> list[Fact]:
    """Give the six figures; in-situ value never stands without the recoverable one."""
    words, drawn, can = texts["value"]["facts"], valued.plain, valued.can
    if drawn is None or can is None:
        return []
    tonnes, paid = p90_p50_p10(drawn.tonnes), p90_p50_p10(drawn.recovered_value)
    closed = [bench.name for bench in can.benches if bench.is_closed]
    worst = max((level or states.UNKNOWN for level in (valued.levels or {}).values()), key=_raised, default="")
    done, missing = record(valued, texts)
    found = [
        Fact(words["tonnes"], millions(tonnes[1], 3), "Mt", _to(words, millions(tonnes[0], 3), millions(tonnes[2], 3))),
        Fact(words["paid"], millions(paid[1]), "M USD", _to(words, millions(paid[0]), millions(paid[2]), "before")),
        Fact(words["in_situ"], millions(p90_p50_p10(drawn.in_situ)[1]), "M USD", words["alone"]),
        Fact(
            words["reachable"], percent(can.reachable), "%",
            say(words["closed"], names="; ".join(closed)) if closed else words["open"], worst if closed else "",
        ),
        _flooded(valued, texts),
        Fact(words["record"], f"{done} of {done + len(missing)}", words["fields"],
             say(words["missing"], names=", ".join(missing)) if missing else words["complete"]),
    ]  # fmt: skip
    return [replace(one, why=address(valued.facility.id, name)) for one, name in zip(found, FACTS, strict=True)]


def record(valued: Valued, texts: Texts) -> tuple[int, list[str]]:
    """Count the fields of the Article 27 record that are there, and name those that are missing."""
    found = article_27.record(place_of(valued.facility), valued.study.result if valued.study else None, valued.plain)
    missing = [str(texts["value"]["fields"][name]) for name in found.missing]
    return len(found.fields) - len(missing), missing


def place_of(row: FacilityRow) -> article_27.Place:
    """What the facility file says of the place."""
    longitude, latitude = row.location or (None, None)
    return article_27.Place(row.id, row.name, longitude, latitude, row.operator, row.region)


def _flooded(valued: Valued, texts: Texts) -> Fact:
    words, can = texts["value"]["facts"], valued.can
    if can is None or can.flooded is None:
        return Fact(words["flooded"], words["unknown"], "", words["no_level"], states.STALE)
    used = [one.datastream.partition(":")[0] for one in valued.water if one.level_m is not None]
    stale = say(words["stale"], names=", ".join(can.stale)) if can.stale else ""
    sub = f"{say(words['from'], names=', '.join(used))} {stale}".strip()
    return Fact(words["flooded"], percent(can.flooded), "%", sub)


def _to(words: Texts, low: str, high: str, key: str = "to") -> str:
    return say(words[key], low=low, high=high)


def _raised(state: str) -> int:
    return -states.severity(state)


def rounded(value: float) -> str:
    """Write a number of the tornado's ends."""
    return figures(value, 2) if abs(value) < 1e6 else f"{millions(value)} M"
