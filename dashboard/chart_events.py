"""What happened, on a chart: the events of a window in words, as marks of a picture and as rows of its table.

Words of marks never lie over each other: where there is no room, neighbours are one mark that counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from api.events.models import FacilityEvent, FacilityEvents
from dashboard import numbers, states
from dashboard.drawing import Drawing, Scale
from dashboard.view_models import FacilityRow
from texts import Texts, record, say

MAX_LETTERS: Final = 32
"""Of the words of a mark; the table has them whole."""
MAX_ROWS: Final = 60
"""Of the table: the newest."""
LETTER: Final = 6.8
"""How wide a letter of a drawing is at most, on average [px]."""
APART: Final = 8.0
PLAIN: Final = ""


@dataclass(frozen=True)
class EventMark:
    """One event in words; end None: an instant, or it goes on. state: its shape, '' for a plain event."""

    time: datetime
    end: datetime | None
    state: str
    words: str

    @property
    def short(self) -> str:
        """The words as they stand on a chart."""
        return self.words if len(self.words) <= MAX_LETTERS else f"{self.words[: MAX_LETTERS - 1].rstrip()}…"


def worded(found: FacilityEvents, facility: FacilityRow, texts: Texts) -> list[EventMark]:
    """Say each event, the first first."""
    return [EventMark(one.time, one.end, _state(one), _words(one, facility, texts)) for one in found.events]


def listed(found: Sequence[EventMark], is_cut: bool) -> dict[str, Any]:
    """Give what the table of a page shows: the newest MAX_ROWS, and whether there are more."""
    return {
        "chart_events": found,
        "event_rows": list(reversed(found))[:MAX_ROWS],
        "events_are_cut": is_cut or len(found) > MAX_ROWS,
    }


def of_some(found: Sequence[FacilityEvents], facilities: Sequence[FacilityRow], texts: Texts) -> list[EventMark]:
    """Say the events of several facilities, each with its facility where there are more."""
    known = {one.id: one for one in facilities}
    pairs = [(one.facility, mark) for one in found for mark in worded(one, known[one.facility], texts)]
    if len(found) > 1:
        pairs = [(id, replace(mark, words=f"{known[id].name}: {mark.words}")) for id, mark in pairs]
    return sorted((mark for _, mark in pairs), key=lambda mark: mark.time)


def of_script(found: Sequence[EventMark]) -> list[list[Any]]:
    """Give the marks to a script: Unix s, the end or null, words."""
    return [[one.time.timestamp(), one.end.timestamp() if one.end else None, one.short] for one in found]


def draw(drawing: Drawing, found: Sequence[EventMark], across: Scale, ends: tuple[float, float], texts: Texts) -> None:
    """Draw marks into a picture: a line from top to bottom each, a bar along a span, the words above the top."""
    top, bottom = ends
    inside = [one for one in found if across.low <= one.time.timestamp() <= across.high]
    for one in found:
        if one.end and one.end.timestamp() > across.low and one.time.timestamp() < across.high:
            at = [across(min(max(end.timestamp(), across.low), across.high)) for end in (one.time, one.end)]
            drawing.line([(at[0], top), (at[1], top)], "span")
    for one in inside:
        drawing.line([(across(one.time.timestamp()), top), (across(one.time.timestamp()), bottom)], "event")
    edges = across.at_low, across.at_high
    for x, words in labels(inside, across, edges, lambda n: say(texts["script"]["chart"]["events"], n)):
        drawing.text(x, top - 5, words, "q")


def labels(
    found: Sequence[EventMark], across: Scale, edges: tuple[float, float], counted: Callable[[int], str]
) -> list[tuple[float, str]]:
    """Where which words stand, from left to right: those without room beside their neighbour are counted with it."""
    groups: list[tuple[float, int, str]] = []
    for one in sorted(found, key=lambda mark: mark.time):
        group = (across(one.time.timestamp()), 1, one.short)
        while groups and _left(group, edges) < _left(groups[-1], edges) + len(groups[-1][2]) * LETTER + APART:
            x, n, _ = groups.pop()
            group = (x, n + group[1], counted(n + group[1]))
        groups.append(group)
    return [(_left(group, edges), group[2]) for group in groups]


def _left(group: tuple[float, int, str], edges: tuple[float, float]) -> float:
    return max(edges[0], min(group[0] + 4, edges[1] - len(group[2]) * LETTER))


def _state(one: FacilityEvent) -> str:
    if one.code == "raised":
        return one.level or PLAIN
    return {"cleared": states.GREEN, "gap": states.STALE}.get(one.code, PLAIN)


def _words(one: FacilityEvent, facility: FacilityRow, texts: Texts) -> str:
    words = texts["charts"]["events"]
    if one.code == "annotation":
        return one.reason or ""
    if one.code == "revision":
        kinds = texts["safety"]["log"]["kinds"]
        reason = record.reason(one.reason or "", one.author or "", one.version, texts)
        return say(texts["safety"]["log"]["revision"], kind=kinds.get(one.kind, one.kind), reason=reason)
    return say(
        words["rain-least" if one.is_least else one.code],
        level=texts["states"][one.level] if one.level else "",
        mode=one.failure_mode or "",
        name=_instrument(one.instrument, facility) if one.instrument else one.node or "",
        depth=numbers.number(one.depth_mm, "rain"),
    )


def _instrument(name: str, facility: FacilityRow) -> str:
    """The instrument as its readings are called on the page."""
    return next((row.short for row in facility.datastreams if f"{row.node}:{row.instrument}" == name), name)
