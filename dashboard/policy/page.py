"""What the pages of policy instruments say: which there are, one before and after, and forms that write and freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.policy.models import (
    MAX_INDICATORS,
    MAX_TEXT,
    MAX_TITLE,
    PolicyEvidence,
    PolicyFreeze,
    PolicyInstrument,
    PolicyInstruments,
)
from dashboard import pages
from dashboard.full_times import full_time
from dashboard.key_figures import Fact
from dashboard.policy import figures
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from tailings.policy import indicator_parameters, names
from texts import Texts, say, writing

SHOWN_HASH: Final = 12
QUERY_FIELDS: Final = ("indicator", "country", "region", "year", "element")
SPARE_ROWS: Final = 2
"""Empty rows of the form behind those of the indicators."""


def instruments(
    shown: Shown, found: PolicyInstruments, texts: Texts, *, may_write: bool, given: Mapping[str, str], wrong: str = ""
) -> dict[str, Any]:
    """Make the page of all; given: what a form that was refused had in it."""
    words = texts["policy"]
    count = len(found.instruments)
    title = say(words["count"], count) if count else words["none"]
    return pages.shared(shown, texts, "policy", pages.zone_of(shown)) | {
        "heading": words["title"],
        "path": [(texts["pages"]["region"], "/region")],
        "verdict": VerdictBanner("", title, words["says"], ""),
        "facts": [],
        "rows": [_row(one, texts) for one in found.instruments],
        "form": _form(None, texts, given) if may_write else None,
        "may_write": may_write,
        "wrong": wrong,
        "max_title": MAX_TITLE,
        "max_text": MAX_TEXT,
    }


def instrument(
    shown: Shown,
    found: PolicyEvidence,
    texts: Texts,
    *,
    may_write: bool,
    given: Mapping[str, str],
    wrong: str = "",
) -> dict[str, Any]:
    """Make the page of one."""
    words, zone = texts["policy"], pages.zone_of(shown)
    one = found.instrument
    shown_figures = [figures.figure(of, number, texts) for number, of in enumerate(found.indicators, 1)]
    return pages.shared(shown, texts, "policy", zone) | {
        "heading": one.document.title,
        "subheading": " · ".join(filter(None, (one.document.region, one.document.authority))),
        "path": [(words["title"], "/policy")],
        "verdict": VerdictBanner("", _title(found, words), words["read"], _standing(one, texts)),
        "facts": _facts(found, zone, texts),
        "instrument": one,
        "began": writing.calendar_day(one.document.began.isoformat()) if one.document.began else "",
        "figures": shown_figures,
        "freezes": [_freeze(of, zone, texts) for of in found.freezes],
        "dossier": _dossier(found),
        "form": _form(one, texts, given) if may_write else None,
        "may_write": may_write,
        "wrong": wrong,
        "max_title": MAX_TITLE,
        "max_text": MAX_TEXT,
    }


def _title(found: PolicyEvidence, words: Texts) -> str:
    if found.before is None:
        return str(words["not_frozen"])
    return str(words["compared_frozen" if found.after else "compared_now"])


def _standing(one: PolicyInstrument, texts: Texts) -> str:
    words = texts["policy"]
    parts = [words["is_example"] if one.document.is_example else "", words["public" if one.is_public else "own"]]
    return " ".join(filter(None, parts))


def _facts(found: PolicyEvidence, zone: str, texts: Texts) -> list[Fact]:
    words = texts["policy"]["facts"]
    frozen = {one.number: one for one in found.freezes}
    before, after = frozen.get(found.before or 0), frozen.get(found.after or 0)
    live = next((one.after.as_of for one in found.indicators if one.after), found.now)
    return [
        Fact(words["indicators"], str(len(found.indicators))),
        Fact(words["before"], full_time(before.as_of, zone) if before else words["none"]),
        Fact(words["after"], full_time(after.as_of if after else live, zone)),
        Fact(words["version"], str(found.instrument.version)),
    ]


def _row(one: PolicyInstrument, texts: Texts) -> dict[str, str]:
    words = texts["policy"]
    return {
        "address": f"/policy/{one.id}",
        "title": one.document.title,
        "sub": " · ".join(filter(None, (one.document.region, one.document.authority))),
        "indicators": ", ".join(words["indicators"][of.indicator]["title"] for of in one.document.indicators),
        "standing": _standing(one, texts),
    }


def _freeze(one: PolicyFreeze, zone: str, texts: Texts) -> dict[str, Any]:
    return {
        "number": one.number,
        "moment": texts["policy"]["moments"][one.moment],
        "field": one.moment,
        "as_of": full_time(one.as_of, zone),
        "frozen_at": full_time(one.frozen_at, zone),
        "version": one.instrument_version,
        "sha256": one.sha256[:SHOWN_HASH],
        "address": f"/api/v1/policy/freezes/{one.number}",
    }


def _dossier(found: PolicyEvidence) -> str:
    """The address of the dossier of what is shown; '': nothing is frozen yet."""
    if found.before is None:
        return ""
    return f"/policy/{found.instrument.id}/dossier.zip?before={found.before}&after={found.after or 0}"


def _form(one: PolicyInstrument | None, texts: Texts, given: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the form, as a refused form had them, or as the instrument has them."""
    said = one.document if one else None
    named = ("title", "region", "authority", "about", "address", "licence")
    values = {name: given.get(name, getattr(said, name) if said else "") for name in named}
    values["began"] = given.get("began", said.began.isoformat() if said and said.began else "")
    kept = [of.model_dump() for of in said.indicators] if said else []
    rows = []
    for at in range(min(MAX_INDICATORS, len(kept) + SPARE_ROWS if kept else MAX_INDICATORS // 3)):
        own = kept[at] if at < len(kept) else dict.fromkeys(QUERY_FIELDS, "")
        rows.append({name: given.get(f"{name}:{at}", str(own[name] or "")) for name in QUERY_FIELDS})
    known = [(name, _asks(name, texts)) for name in names()]
    return {
        "address": f"/policy/{one.id}" if one else "/policy",
        "id": given.get("id", one.id if one else ""),
        "is_new": one is None,
        "version": one.version if one else 0,
        "said": values,
        "is_public": bool(given.get("is_public")) if given else bool(one and one.is_public),
        "is_example": bool(given.get("is_example")) if given else bool(said and said.is_example),
        "rows": rows,
        "known": known,
    }


def _asks(name: str, texts: Texts) -> str:
    """The name of an indicator, with what its query has to say."""
    words = texts["policy"]
    needs = ", ".join(words["form"][one] for one in indicator_parameters(name))
    title = str(words["indicators"][name]["title"])
    return f"{title} ({needs})" if needs else title
