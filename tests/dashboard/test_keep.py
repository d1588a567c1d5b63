"""A chart taken away: the files that a browser gets, read by other programs than ours (design of the pages, 6)."""

import base64
import csv
import io
import re
import struct
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from playwright.sync_api import Download, Page, expect

from .conftest import open_page, save_picture
from .site import GAP
from .test_charts import WEEK_S, share

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = ["datastream", "phenomenon_time", "result", "unit", "quality", "tests"]
PNG_HEAD = struct.Struct(">8s4x4s2I")  # signature, length and name of the first chunk, width, height (PNG 5.2, 11.2.2)
LINE_PIXELS = """async ([address, from, to]) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  canvas.getContext("2d").drawImage(image, 0, 0);
  const over = document.querySelector("#panels .u-over").getBoundingClientRect(),
    wrap = document.querySelector("#panels .u-wrap").getBoundingClientRect(), left = over.left - wrap.left;
  const x = Math.round(2 * (left + from * over.width)), width = Math.round(2 * (to - from) * over.width);
  const data = canvas.getContext("2d").getImageData(x, 0, width, canvas.height).data;
  let found = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 2] - data[i] > 60) found++;
  return found;
}"""


def taken(page: Page, kind: str, panel: int = 0) -> Download:
    """Ask for a file of a panel with the keyboard; return what the browser got."""
    button = page.locator(".plot").nth(panel).get_by_role("button", name=kind)
    button.focus()
    with page.expect_download() as found:
        page.keyboard.press("Enter")
    return found.value


def drawing(page: Page, panel: int = 0) -> ElementTree.Element:
    return ElementTree.parse(taken(page, "SVG", panel).path()).getroot()


def words(root: ElementTree.Element) -> str:
    return " | ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("rejected", [False, True])
def test_the_csv_is_the_api_s(page: Page, client: httpx.Client, rejected: bool) -> None:
    """Each reading that the chart shows, also where it shows means, with unit and quality, as the api gives it."""
    open_page(page, "/f/vale?ds=n05:vw1.level,n04:vw1.level&from=-2d")
    if rejected:
        page.get_by_role("button", name="Show rejected").click()
        expect(page.locator(".how").first).to_contain_text("× rejected")
    file = taken(page, "CSV")
    asked = {key: values[0] for key, values in parse_qs(urlsplit(file.url).query).items()}
    flags = {"quality": "1,2,3,4,9" if rejected else "1,2,3,9"}
    wanted: list[list[str]] = [COLUMNS]
    for name in ("vale:n05:vw1.level", "vale:n04:vw1.level"):
        span = {"from": asked["from"], "to": asked["to"], "format": "csv", **flags}
        answer = client.get(f"/api/v1/datastreams/{name}/observations", params=span)
        wanted += [[name, *row] for row in list(csv.reader(io.StringIO(answer.text)))[1:]]

    assert list(csv.reader(io.StringIO(Path(file.path()).read_text()))) == wanted
    assert ("4" in {row[4] for row in wanted}) is rejected and len(wanted) > 2000


def test_the_png_has_twice_the_pixels_and_the_gap(page: Page, newest: datetime) -> None:
    """It is twice as wide as the chart, holds the line in its colour, and nothing where nothing was measured."""
    open_page(page, "/f/vale?ds=n03:vw1.level")
    file = Path(taken(page, "PNG").path()).read_bytes()
    signature, chunk, width, height = PNG_HEAD.unpack_from(file)
    address = "data:image/png;base64," + base64.b64encode(file).decode()
    inside = [share(newest, minute, WEEK_S) for minute in (GAP.start + 75, GAP.stop - 75)]
    before = [share(newest, minute, WEEK_S) for minute in (GAP.start - 225, GAP.start - 75)]
    shown = page.locator("#panels .u-wrap").bounding_box()

    assert shown and (signature, chunk, width) == (b"\x89PNG\r\n\x1a\n", b"IHDR", 2 * round(shown["width"]))
    assert height > 2 * shown["height"]
    assert page.evaluate(LINE_PIXELS, [address, *inside]) == 0 < page.evaluate(LINE_PIXELS, [address, *before])


def test_the_svg_has_series_names_units_and_the_gap(page: Page, newest: datetime) -> None:
    """Every line is a path of its own, broken where five hours are missing; names, unit, place and zone are words."""
    open_page(page, "/f/vale?ds=n03:vw1.level,n02:vw1.level")
    root, shown = drawing(page), page.locator("#panels .u-over").first.bounding_box()
    paths = {path.get("data-datastream"): path.get("d", "") for path in root.iter(f"{SVG}path")}
    ends = re.findall(r"([\d.]+) [\d.]+(?=M)|M([\d.]+)", paths["n03:vw1.level"])
    jumps = [float(start) - float(end) for (end, _), (_, start) in zip(ends[1::2], ends[2::2], strict=True)]

    assert shown and jumps == [pytest.approx(shown["width"] * 5 / 168, abs=2)]
    assert paths["n02:vw1.level"].count("M") == 1
    assert all(word in words(root) for word in ("n02 vw1", "n03 vw1", "m a.s.l.", "Vale do Sino", "Europe/Lisbon"))


def test_the_svg_has_band_marks_and_hanging_rain(page: Page) -> None:
    """What stands beside a line on the screen stands beside it in the file."""
    open_page(page, "/f/vale?ds=n04:vw1.level,n01:rain.rain")
    root = drawing(page)
    fills = [path for path in root.iter(f"{SVG}path") if path.get("fill") != "none" and path.get("d")]
    crosses = [path.get("d", "").count("M") for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "1.6"]

    assert len(fills) == 2 and crosses == [3]
    assert "× suspect, not in the line; rain hangs from the top" in words(root)
    save_picture(page, "keep")


def test_many_suspect_readings_lie_inside_the_view(page: Page) -> None:
    """A battery that ran down is seen down to its last reading, not as crosses along the edge; a few stay there."""
    open_page(page, "/f/vale?ds=n06:battery.voltage&from=-48h")
    (many,) = [path.get("d", "") for path in drawing(page).iter(f"{SVG}path") if path.get("stroke-width") == "1.6"]
    open_page(page, "/f/vale?ds=n04:vw1.level")
    (few,) = [path.get("d", "") for path in drawing(page).iter(f"{SVG}path") if path.get("stroke-width") == "1.6"]
    heights = [{float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)", path)} for path in (many, few)]

    assert max(heights[0]) - min(heights[0]) > 30
    assert len(heights[1]) == 1


def test_a_server_that_fails_is_said(page: Page) -> None:
    """A file that does not come is words, not silence."""
    open_page(page, "/f/vale?ds=n02:vw1.level")
    page.route("**/series?*", lambda route: route.fulfill(status=504, body=""))

    page.get_by_role("button", name="CSV").click()

    expect(page.locator("#failure")).to_contain_text("No answer from the server (error 504).")
