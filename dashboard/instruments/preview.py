"""What happened in the time of a preview, drawn as on every chart: for the script that draws the preview itself."""

from __future__ import annotations

from typing import Any, Final

from api.events.models import FacilityEvents
from dashboard import chart_events, pages
from dashboard.drawing import Drawing, Scale
from dashboard.reads import Shown
from texts import Texts

BOX: Final = {"wide": 760, "high": 200, "low": 90, "left": 64, "right": 90, "top": 22, "foot": 22}
"""Of the charts of a preview [px]: the script draws by it too. high, low: of the chart of values and of differences."""


def context(shown: Shown, found: FacilityEvents, texts: Texts) -> dict[str, Any]:
    """Make the marks of the chart of values, which begins and ends with the window, and the table of them."""
    one = shown.facilities[0]
    worded = chart_events.worded(found, one, texts)
    drawing = Drawing(BOX["wide"], BOX["high"], "")
    across = Scale(found.start.timestamp(), found.end.timestamp(), BOX["left"], BOX["wide"] - BOX["right"])
    chart_events.draw(drawing, worded, across, (BOX["top"], BOX["high"] - BOX["foot"]), texts)
    return pages.shared(shown, texts, "facilities", one.timezone, one) | {
        "drawing": drawing,
        **chart_events.listed(worded, found.is_cut),
    }
