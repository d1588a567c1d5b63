"""What needs a look at a facility, worst first: its level, silent nodes, then datastreams that are stale or bad."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from dashboard.view_models import DatastreamRow, FacilityRow, NodeRow
from texts import Texts, say, sentence
from wire import quality as flag

from . import ages, doubts, offline_diagnosis, states

AT_ONCE, MAX_ITEMS = 4, 40
BAD = {flag.MISSING: "missing", flag.FAIL: "rejected", flag.SUSPECT: "suspect"}
FILLING = "formula.window-not-filled"
"""A formula over a window that has too few readings yet: nothing is at fault, and it goes by itself."""


@dataclass(frozen=True)
class AttentionItem:
    """One line: a state, what it is, where to look, how old it is."""

    state: str
    title: str
    sub: str
    age: str
    address: str


def at(facility: FacilityRow, texts: Texts, with_name: bool = False) -> list[AttentionItem]:
    """List what needs a look; the datastreams of a silent node are not told again. `with_name` names the facility."""
    silent = sorted((node for node in facility.nodes if node.is_silent), key=lambda node: -(node.age_s or 0))
    told = {node.id for node in silent}
    judged = _level(facility, texts) + _water(facility, texts)
    items = sorted(judged, key=lambda one: states.severity(one.state)) + _gateways(silent, facility.nodes, texts)
    items += [
        _node(node, facility.nodes, texts) for node in silent if offline_diagnosis.why(node, facility.nodes) != "agent"
    ]
    stale = [row for row in facility.datastreams if row.state == states.STALE and row.node not in told]
    items += [_datastream(facility.id, row, "stale", states.STALE, texts) for row in stale]
    for quality, key in BAD.items():
        found = [
            row
            for row in facility.datastreams
            if row.quality == quality and row.state == states.FRESH and row.tests != FILLING
        ]
        items += [_datastream(facility.id, row, key, states.UNKNOWN, texts) for row in found]
    return [replace(item, sub=f"{facility.name}: {item.sub}") for item in items] if with_name else items


def _level(facility: FacilityRow, texts: Texts) -> list[AttentionItem]:
    """Tell first what stands at a level, and what cannot be seen: the rest of it stands on the safety page."""
    words, address = texts["look"], f"/f/{facility.id}/safety"
    items = []
    if raised := facility.raised:
        title = say(words["raised"], state=texts["states"][raised[0].level], what=raised[0].title)
        items.append(AttentionItem(raised[0].level, title, say(words["raised_sub"], len(raised)), "", address))
    modes = [one for one in facility.assessment.failure_modes if one.counts]
    items += [
        AttentionItem(states.BLIND, say(words["blind"], what=one.title), words["blind_sub"], "", address)
        for one in modes
        if one.sight == states.BLIND
    ]
    return items


def _water(facility: FacilityRow, texts: Texts) -> list[AttentionItem]:
    """Tell how many limits of water are exceeded, as the page of water does."""
    if not facility.exceeded:
        return []
    said = say(texts["verdict"]["water"], facility.exceeded)
    return [AttentionItem(states.RED, sentence(said), texts["look"]["water_sub"], "", f"/f/{facility.id}/water")]


def _gateways(silent: Sequence[NodeRow], nodes: Sequence[NodeRow], texts: Texts) -> list[AttentionItem]:
    """Tell a silent gateway once, as old as the last of its nodes that spoke."""
    found = [node for node in silent if offline_diagnosis.why(node, nodes) == "agent"]
    items = []
    for agent in dict.fromkeys(node.agent for node in found):
        behind = [node for node in found if node.agent == agent]
        age_s = min(node.age_s for node in behind if node.age_s is not None)
        title = say(texts["look"]["gateway"], name=agent)
        sub = say(texts["look"]["behind"], len(behind))
        items.append(AttentionItem(states.STALE, title, sub, ages.age_words(age_s), f"/f/{behind[0].facility}/nodes"))
    return items


def _node(node: NodeRow, nodes: Sequence[NodeRow], texts: Texts) -> AttentionItem:
    title = say(texts["look"]["silent"], name=node.id)
    sub = offline_diagnosis.why_words(node, nodes, texts)
    return AttentionItem(node.state, title, sub, ages.age_words(node.age_s), f"/f/{node.facility}/nodes")


def _datastream(facility: str, row: DatastreamRow, key: str, state: str, texts: Texts) -> AttentionItem:
    title = say(texts["look"][key], name=row.words(texts))
    value = f"{row.number} {row.unit_words}".strip() if row.number else ""
    sub = ", ".join(part for part in (value, doubts.words(row.tests, texts)) if part)
    address = f"/f/{facility}?ds={quote(row.name, safe=':.')}"
    # Rejected readings are not in a chart unless asked for, and here they are what is to be looked at.
    return AttentionItem(
        state, title, sub, ages.age_words(row.age_s), address + ("&rejected=1" if key == "rejected" else "")
    )
