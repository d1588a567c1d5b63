"""What needs a look in a region, each line with the page that it leads to: states first, then what contradicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from api.region.models import MeasuredContradiction, Region
from dashboard import ages
from dashboard.attention import AttentionItem
from dashboard.land.amounts import named
from dashboard.register.page import value_words
from texts import Texts, say

SAID: Final = "event"
"""The mark of what is no state."""
DAY_S: Final = 86_400


def items(found: Region, chosen: Mapping[str, str], texts: Texts) -> list[AttentionItem]:
    """List them; what there is no room for is counted, with a link to all."""
    words, needs = texts["region"]["look"], found.needs
    lines = [
        AttentionItem(
            one.state, f"{texts['states'][one.state]}: {one.name}", words["state_sub"], "", f"/f/{one.facility}"
        )
        for one in needs.states
    ]
    if more := needs.states_total - len(needs.states):
        lines.append(AttentionItem(SAID, say(words["more_states"], more), words["more_states_sub"], "", "/"))
    lines += [_contradiction(one, texts) for one in needs.contradictions]
    if more := needs.contradictions_total - len(needs.contradictions):
        lines.append(AttentionItem(SAID, say(words["more_contradictions"], more), words["on_rows"], "", "/register"))
    if needs.reviews_total:
        first = needs.reviews[0]
        age = ages.age_words(first.late_d * DAY_S)
        said = say(words["reviews_sub"], name=first.name, register=first.register_)
        lines.append(
            AttentionItem(SAID, say(words["reviews"], needs.reviews_total), said, age, _rows(chosen, "overdue-review"))
        )
    if needs.without_place:
        title = say(words["no_place"], needs.without_place)
        lines.append(AttentionItem(SAID, title, words["no_place_sub"], "", _rows(chosen, "no-place")))
    return lines


def _rows(chosen: Mapping[str, str], needs: str) -> str:
    return f"/region?{urlencode({**chosen, 'attention': needs})}#list"


def _contradiction(one: MeasuredContradiction, texts: Texts) -> AttentionItem:
    words, (first, *_) = texts["region"]["look"], one.contradictions
    is_verdict = first.column == "stability_concern"
    title = say(words["contradiction"], name=one.name, register=one.register_)
    there = texts["states"][first.there] if is_verdict else value_words(first.column, first.there, texts)
    sub = say(
        words["layer_sub" if first.layers else "contradiction_sub"],
        column=texts["register"]["columns"][first.column],
        here=value_words(first.column, first.here, texts),
        there=there,
        facility=one.facility_name,
        layers="; ".join(named(layer, texts["land"]) for layer in first.layers),
        match=words["matched"] if one.is_same else words["alike"],
    )
    return AttentionItem(SAID, title, sub, "", f"/register/{one.number}")
