"""Pages on paper: PDF of Chromium, read by poppler. Each sheet says where it is from; nothing is cut or covered."""

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from tests.dashboard.conftest import open_page
from tests.ingest.waiting import until

PAGES: Final = {
    "safety": "/f/vale/safety?from=-7d",
    "water": "/f/vale/water?from=-7d",
    "value": "/f/vale/value",
    "alarms": "/alarms",
}
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
FOOT_PT: Final = 18 / 25.4 * 72
EDGE_PT: Final = 10 / 25.4 * 72
"""The lower margin, and what no printer reaches."""
PAPER_PX: Final = 687
"""A4 between margins of 14 mm."""
LEAST_LINES: Final = 4
"""A last sheet with fewer lines is as good as empty."""


WIDER: Final = """() => [...document.querySelectorAll(".scroll,.sec,.plot,.facts>div,.verdict .wrap>*")]
  .filter(one => one.offsetWidth && one.scrollWidth > one.clientWidth + 1)
  .map(one => [one.className, one.innerText.slice(0, 60)])"""
"""What is wider than the place that it has, and would be cut."""


class Line(NamedTuple):
    """A line of text on a sheet [pt]."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class PrintedPage(NamedTuple):
    """What stands on a sheet, in its body and in its lower margin."""

    width: float
    height: float
    body: list[Line]
    foot: str


def pages_of(file: Path) -> list[PrintedPage]:
    """Read a PDF."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is missing: apt-get install --no-install-recommends poppler-utils"
    told = subprocess.run([program, "-bbox-layout", file, "-"], capture_output=True, check=True, timeout=60).stdout
    told = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", told)
    return [_printed_page(page) for page in ElementTree.fromstring(told).iter(f"{XHTML}page")]


def _printed_page(page: ElementTree.Element) -> PrintedPage:
    width, height = (float(page.get(name, "0")) for name in ("width", "height"))
    lines = [_line(one) for one in page.iter(f"{XHTML}line")]
    body = [one for one in lines if one.top < height - FOOT_PT]
    foot = " ".join(one.text for one in lines if one.top >= height - FOOT_PT)
    return PrintedPage(width, height, body, foot)


def _line(line: ElementTree.Element) -> Line:
    box = [float(line.get(name, "0")) for name in ("xMin", "yMin", "xMax", "yMax")]
    return Line(*box, text=" ".join(word.text or "" for word in line.iter(f"{XHTML}word")))


def printed(page: Page, file: Path) -> list[PrintedPage]:
    """Print an open page as a person does; kept where TAILWATCH_PICTURES says."""
    page.pdf(path=file, format="A4", print_background=True, prefer_css_page_size=True)
    if folder := os.environ.get("TAILWATCH_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder)
    return pages_of(file)


LEAST_PX = 85
THIN = f"""() => [...document.querySelectorAll("td")].filter(cell =>
  cell.checkVisibility() && cell.innerText.length > 60 && cell.clientWidth < {LEAST_PX}).map(cell => cell.innerText)"""
"""Cells of a table with more than a few words that have no room for one beside another."""


def covering(lines: list[Line]) -> list[tuple[str, str]]:
    """Lines that lie over each other by more than a third of their height, and by more than two letters."""
    found = []
    for number, one in enumerate(lines):
        for other in lines[number + 1 :]:
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(one.bottom, other.bottom) - max(one.top, other.top)
            if wide > 6 and high > min(one.bottom - one.top, other.bottom - other.top) / 3:
                found.append((one.text, other.text))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_every_printed_page_says_where_it_is_from_and_nothing_is_cut_or_covered(
    page: Page, tmp_path: Path, name: str
) -> None:
    """Address with host, hash and number on each sheet; text inside of the margins, none over another; no empty end,
    and no sentence a word a line."""
    open_page(page, PAGES[name])
    pages = printed(page, tmp_path / f"{name}.pdf")
    count = len(pages)

    for number, one_page in enumerate(pages, 1):
        assert one_page.foot.startswith(page.url.partition("?")[0]) and " as of 20" in one_page.foot
        assert re.search(r"(hash|inputs) [0-9a-f]{12}", one_page.foot), one_page.foot
        assert f"{number} / {count}" in one_page.foot
        assert [one for one in one_page.body if one.left < EDGE_PT or one.right > one_page.width - EDGE_PT] == []
        assert covering(one_page.body) == []
    assert len(pages[-1].body) >= LEAST_LINES
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_PX, "height": 1000})
    with suppress(AssertionError):  # charts follow their place a frame later; what stays too wide is named below
        until(lambda: not page.evaluate(WIDER), 20)
    assert page.evaluate(WIDER) == []
    assert page.evaluate(THIN) == []


def test_charts_keep_their_last_days(page: Page, tmp_path: Path) -> None:
    """On paper each chart is as wide as the sheet: its newest reading and the names at its lines lie on it."""
    open_page(page, PAGES["safety"])
    page.evaluate("""() => addEventListener("beforeprint", () => {
      window.onPaper = [...document.querySelectorAll("#panels canvas")].map(one => one.width / devicePixelRatio);
    })""")
    screen = page.locator("#panels canvas").first.evaluate("one => one.width / devicePixelRatio")
    pages = printed(page, tmp_path / "charts.pdf")
    back = page.locator("#panels canvas").first.evaluate("one => one.width / devicePixelRatio")

    paper = page.evaluate("window.onPaper")
    assert paper and set(paper) == {PAPER_PX} and back == screen != PAPER_PX
    captions = page.locator("#panels figcaption b").all_inner_texts()
    text = " ".join(line.text for one_page in pages for line in one_page.body)
    assert all(one in text for one in captions) and "Drag to zoom" not in text
