"""The newest entries of a walk in words: what each brought, whether it was withdrawn, and what became of that."""

from collections.abc import Mapping
from typing import Any, Final

from api.walk.models import EntryReading, Walk, WalkStop
from dashboard import ages, numbers
from dashboard.walk.form import key_of
from texts import Texts, called, say

SHOWN: Final = 5


def of_walk(found: Walk, zone: str, texts: Texts) -> list[dict[str, Any]]:
    """List them, the newest first, with the first readings of each."""
    stops = {stop.datastream: stop for stop in found.stops}
    return [
        {
            "revision": one.revision,
            "time": ages.day_and_clock(one.made_at, zone),
            "readings": [_reading(reading, stops, zone, texts) for reading in one.readings[:SHOWN]],
            "more": one.count - min(SHOWN, len(one.readings)),
            "is_withdrawn": one.withdrawn_by is not None,
        }
        for one in found.entries
    ]


def _reading(one: EntryReading, stops: Mapping[str, WalkStop], zone: str, texts: Texts) -> str:
    """One reading in a line; of what is not read by hand any more its code and its plain number."""
    stop = stops.get(one.datastream)
    title = called(stop.title, stop.place) if stop and stop.title else key_of(one.datastream)
    value = numbers.with_unit(one.value, stop.quantity if stop else "", stop.unit if stop else "")
    words = texts["walk"]["entries"]["reading"]
    time = ages.day_and_clock(one.at, zone)
    return say(words, name=title, value=value or texts["quality"]["9"], time=time)
