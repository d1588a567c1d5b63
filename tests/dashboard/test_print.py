"""Pages on paper: PDF of Chromium, read by poppler. Each page says where it is from; nothing is cut or covered."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from tests.dashboard.conftest import open_page

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
"""A last page with fewer lines is as good as empty."""


WIDER: Final = """() => [...document.querySelectorAll(".scroll,.sec,.plot,.facts>div,.verdict .wrap>*")]
  .filter(one => one.offsetWidth && one.scrollWidth > one.clientWidth + 1)
  .map(one => [one.className, one.innerText.slice(0, 60)])"""
"""What is wider than the place that it has, and would be cut."""


class Line(NamedTuple):
    """A line of text on paper [pt]."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class PaperPage(NamedTuple):
    """What stands on a printed page, in its body and in its lower margin."""

    width: float
    height: float
    body: list[Line]
    foot: str


def paper_pages_of(file: Path) -> list[PaperPage]:
    """Read a PDF."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is missing: apt-get install --no-install-recommends poppler-utils"
    told = subprocess.run([program, "-bbox-layout", file, "-"], capture_output=True, check=True, timeout=60).stdout
    told = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", told)
    return [_paper_page(page) for page in ElementTree.fromstring(told).iter(f"{XHTML}page")]


def _paper_page(page: ElementTree.Element) -> PaperPage:
    width, height = (float(page.get(name, "0")) for name in ("width", "height"))
    lines = [_line(one) for one in page.iter(f"{XHTML}line")]
    body = [one for one in lines if one.top < height - FOOT_PT]
    foot = " ".join(one.text for one in lines if one.top >= height - FOOT_PT)
    return PaperPage(width, height, body, foot)


def _line(line: ElementTree.Element) -> Line:
    box = [float(line.get(name, "0")) for name in ("xMin", "yMin", "xMax", "yMax")]
    return Line(*box, text=" ".join(word.text or "" for word in line.iter(f"{XHTML}word")))


def printed(page: Page, file: Path) -> list[PaperPage]:
    """Print an open page as a person does; kept where TAILWATCH_PICTURES says."""
    page.pdf(path=file, format="A4", print_background=True, prefer_css_page_size=True)
    if folder := os.environ.get("TAILWATCH_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder)
    return paper_pages_of(file)


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
def test_every_paper_page_says_where_it_is_from_and_nothing_is_cut_or_covered(
    page: Page, tmp_path: Path, name: str
) -> None:
    """Address with host, hash and number on each page; text inside of the margins, none over another; no empty end."""
    open_page(page, PAGES[name])
    papers = printed(page, tmp_path / f"{name}.pdf")
    count = len(papers)

    for number, paper in enumerate(papers, 1):
        assert paper.foot.startswith(page.url.partition("?")[0]) and " as of 20" in paper.foot
        assert re.search(r"(hash|inputs) [0-9a-f]{12}", paper.foot), paper.foot
        assert f"{number} of {count}" in paper.foot
        assert [one for one in paper.body if one.left < EDGE_PT or one.right > paper.width - EDGE_PT] == []
        assert covering(paper.body) == []
    assert len(papers[-1].body) >= LEAST_LINES
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_PX, "height": 1000})
    assert page.evaluate(WIDER) == []


def test_charts_keep_their_last_days(page: Page, tmp_path: Path) -> None:
    """On paper each chart is as wide as the page: its newest reading and the names at its lines lie on it."""
    open_page(page, PAGES["safety"])
    page.evaluate("""() => addEventListener("beforeprint", () => {
      window.onPaper = [...document.querySelectorAll("#panels canvas")].map(one => one.width / devicePixelRatio);
    })""")
    screen = page.locator("#panels canvas").first.evaluate("one => one.width / devicePixelRatio")
    papers = printed(page, tmp_path / "charts.pdf")
    back = page.locator("#panels canvas").first.evaluate("one => one.width / devicePixelRatio")

    paper = page.evaluate("window.onPaper")
    assert paper and set(paper) == {PAPER_PX} and back == screen != PAPER_PX
    captions = page.locator("#panels figcaption b").all_inner_texts()
    text = " ".join(line.text for paper in papers for line in paper.body)
    assert all(one in text for one in captions)
