"""What happened, in words: levels, acknowledgements, silences, changes of stored values and words on spans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.safety.models import LogEvent, Safety
from dashboard import states
from dashboard.offline_diagnosis import why_words
from texts import Texts, record, say

from .watched import WatchedFacility

MAX_ITEMS: Final = 8
EVENT: Final = ""


@dataclass(frozen=True)
class LogEntry:
    """One line of the log; `state` is its shape, '' for a plain event."""

    time: datetime
    state: str
    words: str


def of_facility(watched: WatchedFacility[Safety], texts: Texts) -> list[LogEntry]:
    """List what happened, the newest first."""
    return [_item(one, watched, texts) for one in watched.answer.events[:MAX_ITEMS]]


def _item(one: LogEvent, watched: WatchedFacility[Safety], texts: Texts) -> LogEntry:
    words, reason = texts["safety"]["log"], one.reason or ""
    if one.code == "level":
        said = say(words["level"], level=texts["states"][one.level or states.GREEN], mode=one.failure_mode or "")
        return LogEntry(one.time, one.level or EVENT, said)
    if one.code == "acknowledged":
        return LogEntry(one.time, one.level or EVENT, say(words["acknowledged"], mode=one.failure_mode or ""))
    if one.code == "silent":
        return LogEntry(
            one.time, states.STALE, say(words["silent"], name=one.node or "", why=_why(one, watched, texts))
        )
    if one.code == "revision":
        kind = words["kinds"].get(one.kind, one.kind)
        reason = record.reason(reason, one.author or "", one.version, texts)
        return LogEntry(one.time, EVENT, say(words["revision"], kind=kind, reason=reason))
    return LogEntry(one.time, EVENT, say(words["annotation"], reason=reason))


def _why(one: LogEvent, watched: WatchedFacility[Safety], texts: Texts) -> str:
    node = next(node for node in watched.facility.nodes if node.id == one.node)
    return why_words(node, watched.facility.nodes, texts)
