"""What happened: levels, acknowledgements, silences, changes of stored values and words on spans, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dashboard import states
from dashboard.offline_diagnosis import why_words
from dashboard.rows import NodeRow
from texts import Texts, say

from .standing import Standing
from .watched import Watched

MAX_ITEMS: Final = 8
EVENT: Final = ""


@dataclass(frozen=True)
class Item:
    """One line of the log; `state` is its shape, '' for a plain event."""

    time: datetime
    state: str
    words: str


def of_facility(watched: Watched, texts: Texts) -> list[Item]:
    """List what happened."""
    items = [_level(one, texts) for one in watched.standings if one.is_raised and one.since]
    items += [_silence(node, watched, texts) for node in watched.facility.nodes if node.is_silent and node.last_pack]
    words = texts["safety"]["log"]
    items += [
        Item(alarm.acknowledged_at, one.level, say(words["acknowledged"], mode=one.plan.failure_mode))
        for one in watched.standings
        if (alarm := one.alarm) and alarm.acknowledged_at
    ]
    items += [
        Item(one.made_at, EVENT, say(words["revision"], kind=words["kinds"].get(one.kind, one.kind), reason=one.reason))
        for one in watched.revisions
    ]
    items += [Item(one.made_at, EVENT, say(words["annotation"], reason=one.reason)) for one in watched.annotations]
    return sorted(items, key=lambda item: item.time, reverse=True)[:MAX_ITEMS]


def _level(standing: Standing, texts: Texts) -> Item:
    words = texts["safety"]["log"]
    said = say(words["level"], level=texts["states"][standing.level], mode=standing.plan.failure_mode)
    assert standing.since is not None
    return Item(standing.since, standing.level, said)


def _silence(node: NodeRow, watched: Watched, texts: Texts) -> Item:
    assert node.last_pack is not None
    why = why_words(node, watched.facility.nodes, texts)
    return Item(node.last_pack, states.STALE, say(texts["safety"]["log"]["silent"], name=node.id, why=why))
