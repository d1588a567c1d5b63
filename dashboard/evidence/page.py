"""What pages show of the evidence of an alarm, and what its form offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.alarms.models import AlarmDetail
from api.evidence.answers import MAX_FILES
from api.evidence.files import PDF
from api.evidence.models import Evidence, SubjectKind
from dashboard import ages
from dashboard.alarms import words
from texts import Texts, say

SHORT: Final = 12
LINES: Final[dict[str, SubjectKind]] = {"note": "note", "acknowledged": "acknowledgement"}
"""The lines of history that take photos, by their kind."""


@dataclass(frozen=True)
class Picture:
    """One file with its caption."""

    one: Evidence
    by: str
    hash: str
    """Enough of it to compare by eye."""

    @property
    def is_image(self) -> bool:
        """Whether a browser shows it in the page."""
        return self.one.media_type != PDF


def picture(one: Evidence, who: str, *, zone: str, now: datetime, texts: Texts) -> Picture:
    """Give a file with who brought it and when."""
    said = say(texts["evidence"]["by"], who=who, time=ages.day_and_clock(one.stored_at, zone, now))
    return Picture(one, said, one.sha256[:SHORT])


def of_alarm(found: AlarmDetail, *, zone: str, now: datetime, texts: Texts) -> dict[str, Any]:
    """Give the photos by action, those of notes and acknowledgements by line, and what a further one may be of."""
    shown: dict[tuple[str, str], list[Picture]] = {}
    for one in found.evidence:
        who = words.who(one.author, found.names, texts)
        made = picture(one, who, zone=zone, now=now, texts=texts)
        shown.setdefault((one.subject_kind, one.subject), []).append(made)
    lines = [
        {
            "value": f"{LINES[one.kind]}:{one.id}",
            "words": say(
                texts["evidence"]["of_line"],
                what=say(texts["alarms"]["kinds"][one.kind], level=texts["states"][words.LEVELS[one.level]].lower()),
                time=ages.day_and_clock(one.at, zone, now),
            ),
            "note": one.note,
            "photos": shown.get((LINES[one.kind], str(one.id)), []),
        }
        for one in reversed(found.history)
        if one.kind in LINES
    ]
    actions = [(f"action:{one.id}", one.what) for one in found.actions]
    return {
        "of_action": {one.id: shown.get(("action", str(one.id)), []) for one in found.actions},
        "lines": [one for one in lines if one["photos"]],
        "subjects": _with_room([*actions, *((one["value"], one["words"]) for one in lines)], shown),
    }


def _with_room(
    subjects: Sequence[tuple[Any, Any]], shown: dict[tuple[str, str], list[Picture]]
) -> list[tuple[str, str]]:
    return [(value, said) for value, said in subjects if len(shown.get(tuple(value.split(":")), ())) < MAX_FILES]
