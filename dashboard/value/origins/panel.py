"""The origin of a figure in the panel at the side: a row a step, with its value, its notes and where it leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from api.studies.origins.models import Origin, OriginReference, OriginStep
from dashboard.provenance import Item
from dashboard.value.addresses import address
from texts import Texts, say, writing

from . import amounts
from .sentences import Sentences

BY_PROGRAM = "samples_hash"
"""The ground of an estimate; how it was made the program of the study says, in English."""


def context(found: Origin, zone: str, now: datetime, texts: Texts) -> dict[str, Any]:
    """Make the panel: the figure first, then what it is made of; times are by the clock of the zone."""
    said, words = Sentences(texts, zone, now), texts["value"]["origins"]
    return {
        "provenance_title": say(words["title"], name=said.name(found.steps[0].name)),
        "provenance_sub": say(words["sub"], version=found.study),
        "provenance_items": [item(found.facility, step, said) for step in found.steps],
        "provenance_json": f"/api/v1/facilities/{found.facility}/study/origin?figure={quote(found.figure)}",
        "provenance_ok": True,
    }


def item(facility: str, step: OriginStep, said: Sentences) -> Item:
    """Say one step."""
    name, value = said.name(step.name), said.value(step)
    own = [one for one in step.notes if one.code == "quoted"] if step.ground == BY_PROGRAM else []
    worded = step.model_copy(update={"notes": [one for one in step.notes if one not in own]})
    lines = [name if value else "", *_notes(worded, said)]
    source = step.source or (said.words["grounds"][step.ground] if step.ground else "")
    ground = ", ".join(filter(None, [step.author, writing.day(step.dated) if step.dated else "", source]))
    lines += [ground, step.licence or "", f"SHA-256 {step.sha256}" if step.sha256 else ""]
    shown = step.reference
    leads = address(facility, step.figure) if step.figure else _shown(facility, shown) if shown else ""
    is_here = step.figure is not None or (shown is not None and shown.kind == "datastream")
    return Item(
        said.words["kinds"][step.kind],
        value or name,
        [line for line in lines if line],
        leads,
        is_here,
        english=" ".join(str(one.values["quote"]) for one in own),
    )


def _notes(step: OriginStep, said: Sentences) -> list[str]:
    """The notes of a step and its interval, which stands first at a figure; where a sample stands is one line."""
    notes = [said.note(one) for one in step.notes]
    if step.kind == "assay":
        return ["; ".join(notes)]
    interval = amounts.interval(step, said.texts)
    return [interval, *notes] if step.kind == "figure" else [*notes, interval]


def _shown(facility: str, shown: OriginReference) -> str:
    """The address of what a step refers to."""
    api = f"/api/v1/facilities/{facility}"
    return {
        "samples": f"{api}/samples?hole={shown.id}",
        "study": f"{api}/study",
        "article-27": f"{api}/study/article-27",
        "datastream": f"/f/{facility}/provenance?ds={shown.id}",
        "alarm": f"/alarms/{shown.id}",
        "plans": f"/f/{facility}/safety",
    }[shown.kind]
