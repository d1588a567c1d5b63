"""Pieces of a notice: a reading beside its limits, an action, a quantity, times by the facility's clock."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from ingest.notifications.facts import Action, Limit, Reading
from tailings import quantities
from tailings.wording import local_times, span
from wire import quality as flag

OLD_S: Final = 3600


def reading(one: Reading, zone: str, now: datetime) -> str:
    """Say a reading, how old it is, what doubts it, and its limits."""
    limits = ", ".join(_limit(limit, one) for limit in one.limits)
    age_s = (now - one.time).total_seconds()
    at = clock(one.time, zone, now) + (f", {span(age_s)} ago" if age_s > OLD_S else "")
    judged = {flag.SUSPECT: ", judged suspect", flag.FAIL: ", rejected"}.get(one.quality, "")
    tests = " and ".join((one.tests or "").replace("_", " ").split(","))
    doubt = f"{judged} by {tests}" if judged and tests else judged
    said = "no reading" if one.value is None else value(one, one.value)
    name = one.datastream.partition(":")[2]  # without the facility, which the letter names anyway
    return f"{capital(quantity(one))} {said} at {at}{doubt} ({name}{limits and ': '}{limits})"


def action(one: Action, zone: str, now: datetime) -> str:
    """Say what is to be done, by whom, until when."""
    due = f", by {clock(one.due_at, zone, now)}" if one.due_at else ""
    late = " (late)" if one.due_at and one.due_at < now else ""
    return f"{one.what} ({one.who}){due}{late}"


def value(one: Reading, number: float | None) -> str:
    """Write a value of a reading's quantity with its unit."""
    digits = min(quantities.get(one.quantity).digits, 2)
    return f"{number:.{digits}f} {one.unit}"


def quantity(one: Reading) -> str:
    """Write a quantity in words."""
    return one.quantity.replace("-", " ")


def local(text: str, zone: str) -> str:
    """Write the times in a text, which are kept in UTC, by the facility's clock."""

    def at_place(at: datetime) -> str:
        place = at.astimezone(ZoneInfo(zone))
        return f"{place.day} {place:%b %H:%M %Z}"

    return local_times(text, at_place)


def clock(at: datetime, zone: str, now: datetime) -> str:
    """Write hour and minute of today, else with the day, in the facility's zone, which is named."""
    place, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    return f"{place:%H:%M %Z}" if place.date() == today else f"{place.day} {place:%b %H:%M %Z}"


def day(one: date) -> str:
    """Write a day."""
    return f"{one.day} {one:%b %Y}"


def capital(words: str) -> str:
    """Write the first letter large."""
    return words[:1].upper() + words[1:]


def _limit(limit: Limit, one: Reading) -> str:
    said = value(one, limit.value)
    if limit.rate_over_s:
        said += f"/h over {span(limit.rate_over_s)}"
    elif limit.against is None:
        said = said.removesuffix(f" {one.unit}")
    return f"{limit.level} {limit.test} {said}" + (f" over {limit.against}" if limit.against else "")
