"""What moves the decision, as bars: shares of the variance, and what knowing each would be expected to bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from texts import Texts, say, sentence

from . import headline
from .amounts import figures, percent
from .valued import ValuedFacility

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
