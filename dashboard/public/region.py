"""The list of public facilities in the same plain words as their pages."""

from collections.abc import Mapping
from typing import Any

from api.disclosure.models import PublicPlace, PublicRegion
from dashboard.full_times import full_time
from dashboard.public import page
from texts import Texts, say


def region(found: PublicRegion, texts: Texts, outcome: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make the page: how many have a warning or are not known, then each with its state, the worst first.

    outcome: what became of a mail address that was sent.
    """
    words, total = texts["public"], len(found.facilities)
    bad = sum(one.state is None or one.state.verdict != "green" for one in found.facilities)
    says = words["region"]["empty"]
    if total:
        says = say(words["region"]["worst"], bad, total=total) if bad else say(words["region"]["quiet"], total=total)
    return {
        "heading": words["list"],
        "found": found,
        "outcome": outcome,
        "says": says,
        "made": say(words["made"], time=full_time(found.now, "UTC"), zone="UTC"),
        "region": found.region or "",
        "regions": found.regions,
        "rows": [_row(one, texts) for one in found.facilities],
    }


def _row(one: PublicPlace, texts: Texts) -> dict[str, Any]:
    words, now = texts["public"], page.now(one.state, one.timezone, texts)
    return {
        "facility": one.facility,
        "name": one.name,
        "state": now.state,
        "title": now.title,
        "missing": now.missing,
        "since": now.since,
        "emergency": one.emergency,
        "operator": say(words["call"]["operator"], name=one.operator) if one.operator else "",
        "note": f"{texts['frame']['sample_data']} {one.sample_data}" if one.sample_data else "",
    }
