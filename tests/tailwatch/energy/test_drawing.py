"""The picture of a year: its lines are the numbers, and its words do not lie over one another."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from tailwatch.energy import CASES, picture, read
from tailwatch.energy.drawing import CHARGE_BOTTOM, CHARGE_TOP, LEAST_APART
from tailwatch.energy.year import lived

SVG = "{http://www.w3.org/2000/svg}"


def drawn(day_mah: float) -> ET.Element:
    years = {case: lived(40.0, day_mah, read(), case) for case in CASES}
    return ET.fromstring(picture("Vale <n01>", "below & beside", years))


def test_the_line_of_the_charge_is_the_charge() -> None:
    """Its lowest point is the smallest charge of the year, on the scale of the axis."""
    points = drawn(600.0).findall(f"{SVG}polyline")[0].get("points", "")
    lowest = max(float(y) for y in re.findall(r",([\d.]+)", points))

    share = (CHARGE_BOTTOM - lowest) / (CHARGE_BOTTOM - CHARGE_TOP)

    assert share == pytest.approx(lived(40.0, 600.0, read(), "typical").smallest_share, abs=1e-3)


def test_it_is_labelled_and_nothing_overlaps() -> None:
    """Twelve months at both axes, a name for each line, and a title that a screen reader finds."""
    found = drawn(600.0)
    words = [one.text for one in found.iter(f"{SVG}text")]
    ends = sorted(float(one.get("y")) for one in found.iter(f"{SVG}text") if float(one.get("x")) > 620)

    assert words.count("Feb") == 2 and {"node off below", "panel, worst", "node, typical"} <= set(words)
    assert found.find(f"{SVG}title").text == "Vale <n01>"
    assert all(after - before >= LEAST_APART - 0.2 for before, after in pairwise(ends))
