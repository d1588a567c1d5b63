"""What the page behind a link says: the alarm as it stands, and what the link is good for."""

from datetime import datetime
from typing import Any, Final

from api.alarms.links import LinkedAlarm, State
from dashboard import ages, states
from dashboard.alarms import words
from tailings.time_span import span
from texts import Texts, record, say, sentence

RANKS: Final = ("0", "1", "2", "3")
WITH_BUTTON: Final = ("open", "risen")


def of_link(found: LinkedAlarm, state: State, now: datetime, texts: Texts) -> dict[str, Any]:
    """Give the page of a genuine link; state: that of the link, or of the use that was just refused."""
    said, zone = texts["alarms"]["have_it"], found.timezone
    sentences = said["states"] if found.alarm else said["states"] | said["tests"]
    at = found.acknowledged_at or found.used_at or now
    values = {
        "name": found.recipient,
        "who": found.acknowledged_by or said["somebody"],
        "time": ages.short_clock(at, zone, now),
        "end": ages.short_clock(found.expires_at, zone, now),
        "level": _level(found, texts).lower(),
    }
    title = said["test"]
    if found.alarm:
        title = sentence(record.title(found.title, found.detail, texts, lambda one: ages.short_clock(one, zone, now)))
    return {
        "heading": said["title"],
        "state": _state(found) if found.alarm else "event",
        "level": _level(found, texts) if found.alarm else said["is_test"],
        "rank": found.level,
        "what": say(said["what"], where=found.facility_name, title=title),
        "since": say(
            said["since"],
            time=ages.day_and_clock(found.began_at, zone, now),
            zone=ages.zone_name(zone, found.began_at),
            age=span((now - found.began_at).total_seconds()),
        ),
        "says": say(sentences[state], None, **values),
        "button": (said["button"] if found.alarm else said["got_it"]) if state in WITH_BUTTON else "",
        "is_waiting": state == "issued",
        "alarm": found.alarm,
        "is_known": True,
    }


def refused(state: State, texts: Texts) -> dict[str, Any]:
    """Give the page of a link that leads nowhere."""
    said = texts["alarms"]["have_it"]
    return {
        "heading": said["title"],
        "says": said["states"][state],
        "button": "",
        "is_waiting": False,
        "alarm": None,
        "is_known": False,
    }


def _state(found: LinkedAlarm) -> str:
    """Give the state whose shape the alarm wears."""
    if found.family == "maintenance":
        return states.MAINTENANCE
    return words.state_of_dam(found.type, found.level)


def _level(found: LinkedAlarm, texts: Texts) -> str:
    """Say how high it stands, or which other type of alarm it is."""
    if found.family == "maintenance":
        return str(texts["alarms"]["equipment"])
    level = texts["states"][_state(found)]
    return say(texts["alarms"]["types"]["suspect"], level=level.lower()) if found.type == "suspect" else str(level)
