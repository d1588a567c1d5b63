"""All facilities by what recovering their waste would bring, how sure that is, and in which state they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from api.studies.models import Worth, Worths
from dashboard import key_figures, pages, states, verdict
from dashboard.full_times import full_day
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from dashboard.view_models import FacilityRow
from texts import Texts, say

from .addresses import address
from .amounts import percent, signed_spread

ORDERS: Final = ("value", "confidence", "state")
LEAST_CONFIDENT: Final = 4


@dataclass(frozen=True)
class FacilityValue:
    """One facility; without a study its figures are empty."""

    facility: FacilityRow
    worth: Worth | None = None
    net: tuple[str, str, str] = ("", "", "")
    npv: tuple[str, str, str] | None = None
    loss: str = ""
    made: str = ""


def context(shown: Shown, studies: Worths, texts: Texts, by: str = "value") -> dict[str, Any]:
    """Make the page: in the order that is asked for, the most valuable first within it, those without a study last."""
    words, worths = texts["value_list"], {one.facility: one for one in studies.studies}
    known = [one for one in shown.facilities if one.id in worths]
    ordered = sorted(known, key=lambda one: (_rank(one, worths[one.id], by), -_dollars(worths[one.id])))
    lines = [_line(one, worths[one.id]) for one in ordered]
    lines += [FacilityValue(one) for one in shown.facilities if one.id not in worths]
    title = say(words["verdict"], len(shown.facilities) + shown.left_out, known=len(worths))
    banner = verdict.of_part(VerdictBanner("", title, words["says"]), len(shown.facilities), shown.left_out, texts)
    streams = [row for one in shown.facilities for row in one.datastreams]
    return pages.shared(shown, texts, "facilities", pages.zone_of(shown)) | {
        "heading": words["title"],
        "path": [(texts["pages"]["facilities"], "/")],
        "verdict": banner,
        "facts": [Fact(words["with"], str(len(worths))), key_figures.data(streams, texts)],
        "lines": lines,
        "of": address,
        "orders": ORDERS,
        "by": by,
    }


def _rank(one: FacilityRow, worth: Worth, by: str) -> int:
    """Confidence: G of its UNFC class, the most confident first; state: the worst first."""
    if by == "confidence":
        return int(worth.unfc.rpartition("G")[2] or LEAST_CONFIDENT)
    return states.severity(one.summary.state) if by == "state" else 0


def _dollars(worth: Worth) -> float:
    """The middle of the net value in the one currency that all studies can be turned into, by their own rates."""
    return worth.net.p50 * worth.usd


def _line(one: FacilityRow, worth: Worth) -> FacilityValue:
    net, npv = (
        None if spread is None else signed_spread(spread.p90, spread.p50, spread.p10)
        for spread in (worth.net, worth.npv)
    )
    assert net is not None
    return FacilityValue(
        one, worth, net, npv, percent(worth.chance_of_loss), made=full_day(worth.made_at, one.timezone)
    )
