"""What a dossier says on paper: each indicator before and after, the causes, the rows, and how to check it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from api.policy.models import IndicatorChange, PolicyInstrument
from dashboard.full_times import full_time
from dashboard.policy import figures
from tailings.policy import Dossier
from texts import Texts, say, writing

ZONE: Final = "UTC"


def data(
    instrument: PolicyInstrument,
    dossier: Dossier,
    shown: Sequence[IndicatorChange],
    texts: Texts,
    *,
    language: str,
    now: datetime,
    is_sealed: bool,
) -> dict[str, Any]:
    """Give the data of `dossier.typ`."""
    words, said = texts["policy"], instrument.document
    moments = [full_time(datetime.fromisoformat(one.as_of), ZONE) for one in (dossier.before, dossier.after)]
    title = say(words["paper"]["title"], instrument=said.title)
    return {
        "lang": language,
        "title": title,
        "author": said.authority or said.title,
        "day": {"year": now.year, "month": now.month, "day": now.day},
        "lines": [
            *filter(None, (said.region, said.authority, said.address)),
            say(words["paper"]["moments"], before=moments[0], after=moments[1]),
            words["is_example"] if said.is_example else "",
            words["public" if instrument.is_public else "own"],
        ],
        "about": said.about.splitlines(),
        "standing": words["paper"]["sealed" if is_sealed else "unsealed"],
        "columns": [words["columns"][name] for name in ("moment", "value", "bounds", "known")],
        "row_columns": [words["columns"][name] for name in ("cause", "facility", "what")],
        "parts": [_part(one, number, texts) for number, one in enumerate(shown, 1)],
        "check": words["paper"]["check"],
        "foot": say(words["paper"]["foot"], release=dossier.release, made=writing.day(now.date())),
        "page": texts["document"]["page"],
    }


def _part(one: IndicatorChange, number: int, texts: Texts) -> dict[str, Any]:
    words, made = texts["policy"], figures.figure(one, number, texts)
    rows = []
    for name, line in ((words["moments"]["before"], made.before), (words["moments"]["after"], made.after)):
        if line is None:
            rows.append([name, words["no_moment"], "", ""])
        else:
            rows.append([name, line.value, " ".join(filter(None, (line.bounds, line.independent))), line.known])
    effects = "; ".join(f"{cause} {effect}" for cause, effect in made.effects)
    return {
        "title": made.title,
        "asks": made.asks,
        "method": made.method,
        "rows": rows,
        "difference": f"{words['columns']['difference']}: {made.difference}" + (f" ({effects})" if effects else ""),
        "hashes": [f"{value.as_of:%Y-%m-%d} SHA-256 {value.sha256}" for value in (one.before, one.after) if value],
        "changes": [[row.cause, f"{row.name} ({row.key})", row.what] for row in made.changes],
        "more": made.more,
    }
