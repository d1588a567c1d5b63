"""What to find out next: what moves the decision, as bars, and the steps by what they bring for their cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.studies.models import NextHole
from dashboard import numbers, states
from texts import Texts, say, sentence

from . import headline
from .amounts import figures, percent
from .tables import StateLine
from .valued import ValuedFacility, because

WIDEST: Final = 45
"""Of the bar with the largest share, in percent of the drawing; the rest is for its words."""


@dataclass(frozen=True)
class DriverBar:
    """One group of inputs as it is drawn and written."""

    name: str
    width: float
    share: str
    perfect: str
    words: str


def drivers(valued: ValuedFacility, texts: Texts) -> dict[str, Any]:
    """Give the bars, the largest share first, and what they say together."""
    words, found, money = texts["value"]["steps"], valued.now.advice, valued.result.currency
    most = max((one.variance_share for one in found.drivers), default=0.0) or 1.0
    bars = [
        DriverBar(
            sentence(headline.about(one.about, (), texts)),
            WIDEST * one.variance_share / most,
            percent(one.variance_share),
            figures(one.perfect),
            say(words["bar"], share=percent(one.variance_share), perfect=figures(one.perfect), money=money),
        )
        for one in found.drivers
    ]
    judged = words["by_npv" if found.is_discounted else "by_net"]
    sub = say(words["sub"], judged=judged, perfect=figures(found.perfect), money=money)
    says = say(words["says"], first=bars[0].name) if bars else ""
    judged_by = "npv" if found.is_discounted else "net"
    return {"bars": bars, "sub": sub, "says": says, "figure": judged_by}


def next_steps(valued: ValuedFacility, texts: Texts) -> list[StateLine]:
    """Give the steps by what they bring for their cost; holes with what they remove, closed where a bench there is."""
    words, holes = texts["value"]["steps"], {one.name: one for one in valued.now.next_holes}
    lines = []
    for step in valued.now.advice.steps:
        rest = say(
            words["pays" if step.brings > step.cost else "less"],
            brings=figures(round(step.brings)),
            cost=figures(step.cost, 3),
            money=valued.result.currency,
            per=figures(step.per_cost),
        )
        about = headline.about(step.about, step.elements, texts)
        sub = say(words["removes"], share=percent(step.removes), about=about)
        figure = f"next:{step.name}" if step.kind == "hole" else f"step:{step.name}"
        state, plan = "event", step.plan
        if step.kind == "hole":
            state, reach = _reach(holes[step.name], valued, texts)
            sub, plan = f"{sub} {sentence(reach)}.", _hole_plan(step.name, valued, texts)
        lines.append(StateLine(state, step.name, rest, f"{sub} {plan}", figure))
    return lines


def _hole_plan(name: str, valued: ValuedFacility, texts: Texts) -> str:
    """Say where a hole is drilled and how it is sampled."""
    hole = next(one for one in valued.result.next_holes if one.name == name)
    chainage, offset = numbers.fixed(hole.chainage_m, 0), numbers.fixed(hole.offset_m, 0)
    return say(texts["value"]["steps"]["hole_plan"], chainage=chainage, offset=offset)


def _reach(hole: NextHole, valued: ValuedFacility, texts: Texts) -> tuple[str, str]:
    """The state of the shape of a hole, and whether it can be drilled, in words."""
    words, benches = texts["value"]["holes"], {one.name: one for one in valued.now.allowed.benches}
    if hole.closed_by:
        bench = benches[hole.closed_by]
        return bench.level or states.UNKNOWN, say(words["closed"], why=because(bench, texts))
    return (states.GREEN, str(words["open"])) if hole.is_guarded else (states.UNKNOWN, str(words["unguarded"]))
