"""All facilities by what their waste is worth, how sure that is, and in which state they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.dashboard import facts, pages, states
from api.dashboard.facts import Fact
from api.dashboard.reads import Shown
from api.dashboard.rows import FacilityRow
from api.dashboard.texts import Texts, say
from api.dashboard.verdict import Verdict
from api.queries.studies import Worth

from .amounts import percent, signed

ORDERS: Final = ("value", "confidence", "state")
LEAST_CONFIDENT: Final = 4


@dataclass(frozen=True)
class Line:
    """One facility; without a study its figures are empty."""

    facility: FacilityRow
    net: str = ""
    range: str = ""
    loss: str = ""
    unfc: str = ""
    synthetic: str = ""
    made: str = ""


def context(shown: Shown, worths: dict[str, Worth], texts: Texts, by: str = "value") -> dict[str, Any]:
    """Make the page: in the order that is asked for, the most valuable first within it, those without a study last."""
    words = texts["value_list"]
    known = [one for one in shown.facilities if one.id in worths]
    ordered = sorted(known, key=lambda one: (_rank(one, worths[one.id], by), -worths[one.id].net[1]))
    lines = [_line(one, worths[one.id]) for one in ordered]
    lines += [Line(one) for one in shown.facilities if one.id not in worths]
    title = say(words["verdict"], len(known), total=len(shown.facilities))
    streams = [row for one in shown.facilities for row in one.datastreams]
    return pages.shared(shown, texts, "facilities", pages.zone_of(shown)) | {
        "heading": words["title"],
        "path": [(texts["pages"]["facilities"], "/")],
        "verdict": Verdict("", title, words["says"]),
        "facts": [Fact(words["with"], str(len(known))), facts.data(streams, texts)],
        "lines": lines,
        "orders": ORDERS,
        "by": by,
    }


def _rank(one: FacilityRow, worth: Worth, by: str) -> int:
    """Confidence: G of its UNFC class, the most confident first; state: the worst first."""
    if by == "confidence":
        return int(worth.unfc.rpartition("G")[2] or LEAST_CONFIDENT)
    return states.severity(one.summary.state) if by == "state" else 0


def _line(one: FacilityRow, worth: Worth) -> Line:
    low, mid, high = worth.net
    return Line(
        one, signed(mid), f"{signed(low)} to {signed(high)}", percent(worth.chance_of_loss), worth.unfc,
        worth.synthetic, f"{worth.made_at:%-d %b %Y}",
    )  # fmt: skip
