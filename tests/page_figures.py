"""The key figures of a page, as a person reads them out of its HTML."""

import re
from typing import Final, NamedTuple

TAG: Final = re.compile(r"<[^<>]+>")
SHAPE: Final = re.compile(r'href="#([a-z-]+)"')


class PageFigure(NamedTuple):
    """A figure of a page: its state ('': none that has a shape), and what it says."""

    state: str
    value: str
    sub: str


def figure_of(page: str, name: str) -> PageFigure:
    """The figure of this name; raise AssertionError where the page has none."""
    for one in page.partition('<dl class="facts">')[2].partition("</dl>")[0].split("<dt>")[1:]:
        title, value, sub = (TAG.sub("", part).strip() for part in one.replace('<dd class="sub">', "<dd").split("<dd"))
        if title == name:
            shape = SHAPE.search(one.partition("</dt>")[0])
            return PageFigure(shape[1] if shape else "", value.partition(">")[2], sub)
    raise AssertionError(f"there is no {name}")
