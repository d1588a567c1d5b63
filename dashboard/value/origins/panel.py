"""The origin of a figure in the words of the panel at the side."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from api.studies.origin import Origin, OriginStep
from dashboard.provenance import Item
from dashboard.value.addresses import address
from dashboard.value.amounts import figures
from texts import Texts, say


def context(found: Origin, texts: Texts) -> dict[str, Any]:
    """Make the panel: the figure first, then what it is made of."""
    words, top = texts["value"]["origins"], found.steps[0]
    return {
        "why_title": say(words["title"], name=top.name),
        "why_sub": say(words["sub"], version=found.study),
        "why_items": [_item(found.facility, step, texts) for step in found.steps],
        "why_json": f"/api/v1/facilities/{found.facility}/study/origin?figure={quote(found.figure)}",
        "why_ok": True,
    }


def _interval(step: OriginStep, texts: Texts) -> str:
    low, high = (figures(value or 0.0, 3) for value in (step.p90, step.p10))
    return f"{say(texts['value']['origins']['interval'], low=low, high=high)} {step.unit}".strip()


def _item(facility: str, step: OriginStep, texts: Texts) -> Item:
    lines = [step.name if step.value else "", *step.says]
    if step.p90 is not None and step.kind != "figure":
        lines.append(_interval(step, texts))
    ground = ", ".join(filter(None, [step.author, f"{step.dated:%-d %b %Y}" if step.dated else "", step.source]))
    lines += [ground, step.licence or "", f"SHA-256 {step.sha256}" if step.sha256 else ""]
    leads = address(facility, step.figure) if step.figure else step.address or ""
    kind = texts["value"]["origins"]["kinds"][step.kind]
    is_here = step.figure is not None or "/why?" in leads
    return Item(kind, step.value or step.name, [line for line in lines if line], leads, is_here)
