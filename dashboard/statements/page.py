"""What the page of annual statements says: the years, what one lacks, and the form that signs it."""

from __future__ import annotations

from typing import Any, Final

from api.statements.models import MAX_NAME, MAX_REMARK, REMARKS, AnnualStatement, SignedStatement, Statements
from dashboard import pages, verdict
from dashboard.forms import Fields
from dashboard.full_times import full_day
from dashboard.reads import Shown
from texts import Texts, say, sentence

from . import content

WRONG: Final = {"figures_sha256": "changed", "remarks": "no_conclusion"}


def context(
    shown: Shown,
    found: Statements,
    draft: AnnualStatement | None,
    texts: Texts,
    *,
    fields: Fields,
    wrong: str | None = None,
) -> dict[str, Any]:
    """Make the page; draft: of the year that is shown; fields: what a form that was refused had in it."""
    facility, words = shown.facilities[0], texts["statement"]
    return pages.shared(shown, texts, "facilities", facility.timezone, facility) | {
        "heading": say(words["heading"], facility=facility.name),
        "path": [(facility.name, f"/f/{facility.id}/data"), (words["from_data"], "")],
        "tab": "data",
        "verdict": verdict.of_facility(facility, shown.now, texts),
        "facts": [],
        "rows": [_row(year, found.signed, facility.id, facility.timezone, words) for year in found.years],
        "draft": draft,
        "missing": [_missing(one, draft.timezone, words) for one in draft.gaps] if draft else [],
        "said": {name: fields.get(f"remark:{name}", "") for name in REMARKS},
        "given": {name: fields.get(name, "") for name in ("name", "role")},
        "wrong": "" if wrong is None else words["page"][WRONG.get(wrong, "wrong")],
        "max_name": MAX_NAME,
        "max_remark": MAX_REMARK,
    }


def _row(year: int, signed: list[SignedStatement], facility: str, zone: str, words: Texts) -> dict[str, Any]:
    """One year: its draft, and its signed versions, the newest first."""
    address = f"/f/{facility}/statements/{year}.pdf"
    versions = [
        {
            "says": say(
                words["page"]["signed"],
                name=f"{one.name} ({one.role})",
                date=full_day(one.signed_at, zone),
                version=str(one.version),
            ),
            "gaps": one.gaps,
            "address": f"{address}?version={one.version}",
        }
        for one in signed
        if one.year == year
    ]
    return {"year": year, "versions": versions, "draft": address}


def _missing(one: Any, zone: str, words: Texts) -> dict[str, str]:
    said = content.gap(one, zone, words)
    return {"ref": content.asked_by(one, words), "says": sentence(said["says"]), "closes": said["closes"]}
