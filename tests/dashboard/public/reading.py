"""A page as a screen reader gets it: its words by section, from the HTML alone, with what is hidden left out."""

from html.parser import HTMLParser
from typing import Final

VOID: Final = ("input", "br", "meta", "link", "use", "path", "circle", "rect")
SILENT: Final = ("script", "style", "svg", "head", "template")


class PageReader(HTMLParser):
    """Collects the words of each section, under the words of its heading of the second level."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: dict[str, str] = {"": ""}
        self._open: list[tuple[str, bool]] = []
        self._heading: list[str] | None = None
        self._at = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        is_hidden = tag in SILENT or "hidden" in given or given.get("aria-hidden") == "true"
        self._open.append((tag, is_hidden))
        if tag == "h2":
            self._heading = []

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "h2" and self._heading is not None:
            self._at = " ".join("".join(self._heading).split())
            self.sections.setdefault(self._at, "")
            self._heading = None

    def handle_data(self, data: str) -> None:
        if any(is_hidden for _, is_hidden in self._open):
            return
        if self._heading is not None:
            self._heading.append(data)
        else:
            self.sections[self._at] = f"{self.sections[self._at]} {' '.join(data.split())}".strip()


def sections(html: str) -> dict[str, str]:
    """The words of a page by the heading of their section; '' has what stands before the first."""
    reader = PageReader()
    reader.feed(html)
    return reader.sections
